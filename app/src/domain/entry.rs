//! A whole entry of the cache: the card, and what the order's own page needs besides.

use serde::{Deserialize, Serialize};

use super::{BenchFacts, Card, OperatorName, Timestamp};

/// One step on an order's way. Statuses from before the approval are the shop's, so this is text, not [`super::Status`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct HistoryStep {
    /// Wire name of the status that was reached.
    pub status: String,
    /// When.
    pub at: Timestamp,
    /// The operator who did it; nobody for what other systems did.
    pub by: Option<OperatorName>,
    /// Why, for steps back and cancellations. Untrusted text.
    pub reason: Option<String>,
}

/// How the size of a model is known.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SizeFrom {
    /// From the positions in the file.
    Measured,
    /// The file says so. Older servers did not tell it from what they measured.
    #[default]
    Claimed,
    /// It can't be told; also whatever a newer server knows.
    #[serde(other)]
    Unknown,
}

/// What the server read out of a model file when it arrived. Entries from before a field was known lack it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ModelFacts {
    /// Size along x, y, z in millimetres; zeros where it can't be told.
    pub size_mm: [f64; 3],
    /// How the size is known.
    #[serde(default)]
    pub size_from: SizeFrom,
    /// Triangles drawn; zero where the file could not be looked at.
    pub triangles: u64,
    /// Pixels of its pictures, all together.
    #[serde(default)]
    pub pixels: u64,
    /// Measures of the metal; none until the file was measured.
    #[serde(default)]
    pub bench: Option<BenchFacts>,
}

/// What the cache holds of an actual order; for others it is read from the database by key.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Entry {
    /// What the board shows.
    pub card: Card,
    /// Where it was ordered: `shop` or `api`.
    pub channel: String,
    /// Every known step, oldest first.
    pub history: Vec<HistoryStep>,
    /// When the workshop noted the approval, where that was a second or more after it: until then the order lay between
    /// the systems.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub received_at: Option<Timestamp>,
    /// Measures of the model, when it is ready.
    pub model_facts: Option<ModelFacts>,
    /// Why the model cannot be shown: a short stable code, when it was refused.
    pub model_problem: Option<String>,
    /// Measures of the model that the card names as the one before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub model_before_facts: Option<ModelFacts>,
}
