//! The board's log as the cache reads it.

use std::time::Duration;

use app::domain::{OrderId, Revision, Timestamp, TraceParent};
use sqlx::{
    PgConnection, Postgres as Driver, Row as _,
    postgres::{PgArguments, PgRow},
    query::Query,
};
use tokio::time::timeout;
use uuid::Uuid;

use super::{ANSWERS, Postgres, bounded, counted};
use crate::store::StoreError;

/// A hung connection must not hold the log up; the next look takes another one.
const TAIL_PATIENCE: Duration = Duration::from_secs(2);
const TAIL: &str = "read log";
/// Many events may have become old at once.
const FORGET_PATIENCE: Duration = Duration::from_secs(60);
/// A listener that heard nothing for this long connects anew: a dead peer is silent too.
const SILENCE: Duration = Duration::from_secs(60);

/// One change of an actual order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// Its place in the log.
    pub revision: Revision,
    /// Which order.
    pub order: OrderId,
    /// The whole entry as JSON; `None` when the order left the board.
    pub payload: Option<String>,
    /// When it was committed, by the database's clock.
    pub committed_at: Timestamp,
    /// The trace that it belongs to.
    pub traceparent: Option<TraceParent>,
}

/// The end of the log, as one statement saw it.
#[derive(Debug, Clone)]
pub struct Tail {
    /// The last revision.
    pub head: Revision,
    /// The oldest event still kept; a reader from before it needs a snapshot.
    pub oldest: Option<u64>,
    /// The database's clock, read before the log: whoever is at `head` was complete at this moment.
    pub at: Timestamp,
    /// Events after the asked revision, in order, at most the asked number.
    pub events: Vec<Event>,
}

/// A connection for whoever reads the log again and again. It is kept while it answers: one that is lent for each look is
/// asked before and after whether it does, which takes longer than the look.
#[derive(Debug)]
pub struct Kept {
    store: Postgres,
    line: Option<PgConnection>,
}

impl Kept {
    /// The end of the log from `after` on, as [`Postgres::tail`] reads it.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn tail(&mut self, after: u64, limit: i64) -> Result<Tail, StoreError> {
        let rows = within(TAIL_PATIENCE, TAIL, async {
            // Dropped before it has answered it is closed.
            if let Some(mut line) = self.line.take() {
                counted();
                let asked = bounded::within(ANSWERS, tail(after, limit).fetch_all(&mut line));
                if let Ok(rows) = asked.await {
                    self.line = Some(line);
                    return Ok(rows);
                }
            }
            counted();
            let mut line = self.store.pool.acquire().await?.detach();
            let rows = tail(after, limit).fetch_all(&mut line).await?;
            self.line = Some(line);
            Ok(rows)
        })
        .await?;
        read_tail(&rows).map_err(StoreError::during(TAIL))
    }
}

impl Postgres {
    /// Keeps a connection to read the log, which is none of the pool's any more.
    #[must_use]
    pub fn keep(&self) -> Kept {
        Kept { store: self.clone(), line: None }
    }

    /// Makes this database cluster the log's home: after a restore into a new cluster the epoch steps on.
    /// Says whether it did. To be called before the log is first read.
    ///
    /// # Errors
    /// When the database is away or not yet migrated.
    pub async fn adopt(&self) -> Result<bool, StoreError> {
        counted();
        let done = sqlx::query(include_str!("sql/adopt.sql")).execute(self.any());
        within(TAIL_PATIENCE, "adopt log", done).await.map(|done| done.rows_affected() == 1)
    }

    /// The end of the log from `after` on.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn tail(&self, after: u64, limit: i64) -> Result<Tail, StoreError> {
        counted();
        let rows = within(TAIL_PATIENCE, TAIL, tail(after, limit).fetch_all(self.any())).await?;
        read_tail(&rows).map_err(StoreError::during(TAIL))
    }

    /// Forgets events that are older than 24 hours and below `before`; says how many. A reader from before the
    /// oldest kept one takes a snapshot.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn forget_events(&self, before: u64) -> Result<u64, StoreError> {
        counted();
        let before = i64::try_from(before).unwrap_or(i64::MAX);
        let query = sqlx::query(include_str!("sql/forget_events.sql")).bind(before);
        let done = within(FORGET_PATIENCE, "forget old events", query.execute(self.any_for(FORGET_PATIENCE)))
            .await?;
        Ok(done.rows_affected())
    }

    /// Calls `hint` whenever the database says that the log grew, and after every loss of the connection, on a
    /// connection of its own. Never ends; drop it to end it. A hint may be lost: nobody may rely on it.
    pub async fn hints(&self, hint: impl Fn()) {
        let mut pause = Duration::from_millis(50);
        loop {
            if let Ok(mut listener) = self.listener("board").await {
                pause = Duration::from_millis(50);
                // What was said before this moment was said to nobody.
                hint();
                while let Ok(Ok(Some(_))) = timeout(SILENCE, listener.try_recv()).await {
                    while listener.next_buffered().is_some() {}
                    hint();
                }
                hint();
            }
            tokio::time::sleep(pause).await;
            pause = (pause * 2).min(Duration::from_secs(2));
        }
    }
}

pub(super) async fn within<T>(
    patience: Duration,
    operation: &'static str,
    asked: impl Future<Output = sqlx::Result<T>>,
) -> Result<T, StoreError> {
    bounded::within(patience, asked).await.map_err(StoreError::during(operation))
}

fn tail<'q>(after: u64, limit: i64) -> Query<'q, Driver, PgArguments> {
    let after = i64::try_from(after).unwrap_or(i64::MAX);
    sqlx::query(include_str!("sql/tail.sql")).bind(after).bind(limit)
}

fn read_tail(rows: &[PgRow]) -> sqlx::Result<Tail> {
    let first = rows.first().ok_or(sqlx::Error::RowNotFound)?;
    let head = revision(first, "head")?;
    let oldest = first.try_get::<Option<i64>, _>("oldest")?.and_then(|rev| u64::try_from(rev).ok());
    let mut events = Vec::with_capacity(rows.len());
    for row in rows {
        if let Some(order) = row.try_get::<Option<Uuid>, _>("order_id")? {
            events.push(Event {
                revision: revision(row, "rev")?,
                order: OrderId(order),
                payload: row.try_get("payload")?,
                committed_at: moment(row, "committed_at")?,
                traceparent: row
                    .try_get::<Option<String>, _>("traceparent")?
                    .and_then(|text| text.parse().ok()),
            });
        }
    }
    Ok(Tail { head, oldest, at: moment(first, "at")?, events })
}

pub(super) fn moment(row: &PgRow, column: &str) -> sqlx::Result<Timestamp> {
    row.try_get(column).map(Timestamp::from_millis)
}

pub(super) fn revision(row: &PgRow, rev: &str) -> sqlx::Result<Revision> {
    let broken = |source| sqlx::Error::ColumnDecode { index: rev.to_owned(), source };
    let epoch = u32::try_from(row.try_get::<i32, _>("epoch")?).map_err(|error| broken(Box::new(error)))?;
    let rev = u64::try_from(row.try_get::<i64, _>(rev)?).map_err(|error| broken(Box::new(error)))?;
    Ok(Revision::new(epoch, rev))
}
