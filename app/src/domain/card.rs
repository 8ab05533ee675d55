//! A card: what the board shows of an order. The field names are a contract (`/api/board`, `/live`, commands).

use serde::{Deserialize, Serialize};

use super::{ModelDigest, Money, OrderId, OrderNumber, Status, Timestamp};

/// How urgent the shop says it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Default)]
#[serde(rename_all = "lowercase")]
pub enum Priority {
    /// In its turn.
    #[default]
    Normal,
    /// Ahead of its turn.
    Rush,
}

/// How far the order's 3D model has come. A file is served only when `Ready`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ModelState {
    /// The order names no model.
    None,
    /// Named, not yet fetched and checked.
    Pending,
    /// Fetched, checked, hashed.
    Ready,
    /// Not in the store.
    Missing,
    /// Not a file that may be shown.
    Refused,
    /// Its hash is not the announced one.
    Mismatch,
}

/// The person an order is assigned to.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct OperatorName {
    /// Log-in name, unique.
    pub login: String,
    /// The name people use.
    pub name: String,
}

/// The 3D model of an order, once it is ready.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct CardModel {
    /// Content hash; the address is `/models/{sha256}.glb`.
    pub sha256: ModelDigest,
    /// Bytes.
    pub size: u64,
}

/// An order as the board shows it. Every field is always present in JSON (`card_json.rs`), null where there is nothing.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Card {
    /// Identity.
    pub id: OrderId,
    /// What people call it.
    pub number: OrderNumber,
    /// What it is, in the customer's words. Untrusted text.
    pub title: String,
    /// Where it stands.
    pub status: Status,
    /// Counts commands and accepted messages; what a command must name to be carried out.
    pub version: i32,
    /// Who has it; nobody while it is free.
    pub operator: Option<OperatorName>,
    /// When it came to the workshop.
    pub approved_at: Timestamp,
    /// Since when it has this status.
    pub status_since: Timestamp,
    /// When it is promised.
    pub due_at: Option<Timestamp>,
    /// How urgent.
    pub priority: Priority,
    /// Alloy, as the shop names it (`gold-585-yellow`). Untrusted text.
    pub material: String,
    /// Ring size or length. Untrusted text.
    pub size: Option<String>,
    /// Pieces, 1 to 10,000.
    pub quantity: i32,
    /// What the customer paid.
    pub price: Money,
    /// What the operator earns, a bonus included.
    pub pay: Option<Money>,
    /// The part of it that a supervisor added because nobody took the order. A card without one has no such field.
    #[serde(default)]
    pub bonus: Option<Money>,
    /// The customer's words. Untrusted text.
    pub comment: Option<String>,
    /// The 3D model, when ready.
    pub model: Option<CardModel>,
    /// How far the model has come.
    pub model_state: ModelState,
    /// The model that the operator worked to when the shop named another file, until they confirm that one. A card
    /// whose model did not change has no such field.
    #[serde(default)]
    pub model_before: Option<Box<CardModel>>,
}

/// After so long an order has been passed over, in milliseconds.
pub const NEGLECTED_MS: i64 = 3 * 24 * 3_600_000;

impl Card {
    /// Past its promised time.
    #[must_use]
    pub fn is_overdue(&self, now: Timestamp) -> bool {
        self.due_at.is_some_and(|due| due < now)
    }

    /// Free for so long that it was passed over: three days.
    #[must_use]
    pub fn is_neglected(&self, now: Timestamp) -> bool {
        self.status == Status::Approved && now.millis() - self.status_since.millis() >= NEGLECTED_MS
    }

    /// Assigned to this log-in name.
    #[must_use]
    pub fn is_of(&self, login: &str) -> bool {
        self.operator.as_ref().is_some_and(|operator| operator.login == login)
    }
}
