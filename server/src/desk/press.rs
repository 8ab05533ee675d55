//! Buttons besides the six commands: their change was tried in a transaction, and whoever pressed is answered.

use std::time::Duration;

use app::domain::{Card, Receipt, Refusal};
use tokio::time::timeout;

use super::{Desk, away};
use crate::store::{
    StoreError,
    postgres::{Work, commands::Press},
};

/// A person waits.
const PATIENCE: Duration = Duration::from_secs(6);

/// The answer to a press: a receipt when its change is `done` in `work`, the receipt of the same press before, or `why`
/// nothing has changed, for an order that there is.
///
/// # Errors
/// When the database is away.
pub(super) async fn settle(
    mut work: Work,
    press: &Press<'_>,
    done: bool,
    why: impl FnOnce(Box<Card>) -> Refusal,
) -> Result<Result<Receipt, Refusal>, StoreError> {
    let read = |answer: &str| {
        serde_json::from_str(answer).map_err(|error| StoreError::unreadable("read receipt", error))
    };
    if done {
        let answer = work.store_receipt_of(press).await?;
        work.commit().await?;
        return Ok(Ok(read(&answer)?));
    }
    let obstacle = work.find_obstacle_of(press).await?;
    work.roll_back().await?;
    if let Some(stored) = obstacle.stored {
        let same = stored.version == press.version && stored.reason.as_deref() == press.reason;
        return if same { Ok(Ok(read(&stored.answer)?)) } else { Ok(Err(Refusal::RequestReused)) };
    }
    Ok(Err(obstacle.card.map_or(Refusal::Unknown, |card| why(Box::new(card)))))
}

impl Desk {
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
        let outcome = if answer.is_ok() { "done" } else { "refused" };
        metrics::counter!("commands_total", "command" => command, "outcome" => outcome).increment(1);
        if answer.is_ok() {
            self.board.committed();
        }
        answer
    }
}
