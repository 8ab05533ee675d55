//! What a page is made of: the first screen of a board, one order, the receipt of a command.

use serde::{Deserialize, Serialize};

use super::{Card, Entry, OrderId, OrderNumber, Revision, Status, Timestamp, promise::LEVELS};

/// One column of a page of the board.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Column {
    /// Whose column.
    pub status: Status,
    /// Cards that the view shows in this column, also those beyond the limit.
    pub count: u32,
    /// Of these, mine.
    pub mine: u32,
    /// The first of them: mine first, then by the view's order.
    pub cards: Vec<Card>,
}

/// How many orders stand behind each quick filter, whatever the view.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Totals {
    /// All actual orders.
    pub all: u32,
    /// Mine.
    pub mine: u32,
    /// Free.
    pub free: u32,
    /// Rush.
    pub rush: u32,
    /// Past their promised time.
    pub overdue: u32,
    /// New to me.
    pub new: u32,
    /// When the newest of those that are new to me was approved.
    pub newest: Option<Timestamp>,
}

/// The first screen of a board.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct BoardPage {
    /// Of which revision this is the projection.
    pub revision: Revision,
    /// The database was known to say the same at this moment.
    pub fresh_at: Timestamp,
    /// The server's clock, for ages.
    pub now: Timestamp,
    /// Up to when the person who asks has looked at the board.
    pub seen: Timestamp,
    /// The four columns.
    pub columns: Vec<Column>,
    /// For the quick filters.
    pub totals: Totals,
}

/// Orders that were passed over.
#[derive(Debug, Clone, PartialEq)]
pub struct Neglected {
    /// How many.
    pub count: u32,
    /// Those that have waited longest; at most three.
    pub oldest: Vec<Card>,
    /// The server's clock, for ages.
    pub now: Timestamp,
}

/// An order that was cancelled while an operator had it, for that operator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cancelled {
    /// Which order.
    pub id: OrderId,
    /// Its number, as on the card that is gone.
    pub number: OrderNumber,
    /// Its title. Untrusted text.
    pub title: String,
}

/// One order with all that its page shows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OrderPage {
    /// Of which revision.
    pub revision: Revision,
    /// The database was known to say the same at this moment.
    pub fresh_at: Timestamp,
    /// The server's clock, for ages.
    pub now: Timestamp,
    /// The order.
    pub entry: Entry,
    /// The ends of the days by which it is ready with 50, 85 and 95 %; nothing where nobody can say.
    pub ready: Option<[Timestamp; LEVELS.len()]>,
}

/// The winner's proof: the order as committed, and where in the log that is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Receipt {
    /// The change's place in the log.
    pub revision: Revision,
    /// The order after it.
    pub order: Card,
}
