//! A bonus on an order that nobody takes: decided by the database, answered with a receipt like any command.

use app::{
    backend::BonusAsk,
    domain::{Receipt, Refusal},
};

use super::{Desk, press::PATIENCE};
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

impl Desk {
    /// Puts a bonus, or says why not, as any command.
    pub(super) async fn put_bonus(&self, ask: BonusAsk) -> Result<Receipt, Refusal> {
        self.pressed(COMMAND, self.decide_bonus(&ask)).await
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
            until: self.board.deadline(PATIENCE),
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
        let answer = self.store.press_bonus(&bonus).await?;
        let pressed = self.became(&press, answer).await?;
        // Another version, or taken: the card says which.
        Ok(pressed.or(|card| Refusal::Conflict { card, next_free: None }))
    }
}
