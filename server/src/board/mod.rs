//! The board's refresh-ahead cache: the projection of one log, in Redis and in this process.

use std::{sync::Arc, time::Duration};

use app::domain::{Entry, OrderId, OrderNumber, Revision, Timestamp};
use bytes::Bytes;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::store::Postgres;

/// How the board's cache works; the defaults are the product's.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Redis, also `redis-sentinel://` and `redis-cluster://`.
    pub redis_url: String,
    /// A full refresh starts at 0.5 to 1.0 of this.
    pub refresh_every: Duration,
    /// The longest time without a look at the log.
    pub tick: Duration,
}

/// An entry with what is made of it once, when it comes in.
#[derive(Debug)]
pub struct Held {
    /// The order.
    pub entry: Entry,
    /// `Card::searched_text`.
    pub text: String,
    /// The card as JSON, ready to be sent.
    pub json: Bytes,
}

/// An immutable board. Everything a request reads comes from one of these.
#[derive(Debug, Clone)]
pub struct Snapshot {
    _private: (),
}

impl Snapshot {
    /// Of which revision this is the projection.
    #[must_use]
    pub fn revision(&self) -> Revision {
        unimplemented!()
    }
    /// The database was known to say the same at this moment.
    #[must_use]
    pub fn fresh_at(&self) -> Timestamp {
        unimplemented!()
    }
    /// Actual orders.
    #[must_use]
    pub fn len(&self) -> usize {
        unimplemented!()
    }
    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
    /// One order by its id.
    #[must_use]
    pub fn get(&self, _id: OrderId) -> Option<&Arc<Held>> {
        unimplemented!()
    }
    /// One order by its number.
    #[must_use]
    pub fn numbered(&self, _number: &OrderNumber) -> Option<&Arc<Held>> {
        unimplemented!()
    }
    /// All orders of one column, newest approved first.
    pub fn column(&self, _status: app::domain::Status) -> impl DoubleEndedIterator<Item = &Arc<Held>> {
        [].into_iter()
    }
    /// Orders in a column, without walking it.
    #[must_use]
    pub fn count(&self, _status: app::domain::Status) -> usize {
        unimplemented!()
    }
    /// The ready actual model of that hash: its size in bytes.
    #[must_use]
    pub fn model(&self, _sha256: &app::domain::ModelDigest) -> Option<u64> {
        unimplemented!()
    }
}

/// Encodings of the ready-made board.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    /// As it is.
    Identity,
    /// brotli.
    Brotli,
    /// gzip.
    Gzip,
}

/// The Redis copy cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("the shared cache cannot be read")]
pub struct Away;

/// The handle that everybody shares. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Board {
    _private: (),
}

impl Board {
    /// Starts the drains, the refresh and the near snapshot's feeder; they end with `stop`.
    #[must_use]
    pub fn start(_: Settings, _: Postgres, _: TaskTracker, _: CancellationToken) -> Self {
        unimplemented!()
    }
    /// The board in this process; `None` until the first complete one.
    #[must_use]
    pub fn near(&self) -> Option<Arc<Snapshot>> {
        unimplemented!()
    }
    /// The first snapshot at or after `revision` that comes within `patience`, otherwise the one there is then.
    pub async fn at_least(&self, _revision: Revision, _patience: Duration) -> Option<Arc<Snapshot>> {
        unimplemented!()
    }
    /// A hint that this process committed something: drain now.
    pub fn committed(&self) {}
    /// Changes of the near revision.
    #[must_use]
    pub fn revisions(&self) -> tokio::sync::watch::Receiver<Revision> {
        unimplemented!()
    }
    /// `{"revision","orders":[card…]}` of the near snapshot, ready-made: made on demand, single-flight.
    pub async fn bytes(&self, _snapshot: &Arc<Snapshot>, _encoding: Encoding) -> Bytes {
        unimplemented!()
    }
    /// The whole board as Redis has it now (`CACHE=redis`).
    ///
    /// # Errors
    /// When Redis is away or cold.
    pub async fn from_redis(&self) -> Result<Snapshot, Away> {
        unimplemented!()
    }
    /// One entry as Redis has it now (`CACHE=redis`); `None`: not actual.
    ///
    /// # Errors
    /// When Redis is away or cold.
    pub async fn one_from_redis(&self, _id: OrderId) -> Result<Option<Entry>, Away> {
        unimplemented!()
    }
    /// The whole board as the database has it now (`CACHE=off`).
    ///
    /// # Errors
    /// When the database is away.
    pub async fn from_postgres(&self) -> Result<Snapshot, crate::store::StoreError> {
        unimplemented!()
    }
}
