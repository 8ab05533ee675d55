//! An operator has seen the other model of their order: decided by the database, answered with a receipt like any
//! command.

use app::{
    backend::ConfirmAsk,
    domain::{Card, Receipt, Refusal},
};

use super::{Desk, press::PATIENCE};
use crate::{
    store::{
        StoreError,
        postgres::{
            commands::Press,
            confirmation::{COMMAND, Confirmation},
        },
    },
    trace,
};

impl Desk {
    /// Notes that the order's operator works to its other model from here on, or says why not, as any command.
    pub(super) async fn note_confirmation(&self, ask: ConfirmAsk) -> Result<Receipt, Refusal> {
        self.pressed(COMMAND, self.decide_confirmation(&ask)).await
    }

    async fn decide_confirmation(&self, ask: &ConfirmAsk) -> Result<Result<Receipt, Refusal>, StoreError> {
        let sha256 = ask.sha256.to_string();
        let confirmation = Confirmation {
            order: ask.id,
            version: ask.version,
            user: ask.actor.user,
            sha256: &sha256,
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
            // What was pressed is told apart by the model, as a step back is by its reason.
            reason: Some(&sha256),
        };
        let answer = self.store.press_confirm(&confirmation).await?;
        let pressed = self.became(&press, answer).await?;
        Ok(pressed.or(|card| why(ask, card)))
    }
}

/// Not yours, version, another model: in the order that the contract names.
fn why(ask: &ConfirmAsk, card: Box<Card>) -> Refusal {
    if !card.is_of(&ask.actor.login) {
        Refusal::NotYours(card)
    } else if card.version != ask.version {
        Refusal::Conflict { card, next_free: None }
    } else {
        Refusal::OtherModel(card)
    }
}
