//! The cache, shown to those who watch over the workshop: what it knows of itself, and a comparison of its copies.

use std::{
    sync::{
        OnceLock,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use app::cache::{CacheState, Change, Comparison, NotCompared, Reads as Answered, Refresh};
use tokio::{sync::Mutex, time::Instant};

use super::{Desk, away};
use crate::board::InRedis;

/// A comparison costs the database what a refresh does: nobody makes it do so more often than this.
const EVERY: Duration = Duration::from_secs(10);
/// Changes that are shown.
const CHANGES: usize = 12;

/// Reads by what answered them, since the server started.
#[derive(Debug, Default)]
pub(super) struct Answers {
    memory: Counted,
    redis: Counted,
    database: Counted,
}

/// One of them. Its counter is looked up once: by its name that costs more than counting.
#[derive(Debug, Default)]
struct Counted {
    count: AtomicU64,
    counter: OnceLock<metrics::Counter>,
}

impl Counted {
    fn note(&self, from: &'static str) {
        self.count.fetch_add(1, Ordering::Relaxed);
        self.counter.get_or_init(|| metrics::counter!("board_reads_total", "from" => from)).increment(1);
    }

    fn count(&self) -> u64 {
        self.count.load(Ordering::Relaxed)
    }
}

impl Answers {
    /// The board in memory did.
    pub fn memory(&self) {
        self.memory.note("memory");
    }

    /// Redis did.
    pub fn redis(&self) {
        self.redis.note("redis");
    }

    /// The database did.
    pub fn database(&self) {
        self.database.note("database");
    }
}

/// The last comparison, and when it ended. Held while one is made.
pub(super) type Compared = Mutex<Option<(Instant, Comparison)>>;

impl Desk {
    /// Notes that the web sent the ready-made board of the memory.
    pub fn note_ready_made(&self) {
        self.answers.memory();
    }

    pub(super) fn show_cache(&self) -> CacheState {
        let near = self.board.near();
        let changes = self.board.last_changes(CHANGES).into_iter().map(|change| Change {
            revision: change.revision,
            order: change.held.map(|held| (held.card.number.clone(), held.card.status)),
        });
        let refreshes = self.board.refreshes().into_iter().map(|refresh| Refresh {
            at: refresh.at,
            reason: refresh.reason,
            outcome: refresh.outcome,
            took_ms: millis(refresh.took),
        });
        CacheState {
            revision: near.as_ref().map(|near| near.revision()),
            orders: near.as_ref().map_or(0, |near| near.len()),
            fresh_at: near.as_ref().map(|near| self.board.fresh_at(near)),
            now: self.clock.now(),
            lag: self.board.lag(),
            redis: !self.board.redis_is_away(),
            database: !self.board.postgres_is_away(),
            reads: Answered {
                memory: self.answers.memory.count(),
                redis: self.answers.redis.count(),
                database: self.answers.database.count(),
            },
            refreshes: refreshes.collect(),
            changes: changes.collect(),
        }
    }

    pub(super) async fn compare_copies(&self) -> Result<Comparison, NotCompared> {
        let Ok(mut last) = self.compared.try_lock() else { return Err(NotCompared::Running) };
        if let Some((when, comparison)) = &*last
            && when.elapsed() < EVERY
        {
            return Ok(comparison.clone());
        }
        let begun = Instant::now();
        let found = self.board.compare().await.map_err(|error| {
            let _told = away(&error);
            NotCompared::Away
        })?;
        metrics::counter!("board_comparisons_total").increment(1);
        metrics::gauge!("board_differences").set(f64::from(u32::try_from(found.count).unwrap_or(u32::MAX)));
        if found.count > 0 {
            tracing::error!(count = found.count, revision = %found.revision, "the copies of the board differ");
        }
        let comparison = Comparison {
            at: self.clock.now(),
            revision: found.revision,
            orders: found.orders,
            took_ms: millis(begun.elapsed()),
            redis: found.redis == InRedis::Whole,
            count: found.count,
            differences: found.differences,
        };
        *last = Some((Instant::now(), comparison.clone()));
        Ok(comparison)
    }
}

fn millis(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}
