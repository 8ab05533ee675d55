//! What the use cases answer, beside the domain's own answers.

use app::{backend::Unavailable, domain::OrderId};

use crate::store::models::Body;

/// What became of an order message. Each has a name on the wire ([`Outcome::name`]), the same at every door.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// A new order.
    Accepted,
    /// An effective cancellation, which creates nothing; on the wire it is accepted all the same.
    CalledOff,
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

impl IntakeError {
    /// The reason's name, a closed set.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::TooLarge => "too_large",
            Self::Malformed(_) => "malformed",
            Self::Unavailable(_) => "unavailable",
        }
    }

    /// What is wrong with it, in words that hold nothing of the message itself: `field rule; field rule`, of at most
    /// 2,000 characters.
    #[must_use]
    pub fn detail(&self) -> String {
        const TOLD: usize = 2_000;
        let words = match self {
            Self::Malformed(fields) => {
                let each: Vec<_> = fields.iter().map(|bad| format!("{} {}", bad.field, bad.rule)).collect();
                each.join("; ")
            }
            other => other.to_string(),
        };
        words.chars().take(TOLD).collect()
    }
}

/// A model file that may be served.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NamedModel {
    /// Bytes.
    pub size: u64,
    /// An order that names it.
    pub order: OrderId,
}

/// A model file on its way out.
pub struct ModelStream {
    /// Bytes of the whole file.
    pub size: u64,
    /// The asked part.
    pub body: Body,
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
