//! On whose behalf something is asked of PostgreSQL or Redis: the counters tell apart what requests cause and what
//! the server does by itself.

use std::future::Future;

tokio::task_local! {
    static BACKGROUND: ();
}

/// Who caused a statement or a command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// A request, or anything that did not say otherwise: what is forgotten counts against the promise, not for it.
    Request,
    /// The server's own work: drains, refreshes, the broker.
    Background,
}

impl Origin {
    /// Of the task that asks.
    #[must_use]
    pub fn current() -> Self {
        if BACKGROUND.try_with(|()| ()).is_ok() { Self::Background } else { Self::Request }
    }

    /// The value of the label `origin`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Request => "request",
            Self::Background => "background",
        }
    }
}

/// Marks all that the future asks for as the server's own work. A spawned task needs its own mark.
pub fn background<F: Future>(work: F) -> impl Future<Output = F::Output> {
    BACKGROUND.scope((), work)
}
