//! The page of figures on a year of a million events: how long the server takes for it, and whether working it out keeps
//! anybody waiting.

use std::time::{Duration, Instant};

use uuid::Uuid;

use crate::{
    Failure,
    database::Database,
    figures::{hand_in, percentile, tell},
    http::Connection,
    site::{Person, Site},
};

/// The server's time for the page.
#[derive(Debug, clap::Args)]
pub struct FlowPage {
    /// ADDRESS,ADMIN,PID
    site: Site,
    /// Pages
    #[arg(long, default_value_t = 200)]
    pages: usize,
    /// The row
    #[arg(long)]
    row: String,
}

impl FlowPage {
    pub async fn run(&self) -> Result<(), Failure> {
        let person = self.site.sign_in("supervisor1").await?;
        let mut http = Connection::open(self.site.address).await?;
        let (mut server, mut outside) = (Vec::new(), Vec::new());
        for page in 0..self.pages {
            let path = format!("/flow?hours={}", 1 + page % 96);
            let request = self.site.get(&person, &path, &[("Accept", "text/html")]);
            let begun = Instant::now();
            let answer = http.ask(&request).await?;
            outside.push(begun.elapsed().as_secs_f64() * 1000.0);
            if answer.status != 200
                || !String::from_utf8_lossy(&answer.body).contains("data-table=\"people\"")
            {
                return Err(format!("{path}: {}, and not the whole page", answer.status).into());
            }
            server.push(total(&answer).ok_or("no server-timing")?);
        }
        server.sort_by(f64::total_cmp);
        outside.sort_by(f64::total_cmp);
        let database = Database::open().await?;
        let events: i64 =
            sqlx::query_scalar("SELECT count(*) FROM order_history").fetch_one(&database.0).await?;
        let note = format!(
            "{events} steps in the history; server p50 {:.1} ms, p95 {:.1} ms, p99 {:.1} ms; seen from outside p95 {:.1} ms",
            percentile(&server, 0.5),
            percentile(&server, 0.95),
            percentile(&server, 0.99),
            percentile(&outside, 0.95)
        );
        hand_in(&self.row, Some(percentile(&server, 0.95)), &note)
    }
}

/// The server's own word of how long it took, in milliseconds.
fn total(answer: &crate::http::Answer) -> Option<f64> {
    answer.header("server-timing")?.split("total;dur=").nth(1)?.split([',', ';', ' ']).next()?.parse().ok()
}

/// Takes while all of the flow is worked out anew.
#[derive(Debug, clap::Args)]
pub struct FlowRefresh {
    /// ADDRESS,ADMIN,PID
    site: Site,
    /// The row
    #[arg(long)]
    blocks: String,
    /// Seconds that all of it may take
    #[arg(long, default_value_t = 300)]
    patience: u64,
}

/// Whether anybody waits for a lock of whoever holds the flow's (`store/postgres/flow`).
const BLOCKED: &str = "SELECT count(*) FROM pg_stat_activity waits
    WHERE waits.datname = current_database() AND EXISTS (
        SELECT FROM unnest(pg_blocking_pids(waits.pid)) AS holder
        JOIN pg_locks flow ON flow.pid = holder AND flow.locktype = 'advisory' AND flow.granted
                          AND flow.objid = x'666c6f77'::int::oid
        WHERE NOT EXISTS (SELECT FROM pg_locks other WHERE other.pid = waits.pid AND other.locktype = 'advisory'
                                                      AND NOT other.granted))";
const LEFT: &str = "SELECT (SELECT count(*) FROM flow_due) + (SELECT count(*) FROM flow_days_due)
                           + CASE WHEN stages_made_at IS NULL THEN 1 ELSE 0 END FROM flow_state";

impl FlowRefresh {
    pub async fn run(&self) -> Result<(), Failure> {
        let person = self.site.sign_in("operator1").await?;
        let database = Database::open().await?;
        for table in ["flow_stays", "flow_orders", "flow_days", "flow_day_orders", "flow_day_people"] {
            let statement = sqlx::AssertSqlSafe(format!("DELETE FROM {table}"));
            sqlx::query(statement).execute(&database.0).await?;
        }
        let due = "INSERT INTO flow_due (order_id) SELECT DISTINCT order_id FROM order_history";
        let orders = sqlx::query(due).execute(&database.0).await?.rows_affected();
        let mut http = Connection::open(self.site.address).await?;
        let mut free: Vec<(Uuid, i32)> = sqlx::query_as(
            "SELECT id, version FROM orders WHERE status = 'MANUFACTURING_APPROVED' ORDER BY md5(number)",
        )
        .fetch_all(&database.0)
        .await?;
        let begun = Instant::now();
        let (mut blocked, mut samples, mut takes) = (0_i64, 0, Vec::new());
        loop {
            let left: i64 = sqlx::query_scalar(LEFT).fetch_one(&database.0).await?;
            blocked += sqlx::query_scalar::<_, i64>(BLOCKED).fetch_one(&database.0).await?;
            samples += 1;
            if left == 0 {
                break;
            }
            if begun.elapsed() > Duration::from_secs(self.patience) {
                return Err(format!("{left} orders and days are still to be counted").into());
            }
            if let Some(order) = free.pop() {
                takes.push(take(&self.site, &person, &mut http, order).await?);
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        takes.sort_by(f64::total_cmp);
        let seconds = begun.elapsed().as_secs_f64();
        tell(format_args!("{orders} orders in {seconds:.0} s"));
        let note = format!(
            "{orders} orders worked out anew in {seconds:.0} s; looked {samples} times; {} takes meanwhile, p99 {:.1} ms, \
             the slowest {:.1} ms",
            takes.len(),
            percentile(&takes, 0.99),
            takes.last().copied().unwrap_or_default()
        );
        hand_in(&self.blocks, Some(blocked as f64), &note)
    }
}

async fn take(
    site: &Site,
    person: &Person,
    http: &mut Connection,
    (id, version): (Uuid, i32),
) -> Result<f64, Failure> {
    let body = format!("id={id}&version={version}&request_id={}", Uuid::new_v4());
    let begun = Instant::now();
    let answer = http.ask(&site.form(Some(person), "/api/take", &body)).await?;
    let took = begun.elapsed().as_secs_f64() * 1000.0;
    if answer.status == 200 { Ok(took) } else { Err(format!("a take was answered {}", answer.status).into()) }
}
