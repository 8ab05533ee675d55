//! What messages do: one transaction's body. What a message does to its own order touches no other's, so that messages of
//! different orders go through each step together; changes of known orders are a statement each.

use std::collections::HashSet;

use app::domain::{OrderId, Status, Timestamp, TraceParent};

use super::message::{Message, Wanted};
use crate::{
    desk::Outcome,
    store::{
        StoreError, Work,
        postgres::intake::{Envelope, Facts, KeptStep, Known, NewOrder, ToldStep},
    },
};

/// What became of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// To be committed.
    Done(Outcome),
    /// It was handled before. Nothing was done.
    Handled,
    /// Somebody else has handled it at this moment. What was done has to be undone.
    Overtaken,
    /// Its number is another order's. What was done has to be undone.
    NumberTaken,
}

impl Verdict {
    /// Whether it leaves something behind that must not be committed.
    #[must_use]
    pub const fn has_to_be_undone(self) -> bool {
        matches!(self, Self::Overtaken | Self::NumberTaken)
    }
}

/// A message, and where its order's way goes on.
#[derive(Debug, Clone, Copy)]
pub struct Part<'a> {
    /// The message.
    pub message: &'a Message,
    /// In this work, or, where nothing is traced, where the message came from.
    pub traceparent: Option<TraceParent>,
}

/// Accepts messages within a transaction, at most one of each order: duplicate, stale, then the rest.
///
/// # Errors
/// When the database is away, or the constraint `orders_number_key` refuses one of them.
pub async fn accept(work: &mut Work, parts: &[Part<'_>], now: Timestamp) -> Result<Vec<Verdict>, StoreError> {
    let envelopes: Vec<_> = parts.iter().map(|part| &part.message.envelope).collect();
    let known = work.look_at_sources(&envelopes, now).await?;
    let added = add(work, parts, &known, now).await?;
    let mut verdicts = Vec::with_capacity(parts.len());
    for (part, known) in parts.iter().zip(&known) {
        verdicts.push(if known.duplicate {
            Verdict::Handled
        } else if is_stale(part, known) {
            Verdict::Done(Outcome::Stale)
        } else if known.number_taken {
            Verdict::NumberTaken
        } else if added.contains(&part.message.envelope.order) {
            Verdict::Done(Outcome::Accepted)
        } else {
            Verdict::Done(change(work, part, known.status, now).await?)
        });
    }
    keep_history(work, parts, &verdicts, now).await?;
    close(work, &envelopes, &mut verdicts, now).await?;
    Ok(verdicts)
}

fn is_stale(part: &Part<'_>, known: &Known) -> bool {
    known.version.is_some_and(|version| part.message.envelope.source_version <= version)
}

/// Adds the orders that nobody knows yet; which of them are on the board now.
async fn add(
    work: &mut Work,
    parts: &[Part<'_>],
    known: &[Known],
    now: Timestamp,
) -> Result<HashSet<OrderId>, StoreError> {
    let new = parts.iter().zip(known).filter_map(|(part, known)| {
        let nothing = known.duplicate || known.number_taken || is_stale(part, known);
        let Wanted::Approval(facts) = &part.message.wanted else { return None };
        let envelope = &part.message.envelope;
        (!nothing && known.status.is_none()).then(|| NewOrder {
            envelope,
            facts,
            // A source whose clock is ahead must not put its orders before all others.
            approved_at: envelope.occurred_at.min(now),
            traceparent: part.traceparent,
        })
    });
    let new: Vec<_> = new.collect();
    if new.is_empty() {
        return Ok(HashSet::new());
    }
    Ok(work.insert_orders(&new, now).await?.into_iter().collect())
}

/// What a message changes of an order that is known. `status` is from the moment before the order was locked; the
/// statements decide.
async fn change(
    work: &mut Work,
    part: &Part<'_>,
    status: Option<Status>,
    now: Timestamp,
) -> Result<Outcome, StoreError> {
    let Part { message, traceparent } = *part;
    match &message.wanted {
        Wanted::Approval(facts) => update(work, part, facts, now).await,
        // An order that is not known yet is called off all the same: its place among the source's orders remembers it.
        Wanted::Cancellation => {
            let cancelled = work.cancel_order(message.envelope.order, now, traceparent).await?;
            Ok(if cancelled || status.is_none() { Outcome::CalledOff } else { Outcome::Ignored })
        }
        Wanted::Nothing => Ok(Outcome::Ignored),
    }
}

async fn update(
    work: &mut Work,
    part: &Part<'_>,
    facts: &Facts,
    now: Timestamp,
) -> Result<Outcome, StoreError> {
    let updated = work.update_order(&part.message.envelope, facts, now, part.traceparent).await?;
    Ok(if updated { Outcome::Updated } else { Outcome::Ignored })
}

async fn keep_history(
    work: &mut Work,
    parts: &[Part<'_>],
    verdicts: &[Verdict],
    now: Timestamp,
) -> Result<(), StoreError> {
    let told = parts.iter().zip(verdicts).flat_map(|(part, verdict)| {
        let envelope = &part.message.envelope;
        let steps = steps(part.message, *verdict);
        steps.map(|step| KeptStep { envelope, step, traceparent: part.traceparent })
    });
    let told: Vec<_> = told.collect();
    if told.is_empty() {
        return Ok(());
    }
    work.keep_steps(&told, now).await
}

/// The steps of a message that are news.
fn steps(message: &Message, verdict: Verdict) -> impl Iterator<Item = &ToldStep> {
    let envelope = &message.envelope;
    // A repeated approval is news of the facts, not another step; nor is a cancellation that came too late.
    let repeats = matches!(
        (&message.wanted, verdict),
        (Wanted::Approval(_), Verdict::Done(Outcome::Updated | Outcome::Ignored))
            | (Wanted::Cancellation, Verdict::Done(Outcome::Ignored))
    );
    let tells = matches!(verdict, Verdict::Done(outcome) if outcome != Outcome::Stale);
    let own = (envelope.status, envelope.occurred_at);
    message.history.iter().filter(move |step| tells && !(repeats && (step.status.as_str(), step.at) == own))
}

/// Remembers what is done; who was overtaken is told now.
async fn close(
    work: &mut Work,
    envelopes: &[&Envelope],
    verdicts: &mut [Verdict],
    now: Timestamp,
) -> Result<(), StoreError> {
    let handled = envelopes.iter().zip(&*verdicts).filter_map(|(envelope, verdict)| match verdict {
        Verdict::Done(outcome) => Some((*envelope, outcome.name())),
        _ => None,
    });
    let handled: Vec<_> = handled.collect();
    if handled.is_empty() {
        return Ok(());
    }
    let mut closed: HashSet<_> = work.close_messages(&handled, now).await?.into_iter().collect();
    for (envelope, verdict) in envelopes.iter().zip(verdicts) {
        // Of two messages with one id, about different orders, one is closed.
        if matches!(verdict, Verdict::Done(_)) && !closed.remove(&envelope.message_id) {
            *verdict = Verdict::Overtaken;
        }
    }
    Ok(())
}
