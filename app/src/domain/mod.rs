//! What an order *is*: pure types and rules, the same in the browser and on the server.

pub mod actor;
pub mod alloy;
pub mod bench;
pub mod card;
mod card_json;
pub mod command;
pub mod digest;
pub mod entry;
pub mod flow;
pub mod ids;
pub mod money;
pub mod page;
pub mod passport;
pub mod promise;
pub mod revision;
#[cfg(feature = "ssr")]
pub mod row;
pub mod saved;
pub mod slow;
pub mod status;
pub mod timestamp;
pub mod trace;
pub mod view;

pub use actor::{Actor, Role};
pub use alloy::{ALLOYS, Alloy};
pub use bench::{BenchFacts, Doubt, THINNEST_WALL_MM};
pub use card::{Card, CardModel, ModelState, OperatorName, Priority};
pub use command::{Command, Refusal};
pub use digest::ModelDigest;
pub use entry::{Entry, HistoryStep, ModelFacts, SizeFrom};
pub use ids::{OrderId, OrderNumber, RequestId};
pub use money::{Amount, Money};
pub use page::{BoardPage, Cancelled, Column, Neglected, OrderPage, Receipt, Totals};
pub use revision::Revision;
#[cfg(feature = "ssr")]
pub use row::Row;
pub use saved::{SavedView, ViewName};
pub use status::Status;
pub use timestamp::Timestamp;
pub use trace::TraceParent;
pub use view::{BoardView, Sort};

/// A text that breaks the rule of its field; says which rule, never echoes the text.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{rule}")]
pub struct Invalid {
    /// What the field must be, in words that can be shown to the sender.
    pub rule: &'static str,
}

impl Invalid {
    pub(crate) const fn because(rule: &'static str) -> Self {
        Self { rule }
    }
}
