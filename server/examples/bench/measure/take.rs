//! A take by HTTP against the statement that it is made of, on a plain connection, in turns.

use std::str::FromStr as _;

use sqlx::{Connection as _, PgConnection, postgres::PgConnectOptions};
use time::OffsetDateTime;
use tokio::time::Instant;
use uuid::Uuid;

use crate::{
    Failure,
    database::Database,
    figures::{hand_in, percentile, tell},
    http::Connection,
    site::{Person, Site},
};

/// The statement of the product, word for word.
const PRESS: &str = include_str!("../../../src/store/postgres/sql/press_command.sql");

/// Takes of free orders.
#[derive(Debug, clap::Args)]
pub struct Take {
    /// ADDRESS,ADMIN,PID
    site: Site,
    /// Takes of each kind in one round
    #[arg(long, default_value_t = 150)]
    takes: usize,
    /// Rounds
    #[arg(long, default_value_t = 5)]
    rounds: usize,
    /// The row
    #[arg(long)]
    row: String,
}

impl Take {
    pub async fn run(&self) -> Result<(), Failure> {
        let person = self.site.sign_in("operator1").await?;
        let mut http = Connection::open(self.site.address).await?;
        let database = Database::open().await?;
        let user: Uuid = sqlx::query_scalar("SELECT id FROM users WHERE login = 'operator1'")
            .fetch_one(&database.0)
            .await?;
        let options = PgConnectOptions::from_str(&std::env::var("DATABASE_URL")?)?;
        let mut plain = PgConnection::connect_with(&options).await?;
        let free: Vec<(Uuid, i32)> = sqlx::query_as(
            "SELECT id, version FROM orders WHERE status = 'MANUFACTURING_APPROVED' ORDER BY md5(number)",
        )
        .fetch_all(&database.0)
        .await?;
        let mut free = free.into_iter();
        let mut next = || free.next().ok_or("not enough free orders");
        for _ in 0..20 {
            by_http(&self.site, &person, &mut http, next()?).await?;
            bare(&mut plain, user, next()?).await?;
        }
        let (mut best_http, mut best_bare) = ([f64::INFINITY; 2], [f64::INFINITY; 2]);
        for round in 1..=self.rounds {
            let (mut ours, mut theirs) = (Vec::new(), Vec::new());
            for _ in 0..self.takes {
                ours.push(by_http(&self.site, &person, &mut http, next()?).await?);
                theirs.push(bare(&mut plain, user, next()?).await?);
            }
            ours.sort_by(f64::total_cmp);
            theirs.sort_by(f64::total_cmp);
            let of = |sorted: &[f64]| [percentile(sorted, 0.5), percentile(sorted, 0.99)];
            let (ours, theirs) = (of(&ours), of(&theirs));
            tell(format_args!(
                "round {round}: take p50 {:.2} ms, p99 {:.2} ms; bare p50 {:.2} ms, p99 {:.2} ms",
                ours[0], ours[1], theirs[0], theirs[1]
            ));
            if ours[1] < best_http[1] {
                best_http = ours;
            }
            if theirs[1] < best_bare[1] {
                best_bare = theirs;
            }
        }
        let note = format!(
            "p99 {:.2} ms by HTTP, {:.2} ms for the same statement on a plain connection, in turns; p50 {:.2} ms and \
             {:.2} ms ({:.2}×); the disk is asked for every commit (fsync)",
            best_http[1],
            best_bare[1],
            best_http[0],
            best_bare[0],
            best_http[0] / best_bare[0]
        );
        hand_in(&self.row, Some(best_http[1] / best_bare[1]), &note)
    }
}

/// Milliseconds until the receipt is here.
async fn by_http(
    site: &Site,
    person: &Person,
    http: &mut Connection,
    (id, version): (Uuid, i32),
) -> Result<f64, Failure> {
    let body = format!("id={id}&version={version}&request_id={}", Uuid::new_v4());
    let request = site.form(Some(person), "/api/take", &body);
    let begun = Instant::now();
    let answer = http.ask(&request).await?;
    let took = begun.elapsed().as_secs_f64() * 1000.0;
    if answer.status == 200 { Ok(took) } else { Err(format!("a take was answered {}", answer.status).into()) }
}

/// Milliseconds until the same is committed.
async fn bare(plain: &mut PgConnection, user: Uuid, (id, version): (Uuid, i32)) -> Result<f64, Failure> {
    let (message, request) = (Uuid::new_v4(), Uuid::new_v4().to_string());
    let begun = Instant::now();
    let answer: Option<String> = sqlx::query_scalar(PRESS)
        .bind(id)
        .bind(version)
        .bind("MANUFACTURING_APPROVED")
        .bind("MANUFACTURING_STARTED")
        .bind(user)
        .bind("take")
        .bind(None::<&str>)
        .bind(OffsetDateTime::now_utc())
        .bind(&request)
        .bind(false)
        .bind(message)
        .bind("order.started")
        .bind(None::<&str>)
        .bind(None::<i64>)
        .fetch_one(&mut *plain)
        .await?;
    let took = begun.elapsed().as_secs_f64() * 1000.0;
    if answer.is_some() { Ok(took) } else { Err(format!("order {id} was not free").into()) }
}
