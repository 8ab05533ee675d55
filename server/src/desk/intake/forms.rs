//! Forms of single fields that only messages have.

use std::str::FromStr;

use app::domain::Invalid;
use uuid::Uuid;

/// The identity of a message.
#[derive(Debug, Clone, Copy)]
pub(super) struct MessageId(pub Uuid);

/// Three capital letters (ISO 4217).
#[derive(Debug, Clone)]
pub(super) struct Currency(pub String);

/// The name of a step on an order's way, from any system.
#[derive(Debug, Clone)]
pub(super) struct StepName(pub String);

impl FromStr for MessageId {
    type Err = Invalid;
    fn from_str(text: &str) -> Result<Self, Invalid> {
        Uuid::parse_str(text).map(Self).map_err(|_| Invalid { rule: "must be a UUID" })
    }
}

impl FromStr for Currency {
    type Err = Invalid;
    fn from_str(text: &str) -> Result<Self, Invalid> {
        let fits = text.len() == 3 && text.bytes().all(|b| b.is_ascii_uppercase());
        fits.then(|| Self(text.to_owned())).ok_or(Invalid { rule: "must be three capital letters" })
    }
}

impl FromStr for StepName {
    type Err = Invalid;
    fn from_str(text: &str) -> Result<Self, Invalid> {
        let fits =
            (1..=40).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_uppercase() || b == b'_');
        fits.then(|| Self(text.to_owned())).ok_or(Invalid { rule: "must be 1 to 40 of A-Z _" })
    }
}
