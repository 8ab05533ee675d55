//! How a direction stands, for `/readyz` and the counters.

use std::sync::{Arc, Mutex, PoisonError};

use super::error::BrokerError;

/// How a direction stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Standing {
    /// Not connected yet.
    New,
    /// Cannot be reached.
    Away,
    /// At work.
    Working,
    /// Connected; what arrives waits in the broker until the database is back.
    Held,
    /// What is there was made by somebody else, in another way.
    Misdeclared,
    /// The user may not.
    Forbidden,
}

impl Standing {
    /// What an error makes of a direction.
    pub(super) fn after(error: &BrokerError) -> Self {
        match error {
            BrokerError::Misdeclared { .. } => Self::Misdeclared,
            error if error.is_forbidden() => Self::Forbidden,
            _ => Self::Away,
        }
    }

    /// Whether it works, otherwise what is wrong.
    pub(super) fn check(self) -> Result<(), &'static str> {
        match self {
            Self::Working => Ok(()),
            Self::New => Err("not connected yet"),
            Self::Away => Err("does not answer"),
            Self::Held => Err("messages wait there until the database is back"),
            Self::Misdeclared => Err("a queue or exchange exists with other properties: the log says which"),
            Self::Forbidden => {
                Err("the user of AMQP_URL may not use this vhost, or not declare what is needed")
            }
        }
    }
}

/// How one direction stands, for all who ask.
#[derive(Debug, Clone)]
pub(super) struct Told {
    line: &'static str,
    now: Arc<Mutex<Standing>>,
}

impl Told {
    /// Of a direction that has not begun. `line` is its name in the counters.
    pub(super) fn new(line: &'static str) -> Self {
        Self { line, now: Arc::new(Mutex::new(Standing::New)) }
    }

    /// How it stands.
    pub(super) fn now(&self) -> Standing {
        *self.now.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Tells how it stands from now on.
    pub(super) fn tell(&self, standing: Standing) {
        *self.now.lock().unwrap_or_else(PoisonError::into_inner) = standing;
        let up = if standing == Standing::Working { 1.0 } else { 0.0 };
        metrics::gauge!("broker_up", "line" => self.line).set(up);
    }

    /// Tells that it was lost, and why; the log gets each reason once, not at every try.
    pub(super) fn lose(&self, error: &BrokerError) {
        let (before, after) = (self.now(), Standing::after(error));
        metrics::counter!("broker_losses_total", "line" => self.line).increment(1);
        let error = error as &dyn std::error::Error;
        if before == after {
            tracing::debug!(line = self.line, error, "the broker does not work yet");
        } else {
            tracing::warn!(line = self.line, error, "the broker does not work: trying again");
        }
        self.tell(after);
    }

    /// Tells that it works (again).
    pub(super) fn found(&self) {
        if self.now() != Standing::Working {
            tracing::info!(line = self.line, "the broker works");
        }
        self.tell(Standing::Working);
    }
}
