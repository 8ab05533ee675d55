//! What a command or a log-in came to, as it is told to the person: the same type from a plain form's redirect
//! (through a cookie that the web layer keeps) and from an island's fetch.

use serde::{Deserialize, Serialize};

use crate::domain::{Card, Command, OrderNumber, Timestamp};

/// How it ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// 200: carried out.
    Done,
    /// 409: somebody was faster, or the order has moved on.
    Conflict,
    /// 403: the order is another operator's.
    NotYours,
    /// 404: no such order.
    Unknown,
    /// 422: fields that break their rules.
    Invalid,
    /// 401: no session any more; for a log-in: wrong name or password.
    SignedOut,
    /// 429: too many failed log-ins.
    TooMany,
    /// 503, or no connection at all.
    Unavailable,
}

impl Outcome {
    /// What an HTTP status of `/api/*` means; no status at all (0) is a lost connection.
    #[must_use]
    pub const fn of_status(status: u16) -> Self {
        match status {
            200..=299 => Self::Done,
            401 => Self::SignedOut,
            403 => Self::NotYours,
            404 => Self::Unknown,
            409 => Self::Conflict,
            429 => Self::TooMany,
            400..=499 => Self::Invalid,
            _ => Self::Unavailable,
        }
    }
}

/// What there is to tell.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Flash {
    /// What was asked for; nothing for a log-in and for forms that are no command.
    pub command: Option<Command>,
    /// How it ended.
    pub outcome: Outcome,
    /// Of which order.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<OrderNumber>,
    /// Who has the order now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub operator: Option<String>,
    /// The order that could not be had is mine already.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub yours: bool,
    /// Since when the order stands where it stands.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<Timestamp>,
    /// The newest order that is still free, after a lost take.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_free: Option<OrderNumber>,
    /// Seconds to wait before the next try.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_after: Option<u32>,
    /// The reason, or the log-in name, as it was typed, so that it isn't typed again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// A sentence of the server on what is wrong, for what has no words here: bad fields, and forms that are neither a
    /// command nor the log-in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
}

/// What `/api/*` may say in its body; every field is optional, for all answers are read with it.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct Answer {
    /// The order after the command, or as committed when it was refused.
    pub order: Option<Card>,
    /// After a lost take.
    pub next_free: Option<OrderNumber>,
    /// The order that was asked for is one's own already.
    #[serde(default)]
    pub yours: bool,
    /// What is wrong.
    pub detail: Option<String>,
}

impl Flash {
    /// Reads an answer of `/api/*`: its status, `Retry-After` in seconds, and its JSON body.
    /// `command` is nothing for a log-in; `reason` is what was typed.
    #[must_use]
    pub fn read(
        command: Option<Command>,
        status: u16,
        retry_after: Option<u32>,
        body: &str,
        reason: Option<&str>,
    ) -> Self {
        let outcome = Outcome::of_status(status);
        let answer: Answer = serde_json::from_str(body).unwrap_or_default();
        let order = answer.order.as_ref();
        Self {
            command,
            outcome,
            number: order.map(|card| card.number.clone()),
            operator: order.and_then(|card| card.operator.as_ref()).map(|who| who.name.clone()),
            at: order.map(|card| card.status_since),
            yours: answer.yours,
            next_free: answer.next_free.filter(|_| !answer.yours),
            retry_after,
            reason: reason.filter(|_| outcome != Outcome::Done).map(str::to_owned),
            detail: answer.detail.filter(|_| outcome == Outcome::Invalid),
        }
    }
}
