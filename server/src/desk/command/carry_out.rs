//! The way of a command: decided by the database in one statement, answered with a receipt.

use std::time::Duration;

use app::{
    backend::CommandAsk,
    domain::{Receipt, Refusal, Revision, Timestamp},
};

use tracing::Instrument as _;

use super::step::Step;
use crate::{
    desk::{
        Desk, away,
        press::{PATIENCE, Pressed, count},
        trace,
    },
    store::{StoreError, postgres::commands::Change},
};

/// How long a refusal waits for this server's own board: the loser's next page must not show what they are told is gone.
const CATCH_UP: Duration = Duration::from_millis(100);

/// What became of one attempt.
enum Attempt {
    Done(Box<Receipt>),
    /// As of this revision.
    Refused(Refusal, Revision),
    /// The order changed and changed back between two looks.
    Again,
}

impl Desk {
    /// Carries out a command, or says why not; then nothing has changed. What is only told to come again may be done already,
    /// as the same press finds out, and is done no later.
    pub(in crate::desk) async fn carry_out(&self, ask: CommandAsk) -> Result<Receipt, Refusal> {
        let command = ask.command.name();
        let span = tracing::info_span!("carry out", command, order.id = %ask.id);
        // An order's way is told by one trace, whoever goes on with it and from wherever.
        trace::follow_unless_within(&span, self.board.trace(ask.id));
        let decided = self.decide(&ask, self.board.deadline(PATIENCE)).instrument(span);
        let answer = match tokio::time::timeout(PATIENCE, decided).await {
            Ok(answer) => answer,
            Err(_) => {
                tracing::error!(command, order.id = %ask.id, "the database did not answer in time");
                Err(Refusal::Unavailable { retry_after: 1 })
            }
        };
        count(command, &answer);
        answer
    }

    async fn decide(&self, ask: &CommandAsk, until: Option<Timestamp>) -> Result<Receipt, Refusal> {
        super::refuse::invalid(ask)?;
        for _ in 0..3 {
            let attempt = self.attempt(ask, until).await.map_err(|error| {
                let retry_after = away(&error).retry_after;
                Refusal::Unavailable { retry_after }
            })?;
            match attempt {
                Attempt::Done(receipt) => {
                    self.news_wait.notify_one();
                    // Nobody waits for the board here: the receipt's revision has every later read wait for it.
                    self.board.committed();
                    return Ok(*receipt);
                }
                Attempt::Refused(refusal, head) => {
                    self.board.at_least(head, CATCH_UP).await;
                    return Err(self.with_next_free(ask, refusal));
                }
                Attempt::Again => {}
            }
        }
        Err(Refusal::Unavailable { retry_after: 1 })
    }

    async fn attempt(&self, ask: &CommandAsk, until: Option<Timestamp>) -> Result<Attempt, StoreError> {
        let Some(step) = Step::of(ask.command) else { return Ok(Attempt::Again) };
        let now = self.clock.now();
        let change = Change {
            order: ask.id,
            version: ask.version,
            command: ask.command,
            from: step.from,
            to: step.to,
            user: ask.actor.user,
            of_any_operator: ask.command.needs_reason() && ask.actor.role.is_supervisor(),
            request: &ask.request_id,
            reason: ask.reason.as_deref().filter(|_| ask.command.needs_reason()),
            now,
            until,
            message: self.entropy.id(now),
            routing_key: step.routing_key,
            traceparent: trace::current(),
        };
        let answer = self.store.press_command(&change).await?;
        Ok(match self.became(&change.press(), answer).await? {
            Pressed::Done(receipt) => Attempt::Done(receipt),
            Pressed::Reused(head) => Attempt::Refused(Refusal::RequestReused, head),
            Pressed::Hindered(card, head) => super::refuse::why(ask, card)
                .map_or(Attempt::Again, |refusal| Attempt::Refused(refusal, head)),
        })
    }

    /// Who lost a take is told which order is free next.
    fn with_next_free(&self, ask: &CommandAsk, refusal: Refusal) -> Refusal {
        let (Refusal::Conflict { card, .. }, app::domain::Command::Take) = (&refusal, ask.command) else {
            return refusal;
        };
        let near = self.board.near();
        let next_free = near.as_ref().and_then(|near| {
            let mut free = near.column(app::domain::Status::Approved);
            free.find(|held| held.card.id != ask.id).map(|held| held.card.number.clone())
        });
        Refusal::Conflict { card: card.clone(), next_free }
    }
}
