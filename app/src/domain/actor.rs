//! Who acts: a person with a log-in and a role.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// What a person may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Takes and makes orders.
    Operator,
    /// Also releases and reworks anybody's orders.
    Supervisor,
    /// Also manages people.
    Admin,
}

impl Role {
    /// The name in the database and on the command line.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Operator => "operator",
            Self::Supervisor => "supervisor",
            Self::Admin => "admin",
        }
    }

    /// The role of that name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        [Self::Operator, Self::Supervisor, Self::Admin].into_iter().find(|role| role.name() == name)
    }

    /// Supervisors and admins.
    #[must_use]
    pub const fn is_supervisor(self) -> bool {
        matches!(self, Self::Supervisor | Self::Admin)
    }
}

/// A signed-in person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Actor {
    /// The account.
    pub user: Uuid,
    /// The log-in name, unique.
    pub login: String,
    /// The name that others see.
    pub name: String,
    /// What they may do.
    pub role: Role,
}
