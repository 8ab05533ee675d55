//! All actual orders as one snapshot of the database sees them, read part by part: at 100,000 orders all of them at
//! once are 200 MB of text, and one statement that keeps the database busy for seconds.

use std::time::Duration;

use app::domain::{OrderId, Revision, Timestamp};
use sqlx::{Row as _, postgres::PgRow};
use tokio::time::timeout;
use uuid::Uuid;

use super::{
    ANSWERS, Postgres, counted,
    lent::Lent,
    log::{moment, revision, within},
};
use crate::store::StoreError;

/// One statement's time; a part is read in milliseconds, the list of 100,000 orders in tenths of a second.
const PATIENCE: Duration = Duration::from_secs(10);
const DURING: &str = "read all actual orders";
const BEGIN: &str = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";

/// Orders, each with its whole entry as JSON.
pub type Part = Vec<(OrderId, String)>;

/// A reading that is under way. Dropped before its end, it lets go of its snapshot and of its connection.
#[derive(Debug)]
pub struct Reading {
    /// Of which revision this is the projection.
    pub revision: Revision,
    /// The database's clock, read before.
    pub at: Timestamp,
    snapshot: Lent,
    orders: Vec<Uuid>,
    read: usize,
}

impl Postgres {
    /// Begins to read all actual orders.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn read_all(&self) -> Result<Reading, StoreError> {
        within(PATIENCE, DURING, async {
            counted();
            let mut snapshot = Lent::begin(&self.pool, BEGIN).await?;
            counted();
            let head = sqlx::query(include_str!("sql/head.sql")).fetch_one(&mut *snapshot).await?;
            counted();
            let actual = sqlx::query_scalar(include_str!("sql/actual.sql"));
            let orders: Vec<Uuid> = actual.fetch_all(&mut *snapshot).await?;
            let (revision, at) = (revision(&head, "head")?, moment(&head, "at")?);
            if orders.is_empty() {
                let_go(&mut snapshot).await;
            }
            Ok(Reading { revision, at, snapshot, orders, read: 0 })
        })
        .await
    }
}

impl Reading {
    /// How many orders there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.orders.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.orders.is_empty()
    }

    /// At most so many orders more; none at the end.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn next(&mut self, most: usize) -> Result<Part, StoreError> {
        let end = (self.read + most).min(self.orders.len());
        let part = self.orders.get(self.read..end).unwrap_or_default();
        if part.is_empty() {
            return Ok(Part::new());
        }
        counted();
        let query = sqlx::query(include_str!("sql/entries.sql")).bind(part);
        let rows = within(PATIENCE, DURING, query.fetch_all(&mut *self.snapshot)).await?;
        let entry = |row: &PgRow| Ok((OrderId(row.try_get("id")?), row.try_get("payload")?));
        let entries: Part =
            rows.iter().map(entry).collect::<sqlx::Result<_>>().map_err(StoreError::during(DURING))?;
        self.read = end;
        if end == self.orders.len() {
            let_go(&mut self.snapshot).await;
        }
        Ok(entries)
    }
}

/// Everything has been read: what the end comes to is nobody's concern. If it does not come, the connection is closed.
async fn let_go(snapshot: &mut Lent) {
    counted();
    let _ = timeout(ANSWERS, snapshot.end("COMMIT")).await;
}
