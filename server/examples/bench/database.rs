//! The database, as somebody works on it from outside of every server.

use std::{env, str::FromStr as _, time::Duration};

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

    /// Statements that the product's role has had carried out in this database, by PostgreSQL's own count.
    pub async fn statements(&self) -> Result<f64, Failure> {
        let statement = "SELECT coalesce(sum(s.calls), 0)::float8 FROM bench.pg_stat_statements s \
                         WHERE s.dbid = (SELECT oid FROM pg_database WHERE datname = current_database()) \
                         AND s.query NOT LIKE '%pg_stat_statements%'";
        Ok(sqlx::query_scalar(statement).fetch_one(&self.0).await?)
    }
}
