//! The database, as somebody works on it from outside of every server.

use std::{collections::HashMap, env, str::FromStr as _, time::Duration};

use sqlx::{
    PgPool,
    postgres::{PgConnectOptions, PgPoolOptions},
};
use uuid::Uuid;

use crate::Failure;

/// The database that `DATABASE_URL` names.
#[derive(Debug, Clone)]
pub struct Database(pub PgPool);

/// Orders, by what can be done to them.
const ACTUAL: &str =
    "SELECT id FROM orders WHERE status NOT IN ('SHIPPED', 'CANCELLED') ORDER BY md5(number)";

impl Database {
    /// Connects, once.
    pub async fn open() -> Result<Self, Failure> {
        let options = PgConnectOptions::from_str(&env::var("DATABASE_URL")?)?.application_name("bench");
        let pool = PgPoolOptions::new().max_connections(1).acquire_timeout(Duration::from_secs(10));
        Ok(Self(pool.connect_with(options).await?))
    }

    /// The log's last number.
    pub async fn head(&self) -> Result<i64, Failure> {
        Ok(sqlx::query_scalar("SELECT rev FROM board_clock").fetch_one(&self.0).await?)
    }

    /// All actual orders, in no telling order.
    pub async fn actual(&self) -> Result<Vec<Uuid>, Failure> {
        Ok(sqlx::query_scalar(ACTUAL).fetch_all(&self.0).await?)
    }

    /// Changes one order by hand and commits; one event in the log.
    pub async fn change(&self, order: Uuid, comment: &str) -> Result<(), Failure> {
        let statement = "UPDATE orders SET comment = $2 WHERE id = $1";
        let done = sqlx::query(statement).bind(order).bind(comment).execute(&self.0).await?;
        if done.rows_affected() == 1 { Ok(()) } else { Err(format!("order {order} is not there").into()) }
    }

    /// When each change after this number was committed, by the log: microseconds since 1970, the number ascending.
    pub async fn committed_after(&self, rev: i64) -> Result<Vec<(i64, i64)>, Failure> {
        let statement = "SELECT rev, (extract(epoch FROM committed_at) * 1000000)::bigint FROM order_events \
                         WHERE rev > $1 ORDER BY rev";
        Ok(sqlx::query_as(statement).bind(rev).fetch_all(&self.0).await?)
    }

    /// Which order each change after this number is about, the number ascending.
    pub async fn orders_after(&self, rev: i64) -> Result<Vec<(i64, Uuid)>, Failure> {
        let statement = "SELECT rev, order_id FROM order_events WHERE rev > $1 ORDER BY rev";
        Ok(sqlx::query_as(statement).bind(rev).fetch_all(&self.0).await?)
    }

    /// Messages that were taken in, and the seconds from the first of them to the last.
    pub async fn taken_in(&self) -> Result<(i64, f64), Failure> {
        let statement = "SELECT count(*), coalesce(extract(epoch FROM max(received_at) - min(received_at)), 0)::float8 FROM inbox";
        Ok(sqlx::query_as(statement).fetch_one(&self.0).await?)
    }

    /// What a statement counts.
    pub async fn count(&self, statement: &'static str) -> Result<i64, Failure> {
        Ok(sqlx::query_scalar(statement).fetch_one(&self.0).await?)
    }

    /// Every order that a source has told of: its newest version there, and its title.
    pub async fn versions(&self) -> Result<HashMap<Uuid, (i64, String)>, Failure> {
        let statement =
            "SELECT o.id, s.source_version, o.title FROM orders o JOIN source_orders s ON s.order_id = o.id";
        let rows: Vec<(Uuid, i64, String)> = sqlx::query_as(statement).fetch_all(&self.0).await?;
        Ok(rows.into_iter().map(|(id, version, title)| (id, (version, title))).collect())
    }

    /// When each of these messages was taken in, in microseconds since 1970.
    pub async fn received(&self, prefix: &str) -> Result<HashMap<Uuid, i64>, Failure> {
        let statement = "SELECT i.message_id, (extract(epoch FROM i.received_at) * 1000000)::bigint FROM inbox i \
                         JOIN source_orders s ON s.order_id = i.order_id WHERE s.number LIKE $1 || '-%'";
        let rows: Vec<(Uuid, i64)> = sqlx::query_as(statement).bind(prefix).fetch_all(&self.0).await?;
        Ok(rows.into_iter().collect())
    }

    /// Ends every other session of this role here.
    pub async fn end_sessions(&self) -> Result<(), Failure> {
        let statement = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity \
                         WHERE datname = current_database() AND usename = current_user AND pid <> pg_backend_pid()";
        self.count(statement).await.map(drop)
    }

    /// Statements that the product's role has had carried out in this database, by PostgreSQL's own count.
    pub async fn statements(&self) -> Result<f64, Failure> {
        let statement = "SELECT coalesce(sum(s.calls), 0)::float8 FROM bench.pg_stat_statements s \
                         WHERE s.dbid = (SELECT oid FROM pg_database WHERE datname = current_database()) \
                         AND s.query NOT LIKE '%pg_stat_statements%'";
        Ok(sqlx::query_scalar(statement).fetch_one(&self.0).await?)
    }
}
