//! What an operator can do to an order, and the ways in which it can be refused.

use serde::{Deserialize, Serialize};

use super::{Actor, Card, OrderNumber, Status};

/// A change of an order's status by a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Command {
    /// Assign a free order to me and start it, in one step.
    Take,
    /// The piece is made.
    Complete,
    /// Start packing it.
    Pack,
    /// Hand it to the carrier; it leaves the board.
    Ship,
    /// Give a taken order back to the pool, with a reason.
    Release,
    /// Send a made piece back to the bench, with a reason.
    Rework,
}

impl Command {
    /// All of them, for walks and tests.
    pub const ALL: [Self; 6] =
        [Self::Take, Self::Complete, Self::Pack, Self::Ship, Self::Release, Self::Rework];

    /// The name in addresses (`/api/take`) and in `data-action`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Take => "take",
            Self::Complete => "complete",
            Self::Pack => "pack",
            Self::Ship => "ship",
            Self::Release => "release",
            Self::Rework => "rework",
        }
    }

    /// The command of that name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|command| command.name() == name)
    }

    /// Steps back need words: 1 to 500 characters.
    #[must_use]
    pub const fn needs_reason(self) -> bool {
        matches!(self, Self::Release | Self::Rework)
    }

    /// Who may do it, the order's status aside: a free order is anybody's to take; a taken one is its
    /// operator's alone, but supervisors and admins may release and rework any.
    #[must_use]
    pub fn allows(self, actor: &Actor, card: &Card) -> bool {
        match (self, &card.operator) {
            (Self::Take, _) => true,
            (_, Some(operator)) if operator.login == actor.login => true,
            _ => self.needs_reason() && actor.role.is_supervisor(),
        }
    }
}

/// Why a command was not carried out. Nothing has changed when one of these is the answer.
#[derive(Debug, Clone, PartialEq)]
pub enum Refusal {
    /// Fields that break their rules, by name.
    Invalid(Vec<(&'static str, &'static str)>),
    /// No such order.
    Unknown,
    /// The order is another operator's.
    NotYours(Box<Card>),
    /// The order has moved on; here it is as committed, and for a lost take the next free one.
    Conflict {
        /// The order as committed; its operator says who won.
        card: Box<Card>,
        /// The newest order that is still free.
        next_free: Option<OrderNumber>,
    },
    /// The order stands where this command is not allowed.
    NotAllowed {
        /// The order as committed.
        card: Box<Card>,
        /// What was asked for.
        command: Command,
    },
    /// What was to be confirmed is not a model that waits for it: it is not checked yet, or another one by now.
    OtherModel(Box<Card>),
    /// The same request id came with other fields.
    RequestReused,
    /// The database is away: try again after so many seconds.
    Unavailable {
        /// Seconds to wait.
        retry_after: u32,
    },
}

/// Statuses that a command may come from, for messages.
#[must_use]
pub fn comes_from(command: Command) -> Option<Status> {
    Status::COLUMNS.into_iter().find(|status| status.after(command).is_some())
}
