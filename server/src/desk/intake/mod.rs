//! Order messages: one way in for HTTP and the broker (CONTRACTS, section 3).

mod accept;
mod fields;
mod forms;
mod limits;
mod message;
mod read;
#[cfg(test)]
mod tests;

pub use accept::{Verdict, accept};
pub use message::{Message, Wanted};
pub use read::read;

use tracing::Instrument as _;

use super::{BadField, Desk, IntakeError, Outcome, away};
use crate::store::StoreError;

impl Desk {
    /// Takes in an order message, from HTTP or the broker alike. What it did is durable when this returns.
    ///
    /// # Errors
    /// See [`IntakeError`]; nothing was done then.
    pub async fn intake(&self, body: &[u8]) -> Result<Outcome, IntakeError> {
        let answer = self.read_and_accept(body).await;
        let outcome = match &answer {
            Ok(outcome) => outcome.name(),
            Err(IntakeError::TooLarge) => "too_large",
            Err(IntakeError::Malformed(_)) => "malformed",
            Err(IntakeError::Unavailable(_)) => "unavailable",
        };
        metrics::counter!("intake_total", "outcome" => outcome).increment(1);
        answer
    }

    async fn read_and_accept(&self, body: &[u8]) -> Result<Outcome, IntakeError> {
        if body.len() > limits::BODY {
            return Err(IntakeError::TooLarge);
        }
        let message = read(body).map_err(IntakeError::Malformed)?;
        let span = tracing::info_span!("accept", order.id = %message.envelope.order, message = %message.envelope.message_id);
        super::trace::follow(&span, message.traceparent.as_deref());
        let verdict = tokio::time::timeout(limits::PATIENCE, self.accept_one(&message));
        let verdict = match verdict.instrument(span).await {
            Ok(verdict) => verdict.map_err(|error| away(&error))?,
            Err(_) => return Err(IntakeError::Unavailable(app::backend::Unavailable { retry_after: 2 })),
        };
        match verdict {
            Verdict::Done(outcome) => {
                self.board.committed();
                if matches!(outcome, Outcome::Accepted | Outcome::Updated) {
                    self.model_waits.notify_one();
                }
                Ok(outcome)
            }
            Verdict::Handled => Ok(Outcome::Duplicate),
            Verdict::NumberTaken => Err(IntakeError::Malformed(vec![number_taken()])),
        }
    }

    async fn accept_one(&self, message: &Message) -> Result<Verdict, StoreError> {
        let mut work = self.store.begin().await?;
        match accept(&mut work, message, self.clock.now()).await {
            Ok(verdict @ Verdict::Done(_)) => {
                work.commit().await?;
                Ok(verdict)
            }
            Ok(verdict) => {
                work.roll_back().await?;
                Ok(verdict)
            }
            // Two orders of one number at the same moment: the index decided.
            Err(error) if error.constraint() == Some("orders_number_key") => {
                work.roll_back().await?;
                Ok(Verdict::NumberTaken)
            }
            Err(error) => Err(error),
        }
    }
}

fn number_taken() -> BadField {
    BadField { field: "order.number".to_owned(), rule: "must not be the number of another order".to_owned() }
}

impl Outcome {
    /// The name on the wire.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::Updated => "updated",
            Self::Duplicate => "duplicate",
            Self::Ignored => "ignored",
            Self::Stale => "stale",
        }
    }
}
