//! The life of an order in the workshop, and which status may follow which.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use super::{Command, Invalid};

/// Where an order stands, from its approval on. What comes before is not the workshop's business.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Status {
    /// Paid and approved: free for any operator to take.
    #[serde(rename = "MANUFACTURING_APPROVED")]
    Approved,
    /// Taken: somebody works on it.
    #[serde(rename = "MANUFACTURING_STARTED")]
    Started,
    /// Made, waiting to be packed.
    #[serde(rename = "MANUFACTURING_COMPLETED")]
    Completed,
    /// Being packed.
    #[serde(rename = "PACKAGING")]
    Packaging,
    /// Sent to the customer: off the board, for good.
    #[serde(rename = "SHIPPED")]
    Shipped,
    /// Called off by the shop: off the board, for good.
    #[serde(rename = "CANCELLED")]
    Cancelled,
}

impl Status {
    /// The statuses of actual orders, in the order of the board's columns.
    pub const COLUMNS: [Self; 4] = [Self::Approved, Self::Started, Self::Completed, Self::Packaging];

    /// Every status.
    pub const ALL: [Self; 6] =
        [Self::Approved, Self::Started, Self::Completed, Self::Packaging, Self::Shipped, Self::Cancelled];

    /// The name in messages, in the database and in addresses.
    #[must_use]
    pub const fn wire(self) -> &'static str {
        match self {
            Self::Approved => "MANUFACTURING_APPROVED",
            Self::Started => "MANUFACTURING_STARTED",
            Self::Completed => "MANUFACTURING_COMPLETED",
            Self::Packaging => "PACKAGING",
            Self::Shipped => "SHIPPED",
            Self::Cancelled => "CANCELLED",
        }
    }

    /// Approved and not yet shipped or cancelled: what the board shows and the cache holds.
    #[must_use]
    pub const fn is_actual(self) -> bool {
        !matches!(self, Self::Shipped | Self::Cancelled)
    }

    /// The one table of the product: what a command makes of a status, or `None` where it is not allowed.
    #[must_use]
    pub const fn after(self, command: Command) -> Option<Self> {
        match (self, command) {
            (Self::Approved, Command::Take) | (Self::Completed, Command::Rework) => Some(Self::Started),
            (Self::Started, Command::Complete) => Some(Self::Completed),
            (Self::Completed, Command::Pack) => Some(Self::Packaging),
            (Self::Packaging, Command::Ship) => Some(Self::Shipped),
            (Self::Started, Command::Release) => Some(Self::Approved),
            _ => None,
        }
    }

    /// The one next step of an order in this status, as its card offers it.
    #[must_use]
    pub const fn next_step(self) -> Option<Command> {
        match self {
            Self::Approved => Some(Command::Take),
            Self::Started => Some(Command::Complete),
            Self::Completed => Some(Command::Pack),
            Self::Packaging => Some(Command::Ship),
            Self::Shipped | Self::Cancelled => None,
        }
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.wire())
    }
}

impl FromStr for Status {
    type Err = Invalid;
    fn from_str(text: &str) -> Result<Self, Invalid> {
        Self::ALL
            .into_iter()
            .find(|status| status.wire() == text)
            .ok_or(Invalid::because("must be the wire name of a status"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_leaves_a_terminal_status() {
        for status in Status::ALL.into_iter().filter(|s| !s.is_actual()) {
            for command in Command::ALL {
                assert_eq!(status.after(command), None, "{status} {command:?}");
            }
        }
    }

    #[test]
    fn every_command_starts_from_exactly_one_status() {
        for command in Command::ALL {
            assert_eq!(Status::ALL.iter().filter(|s| s.after(command).is_some()).count(), 1, "{command:?}");
        }
    }

    #[test]
    fn a_wire_name_reads_back_as_its_status() {
        for status in Status::ALL {
            assert_eq!(status.wire().parse(), Ok(status));
            assert_eq!(serde_json::to_string(&status).unwrap(), format!("\"{status}\""));
        }
    }
}
