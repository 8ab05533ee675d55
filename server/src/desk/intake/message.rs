//! An order message that keeps its rules.

use app::domain::{Timestamp, TraceParent};

use crate::store::postgres::intake::{Envelope, Facts};

/// The only type of message there is.
pub(super) const KIND: &str = "order.status_changed";

/// A message, read and checked.
#[derive(Debug, Clone, PartialEq)]
pub struct Message {
    /// Which message, about which order.
    pub envelope: Envelope,
    /// The trace that it belongs to; nothing where what came was none.
    pub traceparent: Option<TraceParent>,
    /// What it wants.
    pub wanted: Wanted,
    /// Steps on the order's way from before the workshop.
    pub history: Vec<(String, Timestamp)>,
}

/// What a message wants of the workshop.
#[derive(Debug, Clone, PartialEq)]
pub enum Wanted {
    /// Make this, or: it is to be made like this from now on.
    Approval(Box<Facts>),
    /// Don't make it any more.
    Cancellation,
    /// Nothing: a status that is the shop's own, or the workshop's own to tell.
    Nothing,
}

/// Every status an order can have anywhere.
pub(super) const STATUSES: [&str; 11] = [
    "INITIATED",
    "FILE_UPLOADED",
    "SUBMITTED",
    "PRICE_CALCULATED",
    "MANUFACTURING_APPROVED",
    "MANUFACTURING_STARTED",
    "MANUFACTURING_COMPLETED",
    "PACKAGING",
    "SHIPPED",
    "CANCELLED",
    "CLOSED",
];

/// Statuses that only the workshop itself reaches: what others say of them is no step of the order's history.
pub(super) fn is_told_by_the_workshop(status: &str) -> bool {
    matches!(status, "MANUFACTURING_STARTED" | "MANUFACTURING_COMPLETED" | "PACKAGING" | "SHIPPED")
}
