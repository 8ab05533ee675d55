//! A bonus on an order that nobody takes: decided by the database, answered with a receipt like any command.

use std::time::Duration;

use app::{
    backend::BonusAsk,
    domain::{Receipt, Refusal},
};
use tokio::time::timeout;

use super::{Desk, away};
use crate::{
    store::{
        StoreError,
        postgres::{
            bonus::{Bonus, COMMAND},
            commands::Press,
        },
    },
    trace,
};

/// A person waits.
const PATIENCE: Duration = Duration::from_secs(6);

impl Desk {
    /// Puts a bonus, or says why not; then nothing has changed.
    pub(super) async fn put_bonus(&self, ask: BonusAsk) -> Result<Receipt, Refusal> {
        let answer = match timeout(PATIENCE, self.decide_bonus(&ask)).await {
            Ok(Ok(answer)) => answer,
            Ok(Err(error)) => Err(Refusal::Unavailable { retry_after: away(&error).retry_after }),
            Err(_) => Err(Refusal::Unavailable { retry_after: 1 }),
        };
        let outcome = if answer.is_ok() { "done" } else { "refused" };
        metrics::counter!("commands_total", "command" => COMMAND, "outcome" => outcome).increment(1);
        if let Ok(receipt) = &answer {
            self.board.committed();
            self.board.at_least(receipt.revision, Duration::from_millis(100)).await;
        }
        answer
    }

    async fn decide_bonus(&self, ask: &BonusAsk) -> Result<Result<Receipt, Refusal>, StoreError> {
        let amount = ask.amount.to_string();
        let bonus = Bonus {
            order: ask.id,
            version: ask.version,
            user: ask.actor.user,
            amount: ask.amount,
            request: &ask.request_id,
            now: self.clock.now(),
            traceparent: trace::current(),
        };
        let press = Press {
            user: ask.actor.user,
            command: COMMAND,
            order: ask.id,
            request: &ask.request_id,
            version: ask.version,
            // What was pressed is told apart by the amount, as a step back is by its reason.
            reason: Some(&amount),
        };
        let read = |answer: &str| {
            serde_json::from_str(answer).map_err(|error| StoreError::unreadable("read receipt", error))
        };
        let mut work = self.store.begin().await?;
        if work.put_bonus(&bonus).await? {
            let answer = work.store_receipt_of(&press).await?;
            work.commit().await?;
            return Ok(Ok(read(&answer)?));
        }
        let obstacle = work.find_obstacle_of(&press).await?;
        work.roll_back().await?;
        if let Some(stored) = obstacle.stored {
            let same = stored.version == ask.version && stored.reason.as_deref() == Some(&amount);
            return if same { Ok(Ok(read(&stored.answer)?)) } else { Ok(Err(Refusal::RequestReused)) };
        }
        Ok(Err(match obstacle.card {
            None => Refusal::Unknown,
            // Another version, or taken: the card says which.
            Some(card) => Refusal::Conflict { card: Box::new(card), next_free: None },
        }))
    }
}
