//! How a direction stands, told to the desk (for the radar and every page), to `/readyz` and to the counters.

use std::sync::Arc;

use app::radar::{Line, Standing};

use super::error::BrokerError;
use crate::desk::Desk;

/// What an error makes of a direction.
pub(super) fn after(error: &BrokerError) -> Standing {
    match error {
        BrokerError::Misdeclared { .. } => Standing::Misdeclared,
        BrokerError::Leaderless { .. } => Standing::Leaderless,
        error if error.is_forbidden() => Standing::Forbidden,
        _ => Standing::Away,
    }
}

/// Whether it works, otherwise what is wrong.
pub(super) fn check(standing: Standing) -> Result<(), &'static str> {
    match standing {
        Standing::Working => Ok(()),
        Standing::New => Err("not connected yet"),
        Standing::Away => Err("does not answer"),
        Standing::Held => Err("messages wait there until the database is back"),
        Standing::Misdeclared => Err("a queue or exchange exists with other properties: the log says which"),
        Standing::Leaderless => Err("answers, but a queue of it does not: the log says which"),
        Standing::Forbidden => {
            Err("the user of AMQP_URL may not use this vhost, or not declare what is needed")
        }
    }
}

/// How one direction stands, for all who ask.
#[derive(Debug, Clone)]
pub(super) struct Told {
    line: Line,
    desk: Arc<Desk>,
}

impl Told {
    /// Of a direction that has not begun.
    pub(super) fn new(line: Line, desk: &Arc<Desk>) -> Self {
        let told = Self { line, desk: Arc::clone(desk) };
        told.tell(Standing::New);
        told
    }

    /// How it stands.
    pub(super) fn now(&self) -> Standing {
        self.desk.line(self.line).unwrap_or(Standing::New)
    }

    /// Tells how it stands from now on.
    pub(super) fn tell(&self, standing: Standing) {
        self.desk.tell_line(self.line, standing);
        let up = if standing == Standing::Working { 1.0 } else { 0.0 };
        metrics::gauge!("broker_up", "line" => self.line.name()).set(up);
    }

    /// Tells that it was lost, and why; the log gets each reason once, not at every try.
    pub(super) fn lose(&self, error: &BrokerError) {
        let (before, after, line) = (self.now(), after(error), self.line.name());
        metrics::counter!("broker_losses_total", "line" => line).increment(1);
        let error = error as &dyn std::error::Error;
        if before == after {
            tracing::debug!(line, error, "the broker does not work yet");
        } else {
            tracing::warn!(line, error, "the broker does not work: trying again");
        }
        self.tell(after);
    }

    /// Tells that it works (again).
    pub(super) fn found(&self) {
        if self.now() != Standing::Working {
            tracing::info!(line = self.line.name(), "the broker works");
        }
        self.tell(Standing::Working);
    }
}
