//! What the page "Cache" shows: the state of this server's board, and what a comparison of its copies came to.

use crate::domain::{OrderNumber, Revision, Status, Timestamp};

/// A source of the board.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Copy {
    /// The shared copy in Redis.
    Redis,
    /// The board in this server's memory.
    Server,
}

/// This server's cache, as it knows itself without asking anybody.
#[derive(Debug, Clone, PartialEq)]
pub struct CacheState {
    /// The board's revision; nothing until the first complete board.
    pub revision: Option<Revision>,
    /// Actual orders.
    pub orders: usize,
    /// The database was known to say the same then.
    pub fresh_at: Option<Timestamp>,
    /// This server's clock.
    pub now: Timestamp,
    /// Changes that the log has and this board has not.
    pub lag: u64,
    /// Whether Redis answered when it was last asked.
    pub redis: bool,
    /// Whether the database answered when it was last asked.
    pub database: bool,
    /// Reads since this server started, by what answered them.
    pub reads: Reads,
    /// The last full refreshes, newest first.
    pub refreshes: Vec<Refresh>,
    /// The last changes, newest first.
    pub changes: Vec<Change>,
}

/// Reads, by what answered them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Reads {
    /// The board in memory.
    pub memory: u64,
    /// Redis (`CACHE=redis`).
    pub redis: u64,
    /// The database: orders that have left the board, and everything with `CACHE=off`.
    pub database: u64,
}

impl Reads {
    /// The share that the memory answered, in percent; nothing when nothing was read.
    #[must_use]
    pub fn hit_rate(self) -> Option<f64> {
        let all = self.memory + self.redis + self.database;
        #[expect(clippy::cast_precision_loss, reason = "a share for people")]
        let share = self.memory as f64 * 100.0 / all as f64;
        (all > 0).then_some(share)
    }
}

/// A full refresh.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refresh {
    /// When it ended.
    pub at: Timestamp,
    /// Why it was due: `timer`, `cold`, `epoch`, `gap`, `near`, `divergence`.
    pub reason: &'static str,
    /// `done`, `skipped` (another server did it) or `failed`.
    pub outcome: &'static str,
    /// How long it took, in milliseconds.
    pub took_ms: u64,
}

/// A change of the board.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// Its place in the log.
    pub revision: Revision,
    /// Which order, and how it stands; nothing when it left the board.
    pub order: Option<(OrderNumber, Status)>,
}

/// What a comparison found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comparison {
    /// When it was made.
    pub at: Timestamp,
    /// The one revision at which all copies were compared.
    pub revision: Revision,
    /// Actual orders in the database.
    pub orders: usize,
    /// How long it took, in milliseconds.
    pub took_ms: u64,
    /// Whether Redis could be compared: it answered, and had a complete board.
    pub redis: bool,
    /// Differences in all; must be 0.
    pub count: usize,
    /// The first of them.
    pub differences: Vec<Difference>,
}

/// One difference.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// Whose.
    pub copy: Copy,
    /// The order's number, or its id where it has none.
    pub order: String,
    /// What is wrong.
    pub fault: Fault,
}

/// What is wrong with a copy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// The database has the order and the copy has not.
    Missing,
    /// The copy has an order that is not actual.
    Extra,
    /// Both have it, and they don't say the same.
    Differs,
    /// The copy's own sum does not agree with what is in it.
    Sum,
    /// The copy is of another timeline, or ahead of the database.
    Revision,
}

/// Why nothing was compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotCompared {
    /// A comparison is running.
    Running,
    /// The database does not answer.
    Away,
}
