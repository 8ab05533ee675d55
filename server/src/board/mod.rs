//! The board's refresh-ahead cache: the projection of one log, in Redis and in this process.
//!
//! PostgreSQL numbers every change of an actual order in the order of the commits. `drain` carries the changes to
//! Redis and to the near board, `refresh` reads everything again ahead of time, `follow` feeds the near board from
//! Redis's stream and makes it whole when something is missing. All of them run on every server, without a leader.
//! Requests read the near board and wait for none of this.

mod bytes;
mod compare;
mod core;
mod drain;
mod follow;
mod held;
mod index;
mod line;
mod mark;
mod metrics;
mod near;
mod refresh;
mod ring;
mod script;
mod shelf;
mod snapshot;
mod sources;

use std::{
    sync::{Arc, atomic::Ordering},
    time::Duration,
};

use app::domain::{Entry, OrderId, Revision, Timestamp, TraceParent};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

pub use bytes::{Body, Encoding, Form, encode, tag};
pub use compare::{Compared, InRedis};
pub use core::Refreshed;
pub use held::Held;
pub use line::BadAddress;
pub use mark::Digest;
pub use metrics::DIVERGED;
pub use ring::{Change, Live, Next, Repairs};
pub use shelf::ANSWERS as REDIS_ANSWERS;
pub use snapshot::Snapshot;

use crate::{
    clock::{SharedClock, SharedEntropy},
    store::{Postgres, StoreError, background},
};
use core::Core;

/// How the board's cache works.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Redis, also `redis-sentinel://` and `redis-cluster://`.
    pub redis_url: String,
    /// What the keys begin with; with a hash tag, so that they share one slot of a cluster.
    pub prefix: String,
    /// A full refresh starts at 0.5 to 1.0 of this.
    pub refresh_every: Duration,
    /// The longest time without a look at the log.
    pub tick: Duration,
    /// For measuring how long a commit takes to be seen.
    pub clock: SharedClock,
    /// For jitter and for the names of staged snapshots.
    pub entropy: SharedEntropy,
}

impl Settings {
    /// The product's settings.
    #[must_use]
    pub fn new(redis_url: String, clock: SharedClock, entropy: SharedEntropy) -> Self {
        Self {
            redis_url,
            prefix: "{board}".to_owned(),
            refresh_every: Duration::from_secs(30),
            tick: Duration::from_millis(250),
            clock,
            entropy,
        }
    }
}

/// The Redis copy cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("the shared cache cannot be read")]
pub struct Away;

/// The handle that everybody shares. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Board(Arc<Core>);

impl Board {
    /// Starts the drains, the refresh and the near board's feeder; they end with `stop`. Neither Redis nor the
    /// database has to be there.
    ///
    /// # Errors
    /// When the address of Redis is malformed.
    pub fn start(
        settings: Settings,
        store: Postgres,
        tasks: &TaskTracker,
        stop: &CancellationToken,
    ) -> Result<Self, BadAddress> {
        let core = Arc::new(Core::new(settings, store)?);
        spawn(tasks, stop, drain::run(Arc::clone(&core)));
        spawn(tasks, stop, refresh::run(Arc::clone(&core)));
        spawn(tasks, stop, follow::listen(Arc::clone(&core)));
        spawn(tasks, stop, follow::restore(Arc::clone(&core)));
        spawn(tasks, stop, hints(Arc::clone(&core)));
        let (closing, stop) = (Arc::clone(&core), stop.clone());
        tasks.spawn(async move {
            stop.cancelled().await;
            closing.shelf.close();
        });
        Ok(Self(core))
    }

    /// A handle that only looks: nothing is fed, refreshed or repaired by it.
    ///
    /// # Errors
    /// When the address of Redis is malformed.
    pub fn idle(settings: Settings, store: Postgres) -> Result<Self, BadAddress> {
        Ok(Self(Arc::new(Core::new(settings, store)?)))
    }

    /// Whether Redis answers within so long; it may have to be connected to first.
    pub async fn reaches_redis(&self, patience: Duration) -> bool {
        let answers = async {
            while self.0.shelf.mark().await.is_err() {
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        };
        tokio::time::timeout(patience, answers).await.is_ok()
    }

    /// Tells the gauges how many of the connections that are the board's own are in use.
    pub fn note_connections(&self) {
        self.0.store.note_connections("board");
    }

    /// The board in this process; `None` until the first complete one.
    #[must_use]
    pub fn near(&self) -> Option<Arc<Snapshot>> {
        self.0.near.snapshot()
    }

    /// How long ago this board was known to be current; whatever the wall clocks do, never told younger than it is.
    #[must_use]
    pub fn age(&self, board: &Snapshot) -> Duration {
        self.0.age(board.fresh_at())
    }

    /// When that was, by this server's clock: what is told to people beside this server's own time.
    #[must_use]
    pub fn fresh_at(&self, board: &Snapshot) -> Timestamp {
        let age = i64::try_from(self.age(board).as_millis()).unwrap_or(i64::MAX);
        Timestamp::from_millis(self.0.now().millis().saturating_sub(age))
    }

    /// The moment, by the database's clock, at which so much time will have gone by; `None` before it was heard once.
    #[must_use]
    pub fn deadline(&self, patience: Duration) -> Option<Timestamp> {
        self.0.deadline(patience)
    }

    /// The first snapshot at or after `revision` that comes within `patience`, otherwise the one there is then. Whoever
    /// has to wait knows of a commit: that is a hint like any other, which may be the only one that got through.
    pub async fn at_least(&self, revision: Revision, patience: Duration) -> Option<Arc<Snapshot>> {
        let there = |at: &Revision| *at >= revision;
        if self.near().is_none_or(|near| !there(&near.revision())) {
            let mut revisions = self.revisions();
            self.0.drain.notify_one();
            let _ = tokio::time::timeout(patience, revisions.wait_for(there)).await;
        }
        self.near()
    }

    /// A hint that this process committed something: drain now.
    pub fn committed(&self) {
        self.0.drain.notify_one();
    }

    /// Changes of the near revision; `0.0` until the first complete board.
    #[must_use]
    pub fn revisions(&self) -> tokio::sync::watch::Receiver<Revision> {
        self.0.near.revisions()
    }

    /// What a follower at this cursor is sent next, who knows of these repairs. Wait on [`Self::revisions`] for more.
    #[must_use]
    pub fn next(&self, cursor: Revision, known: Repairs) -> Next {
        self.0.near.ring.next(cursor, known)
    }

    /// What a follower knows of who begins now, with the board that is here.
    #[must_use]
    pub fn repairs(&self) -> Repairs {
        self.0.near.ring.repairs()
    }

    /// Where the trace of an order's last change goes on, as far as this server remembers it.
    #[must_use]
    pub fn trace(&self, order: OrderId) -> Option<TraceParent> {
        self.0.near.ring.trace(order)
    }

    /// At most `limit` changes right after the cursor of somebody who has read from this server, or another.
    #[must_use]
    pub fn changes(&self, cursor: Revision, limit: usize) -> Live {
        self.0.near.ring.told_after(cursor, limit)
    }

    /// The whole board in this form, ready-made, at or after `minimum` as far as the near board is; made on
    /// demand, single-flight. `None` until the first complete board. It says itself of which revision it is, which
    /// can be up to 600 ms older than the near board's when `minimum` allows it.
    pub async fn bytes(&self, minimum: Revision, form: Form, encoding: Encoding) -> Option<Body> {
        bytes::body(&self.0, minimum, form, encoding).await
    }

    /// The whole board as Redis has it now (`CACHE=redis`).
    ///
    /// # Errors
    /// When Redis is away or cold, or holds what cannot be read.
    pub async fn from_redis(&self) -> Result<Snapshot, Away> {
        let (mark, entries) = self.0.shelf.whole().await?.ok_or(Away)?;
        let board = follow::build(mark.revision, mark.fresh_at, entries).await;
        board.inspect_err(metrics::unreadable).map_err(|_| Away)
    }

    /// One entry as Redis has it now (`CACHE=redis`); `None`: not actual.
    ///
    /// # Errors
    /// When Redis is away or cold, or holds what cannot be read.
    pub async fn one_from_redis(&self, id: OrderId) -> Result<Option<Entry>, Away> {
        let payload = self.0.shelf.one(id).await?.ok_or(Away)?;
        let read = |payload: String| serde_json::from_str(&payload).map_err(|_| Away);
        payload.map(read).transpose()
    }

    /// The whole board as the database has it now (`CACHE=off`).
    ///
    /// # Errors
    /// When the database is away.
    pub async fn from_postgres(&self) -> Result<Snapshot, StoreError> {
        let mut all = self.0.front.read_all().await?;
        // All of it at once: whoever asks waits.
        let entries = all.next(all.len()).await?;
        let board = follow::build(all.revision, all.at, entries).await;
        board.map_err(|error| StoreError::unreadable("read all actual orders", error))
    }

    /// The last changes, newest first, at most so many.
    #[must_use]
    pub fn last_changes(&self, most: usize) -> Vec<Change> {
        self.0.near.ring.last(most)
    }

    /// The last full refreshes, newest first.
    #[must_use]
    pub fn refreshes(&self) -> Vec<Refreshed> {
        self.0.refreshes()
    }

    /// Changes that the log was last seen to have and the near board has not.
    #[must_use]
    pub fn lag(&self) -> u64 {
        let head = self.0.head.load(Ordering::Relaxed);
        head.saturating_sub(self.0.near.revision().map_or(0, |near| near.rev))
    }

    /// Whether Redis did not answer when it was last asked.
    #[must_use]
    pub fn redis_is_away(&self) -> bool {
        self.0.shelf.reach.is_away()
    }

    /// Whether the database did not answer when the log was last read.
    #[must_use]
    pub fn postgres_is_away(&self) -> bool {
        self.0.log.is_away()
    }
}

/// Runs until `stop`, and is cut wherever it is then: what was half done is done again by the next look, here or on
/// another server.
fn spawn(tasks: &TaskTracker, stop: &CancellationToken, work: impl Future<Output = ()> + Send + 'static) {
    tasks.spawn(stop.clone().run_until_cancelled_owned(background(work)));
}

/// Drains on every hint of the database.
async fn hints(core: Arc<Core>) {
    core.store.hints(|| core.drain.notify_one()).await;
}
