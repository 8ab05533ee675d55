//! Use cases. Implements the port that pages and server functions use; the web and the broker use the rest.

mod answers;
mod bonus;
mod cache;
mod cancelled;
mod command;
mod confirm;
pub mod flow;
mod housekeeping;
pub mod intake;
mod models;
mod neglected;
pub mod outbox;
pub mod people;
mod port;
mod press;
pub mod radar;
mod read_board;
mod read_order;
mod read_passport;
mod real;
pub mod reconcile;
mod views;

pub use crate::model::EDITION as PICTURE_EDITION;
pub use crate::trace;
pub use answers::{BadField, IntakeError, ModelError, ModelStream, NamedModel, Outcome};
pub use real::RealError;

use app::backend::Unavailable;
use arc_swap::ArcSwapOption;
use tokio::sync::Notify;

use crate::{
    board::Board,
    clock::{SharedClock, SharedEntropy},
    store::{Postgres, StoreError, models::Models},
};

/// From where reads are answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reads {
    /// The in-process snapshot.
    Near,
    /// Redis, on every request.
    Redis,
    /// PostgreSQL, on every request.
    Postgres,
}

/// What a desk is made of.
#[derive(Debug)]
pub struct Parts {
    /// The database.
    pub store: Postgres,
    /// The models' bucket.
    pub models: Models,
    /// The cache.
    pub board: Board,
    /// The time.
    pub clock: SharedClock,
    /// Randomness.
    pub entropy: SharedEntropy,
    /// From where reads are answered.
    pub reads: Reads,
}

/// What the use cases work with.
#[derive(Debug)]
pub struct Desk {
    store: Postgres,
    models: Models,
    board: Board,
    clock: SharedClock,
    entropy: SharedEntropy,
    reads: Reads,
    passwords: people::Passwords,
    attempts: people::Attempts,
    sessions: people::Sessions,
    /// Reads, by what answered them.
    answers: cache::Answers,
    compared: cache::Compared,
    /// Wakes the worker that fetches models.
    model_waits: Notify,
    /// Wakes whoever tells the world what happened here.
    news_wait: Notify,
    /// What "when will it be ready?" is answered from.
    promises: ArcSwapOption<flow::Promises>,
    /// What everybody's browsers have sent in this minute.
    paces: real::Paces,
    radar: radar::Radar,
    /// What operators have yet to be told.
    cancelled: cancelled::Told,
    neglected: neglected::Found,
}

impl Desk {
    /// A desk; [`Desk::start`] begins its background work.
    #[must_use]
    pub fn new(parts: Parts) -> Self {
        let Parts { store, models, board, clock, entropy, reads } = parts;
        let radar = radar::Radar::new(entropy.id(clock.now()));
        Self {
            store,
            models,
            board,
            clock,
            entropy,
            reads,
            passwords: people::Passwords::new(),
            attempts: people::Attempts::default(),
            sessions: people::Sessions::new(),
            answers: cache::Answers::default(),
            compared: cache::Compared::default(),
            model_waits: Notify::new(),
            news_wait: Notify::new(),
            promises: ArcSwapOption::empty(),
            paces: real::Paces::default(),
            radar,
            cancelled: cancelled::Told::default(),
            neglected: neglected::Found::default(),
        }
    }

    /// The cache, for what the web reads from it directly.
    #[must_use]
    pub fn cache(&self) -> &Board {
        &self.board
    }

    /// From where reads are answered.
    #[must_use]
    pub fn reads(&self) -> Reads {
        self.reads
    }
}

/// Tells the caller to come back, and the log why. What is not an outage is a fault of ours: it is logged as one.
fn away(error: &StoreError) -> Unavailable {
    if error.is_away() {
        tracing::warn!(error = error as &dyn std::error::Error, "the database is away");
        Unavailable { retry_after: 2 }
    } else {
        tracing::error!(error = error as &dyn std::error::Error, "the database refused what it should not");
        metrics::counter!("store_refusals_total", "operation" => error.operation).increment(1);
        Unavailable { retry_after: 5 }
    }
}
