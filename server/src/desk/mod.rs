//! Use cases, one file each. Implements the port that pages and server functions use.

use std::{ops::Range, sync::Arc};

use app::{
    backend::Unavailable,
    domain::{Actor, ModelDigest, Revision},
};
use bytes::Bytes;
use futures_util::stream::BoxStream;

use crate::{
    board::{Board, Snapshot},
    clock::{SharedClock, SharedEntropy},
    store::Postgres,
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

/// What the use cases work with.
#[derive(Debug)]
pub struct Desk {
    /// The database.
    pub store: Postgres,
    /// The cache.
    pub board: Board,
    /// The time.
    pub clock: SharedClock,
    /// Randomness.
    pub entropy: SharedEntropy,
    /// From where reads are answered.
    pub reads: Reads,
}

/// What became of an order message (CONTRACTS, section 3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// A new order, or an effective cancellation.
    Accepted,
    /// A known order's facts changed.
    Updated,
    /// The same message came before.
    Duplicate,
    /// Not the workshop's business.
    Ignored,
    /// The source has said something newer before.
    Stale,
}

/// A field of a message that breaks its rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadField {
    /// Path, `order.price.amount`.
    pub field: String,
    /// What it must be.
    pub rule: String,
}

/// Why an order message was not taken in.
#[derive(Debug, thiserror::Error)]
pub enum IntakeError {
    /// Larger than 64 KiB.
    #[error("the message is larger than 64 KiB")]
    TooLarge,
    /// Broken or out of its limits; every bad field is named.
    #[error("the message breaks its rules")]
    Malformed(Vec<BadField>),
    /// The database is away; nothing was done.
    #[error(transparent)]
    Unavailable(#[from] Unavailable),
}

/// A model file on its way out.
pub struct ModelStream {
    /// Bytes of the whole file.
    pub size: u64,
    /// The asked part.
    pub body: BoxStream<'static, std::io::Result<Bytes>>,
}

/// Why a model file cannot be served.
#[derive(Debug, thiserror::Error)]
pub enum ModelError {
    /// No order names that hash.
    #[error("no order names this model")]
    Unknown,
    /// The store of models is away.
    #[error("the store of models is away")]
    Away,
}

impl Desk {
    /// Who holds this session; from memory after the first time.
    ///
    /// # Errors
    /// When the session is not in memory and the database is away.
    pub async fn session(&self, _token: &str) -> Result<Option<Actor>, Unavailable> {
        unimplemented!()
    }
    /// Takes in an order message, from HTTP or the broker alike.
    ///
    /// # Errors
    /// See [`IntakeError`]; nothing was done then.
    pub async fn intake(&self, _body: &[u8]) -> Result<Outcome, IntakeError> {
        unimplemented!()
    }
    /// Size of a ready model that some order names.
    ///
    /// # Errors
    /// See [`ModelError`].
    pub async fn model_size(&self, _sha256: ModelDigest) -> Result<u64, ModelError> {
        unimplemented!()
    }
    /// Streams a model, or the given bytes of it.
    ///
    /// # Errors
    /// See [`ModelError`].
    pub async fn model(
        &self,
        _sha256: ModelDigest,
        _part: Option<Range<u64>>,
    ) -> Result<ModelStream, ModelError> {
        unimplemented!()
    }
    /// The worker's manifest as JSON (CONTRACTS, section 4), for this person.
    ///
    /// # Errors
    /// When the board was never complete yet.
    pub async fn manifest(&self, _actor: &Actor, _after: Option<Revision>) -> Result<Bytes, Unavailable> {
        unimplemented!()
    }
    /// The snapshot that answers a read at or after `at_least`, by [`Reads`].
    ///
    /// # Errors
    /// When what should answer is away.
    pub async fn snapshot(&self, _at_least: Option<Revision>) -> Result<Arc<Snapshot>, Unavailable> {
        unimplemented!()
    }
}
