//! A million reads, and what PostgreSQL and Redis heard of them.

use std::{rc::Rc, time::Duration};

use crate::{
    Failure,
    database::Database,
    figures::{hand_in, tell},
    load::{Ask, Until, load},
    redis,
    site::{Person, Site},
};

/// Reads of every kind by several people, with the counters before and after.
#[derive(Debug, clap::Args)]
pub struct Silence {
    /// ADDRESS,ADMIN,PID
    site: Site,
    /// A server with `CACHE=redis` on the same database: its readers must be seen in Redis' counters
    #[arg(long)]
    loud: Site,
    /// Reads
    #[arg(long, default_value_t = 1_000_000)]
    reads: u64,
    /// Connections that ask at once
    #[arg(long, default_value_t = 16)]
    connections: usize,
    /// The row of the statements
    #[arg(long)]
    statements: String,
    /// The row of the commands
    #[arg(long)]
    commands: String,
}

const PEOPLE: [&str; 4] = ["operator1", "operator2", "operator3", "supervisor1"];
const STATEMENTS: &str = "store_statements_total";
const COMMANDS: &str = "board_redis_commands_total";
const REQUEST: &str = "origin=\"request\"";
const BACKGROUND: &str = "origin=\"background\"";
/// Statements or commands that are "issued by the reads" for all that the other side knows: one for a hundred reads
/// would be seen at once.
const SUSPICIOUS: f64 = 0.01;

/// As many times the reads at most, until a refresh has run.
const AT_MOST: u64 = 10;

/// What everybody has counted at one moment.
#[derive(Debug, Clone, Copy)]
struct Tally {
    statements: f64,
    commands: f64,
    own_statements: f64,
    own_commands: f64,
    postgres: f64,
    redis: f64,
    refreshes: f64,
}

impl Silence {
    pub async fn run(&self) -> Result<(), Failure> {
        let database = Database::open().await?;
        self.controls(&database).await?;
        let mut people = Vec::new();
        for login in PEOPLE {
            people.push(self.site.sign_in(login).await?);
        }
        let asks = self.asks(&people).await?;
        // Once through the list before it counts: the first read of a new body compresses it.
        let once = Until::Answers(asks.len() as u64);
        load(&self.site, &asks, self.connections, once, Duration::ZERO).await?;
        let before = self.tally(&database).await?;
        let (mut answers, mut seconds) = (0, 0.0);
        // A fast machine may be done with them before a refresh is due.
        let after = loop {
            let reads = Until::Answers(self.reads);
            let loaded = load(&self.site, &asks, self.connections, reads, Duration::ZERO).await?;
            answers += loaded.answers;
            seconds += loaded.seconds;
            let after = self.tally(&database).await?;
            if after.refreshes > before.refreshes || answers >= self.reads * AT_MOST {
                break after;
            }
        };
        let refreshes = after.refreshes - before.refreshes;
        tell(format_args!("{answers} reads in {seconds:.0} s, {refreshes:.0} refreshes meanwhile"));
        if refreshes < 1.0 {
            return Err("no refresh ran meanwhile; more --reads are needed".into());
        }
        let heard = |what: &str, all: f64, own: f64| {
            format!(
                "{answers} reads in {seconds:.0} s (304s, whole boards, searches, pages, orders), {refreshes:.0} \
                 refreshes; the background's own: {own:.0}; {what} counted {all:.0} from two servers in that time"
            )
        };
        let (postgres, redis) = (after.postgres - before.postgres, after.redis - before.redis);
        for (name, all) in [("PostgreSQL", postgres), ("Redis", redis)] {
            if all > answers as f64 * SUSPICIOUS {
                return Err(format!("{name} heard {all} for {answers} reads").into());
            }
        }
        let note = heard("pg_stat_statements", postgres, after.own_statements - before.own_statements);
        hand_in(&self.statements, Some(after.statements - before.statements), &note)?;
        let note = heard("INFO commandstats", redis, after.own_commands - before.own_commands);
        hand_in(&self.commands, Some(after.commands - before.commands), &note)
    }

    async fn tally(&self, database: &Database) -> Result<Tally, Failure> {
        let counted = self.site.counted().await?;
        if counted.sum("board_cache_divergence_total", "") > 0.0 {
            return Err("the cache has diverged from the database".into());
        }
        Ok(Tally {
            statements: counted.sum(STATEMENTS, REQUEST),
            commands: counted.sum(COMMANDS, REQUEST),
            own_statements: counted.sum(STATEMENTS, BACKGROUND),
            own_commands: counted.sum(COMMANDS, BACKGROUND),
            postgres: database.statements().await?,
            redis: redis::commands().await?,
            refreshes: counted.sum("board_refreshes_total", "done"),
        })
    }

    /// The counters do move: a read of an order that is no longer actual asks PostgreSQL, a read with `CACHE=redis`
    /// asks Redis, and both say so themselves.
    async fn controls(&self, database: &Database) -> Result<(), Failure> {
        let gone = "SELECT number FROM orders WHERE status = 'SHIPPED' LIMIT 1";
        let gone: String = sqlx::query_scalar(gone).fetch_one(&database.0).await?;
        let person = self.site.sign_in(PEOPLE[0]).await?;
        let (before, heard) = (self.site.counted().await?, database.statements().await?);
        let page = self.site.get(&person, &format!("/orders/{gone}"), &[("Accept", "text/html")]);
        let shown = self.site.ask(&page).await?.status;
        let said = self.site.counted().await?.sum(STATEMENTS, REQUEST) - before.sum(STATEMENTS, REQUEST);
        if shown != 200 || said < 1.0 || database.statements().await? <= heard {
            return Err(format!("a shipped order's page ({shown}) was counted as {said} statements").into());
        }
        let person = self.loud.sign_in(PEOPLE[0]).await?;
        let (before, heard) = (self.loud.counted().await?, redis::commands().await?);
        for _ in 0..20 {
            self.loud.ask(&self.loud.get(&person, "/api/board", &[])).await?;
        }
        let said = self.loud.counted().await?.sum(COMMANDS, REQUEST) - before.sum(COMMANDS, REQUEST);
        let heard = redis::commands().await? - heard;
        if said < 20.0 || heard < 20.0 {
            return Err(format!("20 reads of Redis were counted as {said}, and by Redis as {heard}").into());
        }
        Ok(())
    }

    /// Of a thousand reads: 900 ask whether the board has changed, the rest read it whole, search it, and open pages.
    async fn asks(&self, people: &[Person]) -> Result<Rc<[Ask]>, Failure> {
        let board =
            self.site.ask(&self.site.get(&people[0], "/api/board", &[("Accept-Encoding", "br")])).await?;
        let tag = board.header("etag").ok_or("a board without ETag")?.to_owned();
        let plain = self.site.ask(&self.site.get(&people[0], "/api/board", &[])).await?;
        let plain: serde_json::Value = serde_json::from_slice(&plain.body)?;
        let orders =
            plain["orders"].as_array().filter(|orders| !orders.is_empty()).ok_or("an empty board")?;
        let number = |at: usize| orders[at * 37 % orders.len()]["number"].as_str().unwrap_or_default();
        let mut asks = Vec::new();
        for turn in 0..1000 {
            let person = &people[turn % people.len()];
            let ask = |path: &str, headers: &[(&str, &str)], status, body| Ask {
                request: self.site.get(person, path, headers),
                status,
                body,
            };
            let html = [("Accept", "text/html"), ("Accept-Encoding", "br")];
            let known = [("Accept-Encoding", "br"), ("If-None-Match", tag.as_str())];
            asks.push(match turn % 100 {
                0 => ask("/", &html, 200, None),
                25 => ask(&format!("/orders/{}", number(turn)), &html, 200, None),
                50 | 75 => ask(&format!("/api/board?q={}", number(turn)), &[], 200, None),
                90..96 => ask("/api/board", &known[..1], 200, Some(board.body.len())),
                _ => ask("/api/board", &known, 304, Some(0)),
            });
        }
        Ok(asks.into())
    }
}
