//! Presses of buttons: each was tried by a statement of its own, and whoever pressed is answered.

use std::time::Duration;

use app::domain::{Card, Receipt, Refusal, Revision};
use tokio::time::timeout;

use super::{Desk, away};
use crate::store::{StoreError, postgres::commands::Press};

/// A person waits: an answer that takes longer is "try again", and trying again is safe.
pub(super) const PATIENCE: Duration = Duration::from_secs(6);

/// What became of a press.
pub(super) enum Pressed {
    /// Its change is done, now or when the same press came before.
    Done(Box<Receipt>),
    /// Something else was said with the same request before, as of this revision.
    Reused(Revision),
    /// Nothing has changed. This is the order, if there is one, as of this revision.
    Hindered(Option<Box<Card>>, Revision),
}

impl Pressed {
    /// The answer of a button besides the six commands; `why` nothing has changed, for an order that there is.
    pub fn or(self, why: impl FnOnce(Box<Card>) -> Refusal) -> Result<Receipt, Refusal> {
        match self {
            Self::Done(receipt) => Ok(*receipt),
            Self::Reused(_) => Err(Refusal::RequestReused),
            Self::Hindered(card, _) => Err(card.map_or(Refusal::Unknown, why)),
        }
    }
}

impl Desk {
    /// What became of a press whose statement has given this answer, or none.
    ///
    /// # Errors
    /// When the database is away, or has kept what is no receipt.
    pub(super) async fn became(
        &self,
        press: &Press<'_>,
        answer: Option<String>,
    ) -> Result<Pressed, StoreError> {
        if let Some(answer) = answer {
            return read(&answer).map(Pressed::Done);
        }
        let obstacle = self.store.find_obstacle(press).await?;
        match obstacle.stored {
            Some(stored) if stored.is_of(press) => read(&stored.answer).map(Pressed::Done),
            Some(_) => Ok(Pressed::Reused(obstacle.head)),
            None => Ok(Pressed::Hindered(obstacle.card.map(Box::new), obstacle.head)),
        }
    }

    /// Counts an answer, and has the board follow what was done.
    pub(super) async fn pressed(
        &self,
        command: &'static str,
        decided: impl Future<Output = Result<Result<Receipt, Refusal>, StoreError>>,
    ) -> Result<Receipt, Refusal> {
        let answer = match timeout(PATIENCE, decided).await {
            Ok(Ok(answer)) => answer,
            Ok(Err(error)) => Err(Refusal::Unavailable { retry_after: away(&error).retry_after }),
            Err(_) => Err(Refusal::Unavailable { retry_after: 1 }),
        };
        count(command, &answer);
        if answer.is_ok() {
            self.board.committed();
        }
        answer
    }
}

fn read(answer: &str) -> Result<Box<Receipt>, StoreError> {
    serde_json::from_str(answer).map_err(|error| StoreError::unreadable("read receipt", error))
}

/// Counts what became of a press, by the refusal's name.
pub(super) fn count(command: &'static str, answer: &Result<Receipt, Refusal>) {
    let outcome = answer.as_ref().map_or_else(name, |_| "done");
    metrics::counter!("commands_total", "command" => command, "outcome" => outcome).increment(1);
}

const fn name(refusal: &Refusal) -> &'static str {
    match refusal {
        Refusal::Invalid(_) => "invalid",
        Refusal::Unknown => "unknown",
        Refusal::NotYours(_) => "not_yours",
        Refusal::Conflict { .. } => "conflict",
        Refusal::NotAllowed { .. } => "not_allowed",
        Refusal::OtherModel(_) => "other_model",
        Refusal::RequestReused => "request_reused",
        Refusal::Unavailable { .. } => "unavailable",
    }
}
