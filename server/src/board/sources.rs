//! Which of the two sources answers, as the last attempt knew it.

use std::{
    sync::{
        PoisonError, RwLock,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use tokio::time::Instant;

use super::metrics;

/// From where the board is fed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Source {
    Redis,
    Postgres,
}

impl Source {
    pub const fn name(self) -> &'static str {
        match self {
            Self::Redis => "redis",
            Self::Postgres => "postgres",
        }
    }
}

/// One source's state.
#[derive(Debug)]
pub(super) struct Reach {
    source: Source,
    away: AtomicBool,
    /// When it last answered.
    answered: RwLock<Option<Instant>>,
}

impl Reach {
    pub const fn new(source: Source) -> Self {
        Self { source, away: AtomicBool::new(false), answered: RwLock::new(None) }
    }

    pub fn is_away(&self) -> bool {
        self.away.load(Ordering::Relaxed)
    }

    /// Whether it has answered within this time: a source that hangs is not found to be away for seconds.
    pub fn has_answered(&self, within: Duration) -> bool {
        let answered = *self.answered.read().unwrap_or_else(PoisonError::into_inner);
        answered.is_some_and(|at| at.elapsed() < within)
    }

    /// Notes how an attempt ended.
    pub fn note<T, E>(&self, outcome: &Result<T, E>) {
        let away = outcome.is_err();
        if !away {
            *self.answered.write().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now());
        }
        if self.away.swap(away, Ordering::Relaxed) != away {
            let source = self.source.name();
            if away {
                tracing::warn!(source, "a source of the board is away");
            } else {
                tracing::info!(source, "a source of the board is back");
            }
        }
        metrics::source(self.source, !away);
    }
}
