//! The board's log as the cache reads it.

use app::domain::{OrderId, Revision, Timestamp};

use super::Postgres;
use crate::store::StoreError;

/// One change of an actual order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// Its place in the log.
    pub revision: Revision,
    /// Which order.
    pub order: OrderId,
    /// The whole entry as JSON; `None` when the order left the board.
    pub payload: Option<String>,
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

/// All actual orders, as one snapshot of the database saw them.
#[derive(Debug, Clone)]
pub struct Everything {
    /// Of which revision this is the projection.
    pub revision: Revision,
    /// The database's clock, read before.
    pub at: Timestamp,
    /// Order and whole entry as JSON.
    pub entries: Vec<(OrderId, String)>,
}

impl Postgres {
    /// The end of the log from `after` on.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn tail(&self, after: u64, limit: i64) -> Result<Tail, StoreError> {
        let _ = (after, limit);
        unimplemented!()
    }

    /// All actual orders in one snapshot.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn everything(&self) -> Result<Everything, StoreError> {
        unimplemented!()
    }
}
