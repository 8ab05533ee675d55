//! What a message does: one transaction's body, so that several messages may share one.

use app::domain::{Status, Timestamp, TraceParent};

use super::message::{Message, Wanted};
use crate::{
    desk::Outcome,
    store::{StoreError, Work, postgres::intake::Facts},
    trace,
};

/// What became of a message. Whatever is not `Done` leaves work behind that has to be rolled back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// To be committed.
    Done(Outcome),
    /// It was handled before, or by somebody else at this moment.
    Handled,
    /// Its number is another order's.
    NumberTaken,
}

/// Accepts one message within a transaction: duplicate, stale, then the rest.
///
/// # Errors
/// When the database is away, or the constraint `orders_number_key` refuses.
pub async fn accept(work: &mut Work, message: &Message, now: Timestamp) -> Result<Verdict, StoreError> {
    let envelope = &message.envelope;
    let known = work.look_at_source(envelope, now).await?;
    if known.duplicate {
        return Ok(Verdict::Handled);
    }
    let outcome = if known.version.is_some_and(|version| envelope.source_version <= version) {
        Outcome::Stale
    } else if known.number_taken {
        return Ok(Verdict::NumberTaken);
    } else {
        let outcome = match &message.wanted {
            Wanted::Approval(facts) => approve(work, message, facts, known.status, now).await?,
            Wanted::Cancellation => cancel(work, message, known.status, now).await?,
            Wanted::Nothing => Outcome::Ignored,
        };
        keep_history(work, message, outcome, now).await?;
        outcome
    };
    let closed = work.close_message(envelope, outcome.name(), now).await?;
    Ok(if closed { Verdict::Done(outcome) } else { Verdict::Handled })
}

/// `status` is from the moment before the order was locked; the statements decide.
async fn approve(
    work: &mut Work,
    message: &Message,
    facts: &Facts,
    status: Option<Status>,
    now: Timestamp,
) -> Result<Outcome, StoreError> {
    let envelope = &message.envelope;
    if status.is_none() {
        // A source whose clock is ahead must not put its orders before all others.
        let approved_at = envelope.occurred_at.min(now);
        if work.insert_order(envelope, facts, (approved_at, now), traced(message)).await? {
            return Ok(Outcome::Accepted);
        }
    }
    let updated = work.update_order(envelope, facts, now, traced(message)).await?;
    Ok(if updated { Outcome::Updated } else { Outcome::Ignored })
}

/// An order that is not known yet is called off all the same: its place among the source's orders remembers it.
async fn cancel(
    work: &mut Work,
    message: &Message,
    status: Option<Status>,
    now: Timestamp,
) -> Result<Outcome, StoreError> {
    let cancelled = work.cancel_order(message.envelope.order, now, traced(message)).await?;
    Ok(if cancelled || status.is_none() { Outcome::CalledOff } else { Outcome::Ignored })
}

/// Where the order's way goes on: in this work, or, where nothing is traced, where the message came from.
fn traced(message: &Message) -> Option<TraceParent> {
    trace::current().or(message.traceparent)
}

async fn keep_history(
    work: &mut Work,
    message: &Message,
    outcome: Outcome,
    now: Timestamp,
) -> Result<(), StoreError> {
    let envelope = &message.envelope;
    // A repeated approval is news of the facts, not another step; nor is a cancellation that came too late.
    let repeats = matches!(
        (&message.wanted, outcome),
        (Wanted::Approval(_), Outcome::Updated | Outcome::Ignored) | (Wanted::Cancellation, Outcome::Ignored)
    );
    let own = (envelope.status, envelope.occurred_at);
    let steps: Vec<_> = message
        .history
        .iter()
        .filter(|step| !(repeats && (step.status.as_str(), step.at) == own))
        .cloned()
        .collect();
    if steps.is_empty() {
        return Ok(());
    }
    work.keep_steps(envelope, &steps, traced(message), now).await
}
