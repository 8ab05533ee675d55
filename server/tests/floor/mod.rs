//! The floor that integration tests stand on: a database and a Redis of their own, and waits on a state.
//!
//! `TEST_DATABASE_URL` names a role that may create databases; every test gets its own, migrated, and drops it at
//! the end. `TEST_REDIS_URL` names a Redis that tests share by key prefix; a test that stops, freezes or flushes
//! Redis starts its own process instead (`redis-server` on the path).
#![expect(dead_code, reason = "every test program stands on its own part of the floor")]
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a floor that does not hold fails the test"
)]

pub mod behind;
pub mod cluster;
pub mod dice;
pub mod door;
pub mod ground;
pub mod meter;
pub mod orders;
pub mod past;
pub mod program;
pub mod redis;
pub mod redis_cluster;
pub mod sentinel;
pub mod server;
pub mod shared;
pub mod spans;
pub mod tls;
pub mod witness;

use std::time::{Duration, Instant};

use ::server::{
    clock::{Entropy as _, SystemEntropy},
    store::Postgres,
};
use sqlx::{AssertSqlSafe, Connection as _, PgConnection, PgPool, postgres::PgConnectOptions};

/// An address that a test cannot do without.
///
/// # Panics
/// With one clear line, when it is not there.
pub fn address(variable: &str) -> String {
    #[expect(clippy::disallowed_methods, reason = "tests are told their services by the environment")]
    std::env::var(variable).unwrap_or_else(|_| panic!("this test needs {variable} (see `make test`)"))
}

/// Ceph's S3, when it is that which the tests run on: `http://key:secret@host:port`.
pub fn radosgw() -> Option<String> {
    #[expect(clippy::disallowed_methods, reason = "tests are told their services by the environment")]
    std::env::var("TEST_RADOSGW_URL").ok()
}

/// The broker that tests share.
pub fn amqp() -> String {
    address("TEST_AMQP_URL")
}

/// The Redis that tests share, and a key prefix that is this test's alone (one hash slot).
pub fn redis() -> (String, String) {
    (address("TEST_REDIS_URL"), format!("{{{}}}", name()))
}

/// A name that no other test has.
pub fn name() -> String {
    let mut bytes = [0; 8];
    SystemEntropy.fill(&mut bytes);
    format!("test_{:016x}", u64::from_le_bytes(bytes))
}

/// Waits until the state holds.
///
/// # Panics
/// When it does not within the bound.
pub async fn until(what: &str, bound: Duration, mut holds: impl AsyncFnMut() -> bool) {
    let begun = Instant::now();
    while !holds().await {
        assert!(begun.elapsed() < bound, "not within {bound:?}: {what}");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

/// A migrated database of the test's own; dropped with the value.
pub struct Database {
    /// Its address.
    pub url: String,
    /// The product's handle on it.
    pub store: Postgres,
    name: String,
}

/// Makes a migrated database.
pub async fn database() -> Database {
    let database = empty_database().await;
    database.store.migrate().await.unwrap();
    database
}

/// Makes a database with nothing in it.
pub async fn empty_database() -> Database {
    let base = address("TEST_DATABASE_URL");
    let name = name();
    let mut admin = PgConnection::connect(&base).await.unwrap();
    sqlx::query(AssertSqlSafe(format!("CREATE DATABASE {name}"))).execute(&mut admin).await.unwrap();
    let (server, _) = base.rsplit_once('/').unwrap();
    let url = format!("{server}/{name}");
    let store = Postgres::open(&url, 10).unwrap();
    Database { url, store, name }
}

impl Database {
    /// Connections for the test's own statements.
    pub fn pool(&self) -> &PgPool {
        self.store.pool()
    }

    /// Another handle on the same database, as another server has.
    pub fn another(&self) -> Postgres {
        Postgres::open(&self.url, 10).unwrap()
    }

    /// Its address by way of a line to it, which is at this port.
    pub fn url_by(&self, port: u16) -> String {
        let (before, rest) = self.url.rsplit_once('@').unwrap();
        let (_, name) = rest.split_once('/').unwrap();
        format!("{before}@127.0.0.1:{port}/{name}")
    }

    /// Where it is: `host:port`.
    pub fn host(&self) -> &str {
        self.url.rsplit_once('@').unwrap().1.split('/').next().unwrap()
    }

    /// How many of this statement wait for a lock; of any, when it is empty.
    pub async fn waiting(&self, statement: &str) -> i64 {
        // PostgreSQL tells the beginning of a statement only.
        let waits = "SELECT count(*) FROM pg_stat_activity
                     WHERE datname = current_database() AND wait_event_type = 'Lock'
                       AND starts_with(query, left($1, 500))";
        sqlx::query_scalar(waits).bind(statement.trim_end()).fetch_one(self.pool()).await.unwrap()
    }

    /// Keeps everybody out (`away`) or lets them in again, as an outage of this one database does.
    pub async fn away(&self, away: bool) {
        let mut admin = PgConnection::connect(&address("TEST_DATABASE_URL")).await.unwrap();
        let allow = !away;
        let name = &self.name;
        let open = format!("ALTER DATABASE {name} WITH ALLOW_CONNECTIONS {allow}");
        sqlx::query(AssertSqlSafe(open)).execute(&mut admin).await.unwrap();
        if away {
            self.cut().await;
        }
    }

    /// Ends every connection to it.
    pub async fn cut(&self) {
        let mut admin = PgConnection::connect(&address("TEST_DATABASE_URL")).await.unwrap();
        let cut = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1";
        sqlx::query(cut).bind(&self.name).execute(&mut admin).await.unwrap();
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        let name = self.name.clone();
        // A test ends with its runtime, which nothing moves while this waits: a connection that it was just opening
        // would hold the database until PostgreSQL gives it up, after a minute.
        let admin: PgConnectOptions = address("TEST_DATABASE_URL").parse().unwrap();
        let admin = admin.options([("statement_timeout", "1s")]);
        let dropped = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async move {
                let mut admin = PgConnection::connect_with(&admin).await?;
                let statement = AssertSqlSafe(format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"));
                sqlx::query(statement).execute(&mut admin).await
            })
        });
        if !matches!(dropped.join(), Ok(Ok(_))) {
            eprintln!("database {} is left behind", self.name);
        }
    }
}
