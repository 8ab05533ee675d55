//! Several messages in few transactions: all at once where nothing is wrong with them, else each behind a mark of its own,
//! so that a bad one costs only itself. When the database is in trouble, one by one until it is seen to be away.

use std::collections::HashMap;

use app::domain::OrderId;
use futures_util::future::join_all;
use tokio::time::timeout;
use tracing::{Instrument as _, Span};

use super::{
    Message, Verdict,
    accept::{Part, accept},
    limits,
};
use crate::{
    clock::Clock,
    desk::Outcome,
    store::{Postgres, StoreError, Work},
    trace,
};

/// Messages of one transaction. While one waits for the disk, or for the log, the next one can work.
const PART: usize = 100;
/// Messages that are best decided at once: two transactions' worth.
pub const AT_ONCE: usize = 2 * PART;
/// Messages of one transaction with marks. PostgreSQL remembers 64 marks of a transaction at hand; with more, everybody
/// else's snapshots become slow.
const MARKS: usize = 60;

/// Why a message has no verdict.
#[derive(Debug)]
pub enum Unanswered {
    /// The database failed.
    Failed(StoreError),
    /// It did not answer in time, or failed at a message before this one.
    Late,
}

/// Decides about messages, in as few transactions as may be.
#[derive(Debug, Clone, Copy)]
pub struct Decider<'a> {
    /// Where.
    pub store: &'a Postgres,
    /// When.
    pub clock: &'a dyn Clock,
}

impl Decider<'_> {
    /// Verdicts in the order of the messages, which should be no more than some hundred. What they say is committed when
    /// this returns.
    pub async fn decide_all(&self, messages: &[&Message]) -> Vec<Result<Verdict, Unanswered>> {
        let mut verdicts: Vec<Option<Verdict>> = vec![None; messages.len()];
        let mut away = false;
        if messages.len() > 1 {
            for round in rounds(messages) {
                // They are about different orders, so that they may go beside each other.
                let parts = round.chunks(PART).map(|part| self.accept_part(messages, part));
                let tried = join_all(parts).await;
                for (part, tried) in round.chunks(PART).zip(tried) {
                    match tried {
                        Tried::Done(decided) => {
                            part.iter().zip(decided).for_each(|(at, verdict)| verdicts[*at] = Some(verdict));
                        }
                        Tried::Spoilt => {}
                        Tried::Away => away = true,
                    }
                }
                // What follows in later rounds is about orders of this one.
                if round.iter().any(|&at| verdicts[at].is_none()) {
                    break;
                }
            }
        }
        let left: Vec<&Message> =
            verdicts.iter().zip(messages).filter(|(it, _)| it.is_none()).map(|(_, it)| *it).collect();
        let mut rest = self.decide_left(&left, away).await.into_iter();
        let decided = verdicts.into_iter().map(|verdict| match verdict {
            Some(verdict) => Ok(verdict),
            None => rest.next().unwrap_or(Err(Unanswered::Late)),
        });
        decided.collect()
    }

    /// What could not be taken in at once: some at a time with marks, else one by one; once the database is away, none.
    async fn decide_left(&self, messages: &[&Message], away: bool) -> Vec<Result<Verdict, Unanswered>> {
        let mut verdicts = Vec::with_capacity(messages.len());
        for some in messages.chunks(MARKS) {
            let tries = some.len() > 1 && !away && !is_away(&verdicts);
            match if tries { self.accept_marked(some).await } else { None } {
                Some(decided) => {
                    let first = verdicts.len();
                    verdicts.extend(decided.into_iter().map(Ok));
                    self.ask_for_numbers_again(some, &mut verdicts[first..]).await;
                }
                None => self.decide_singly(some, &mut verdicts).await,
            }
        }
        verdicts
    }

    /// All of a part of a round or nothing, step by step for all of them.
    async fn accept_part(&self, messages: &[&Message], places: &[usize]) -> Tried {
        let mut shared = Span::none();
        let mut parts = Vec::with_capacity(places.len());
        for message in places.iter().map(|&at| messages[at]) {
            let span = span(message);
            let part = part(message, &span);
            // What they share is told in the trace of the first that is recorded.
            if shared.is_none() && trace::of(&span).is_some() {
                shared = span;
            }
            parts.push(part);
        }
        let accepted = timeout(limits::PATIENCE, self.accept_parts(&parts).instrument(shared)).await;
        match accepted {
            Ok(Ok(Some(verdicts))) => Tried::Done(verdicts),
            Ok(Ok(None)) => Tried::Spoilt,
            Ok(Err(error)) => {
                tell("messages could not be taken in at once", Some(&error));
                if error.blames_the_data() { Tried::Spoilt } else { Tried::Away }
            }
            Err(_) => {
                tell("messages that were taken in at once took too long", None);
                Tried::Away
            }
        }
    }

    /// `None`: one of them has to be undone, and nothing was done.
    async fn accept_parts(&self, parts: &[Part<'_>]) -> Result<Option<Vec<Verdict>>, StoreError> {
        let mut work = self.store.begin().await?;
        let verdicts = accept(&mut work, parts, self.clock.now()).await?;
        if verdicts.iter().any(|verdict| verdict.has_to_be_undone()) {
            work.roll_back().await?;
            return Ok(None);
        }
        let added: Vec<_> = parts
            .iter()
            .zip(&verdicts)
            .filter(|(_, verdict)| matches!(verdict, Verdict::Done(Outcome::Accepted)))
            .map(|(part, _)| part.message.envelope.order)
            .collect();
        if !added.is_empty() {
            work.log_new_orders(&added).await?;
        }
        work.commit().await?;
        Ok(Some(verdicts))
    }

    /// The same with a mark before each message, so that a bad one costs only itself; `None`: it could not be.
    async fn accept_marked(&self, messages: &[&Message]) -> Option<Vec<Verdict>> {
        match timeout(limits::PATIENCE, self.accept_behind_marks(messages)).await {
            Ok(Ok(verdicts)) => return Some(verdicts),
            Ok(Err(error)) => tell("messages could not share a transaction", Some(&error)),
            Err(_) => tell("messages that shared a transaction took too long", None),
        }
        None
    }

    /// All or nothing. The messages come sorted by their orders, so that two servers with messages of the same
    /// orders lock them in the same order; within an order they stay as they came.
    async fn accept_behind_marks(&self, messages: &[&Message]) -> Result<Vec<Verdict>, StoreError> {
        let mut sorted: Vec<usize> = (0..messages.len()).collect();
        sorted.sort_by_key(|&at| messages[at].envelope.order.0);
        let mut verdicts = vec![Verdict::Handled; messages.len()];
        let mut work = self.store.begin().await?;
        for (n, at) in sorted.into_iter().enumerate() {
            work.mark(n == 0).await?;
            let span = span(messages[at]);
            let accepted = self.accept_in(&mut work, messages[at], &span).instrument(span.clone());
            verdicts[at] = accepted.await?;
            if verdicts[at].has_to_be_undone() {
                work.back_to_mark().await?;
            }
        }
        work.commit().await?;
        Ok(verdicts)
    }

    /// A number that was another order's may have been given up by a message behind it, for they went in sorted by orders.
    async fn ask_for_numbers_again(
        &self,
        messages: &[&Message],
        verdicts: &mut [Result<Verdict, Unanswered>],
    ) {
        for at in 0..messages.len() {
            if matches!(verdicts[at], Ok(Verdict::NumberTaken)) {
                verdicts[at] = self.decide_next(messages[at], verdicts).await;
            }
        }
    }

    /// One by one, until the database is away.
    async fn decide_singly(&self, messages: &[&Message], verdicts: &mut Vec<Result<Verdict, Unanswered>>) {
        for message in messages {
            let verdict = self.decide_next(message, verdicts).await;
            verdicts.push(verdict);
        }
    }

    /// One, unless the database was found to be away before it.
    async fn decide_next(
        &self,
        message: &Message,
        before: &[Result<Verdict, Unanswered>],
    ) -> Result<Verdict, Unanswered> {
        if is_away(before) { Err(Unanswered::Late) } else { self.decide_one(message).await }
    }

    async fn decide_one(&self, message: &Message) -> Result<Verdict, Unanswered> {
        match timeout(limits::PATIENCE, self.accept_one(message)).await {
            Ok(verdict) => verdict.map_err(Unanswered::Failed),
            Err(_) => Err(Unanswered::Late),
        }
    }

    async fn accept_one(&self, message: &Message) -> Result<Verdict, StoreError> {
        let span = span(message);
        let accepted = async {
            let mut work = self.store.begin().await?;
            let verdict = self.accept_in(&mut work, message, &span).await?;
            if matches!(verdict, Verdict::Done(_)) {
                work.commit().await?
            } else {
                work.roll_back().await?
            }
            Ok(verdict)
        };
        accepted.instrument(span.clone()).await
    }

    /// Accepts one message within a transaction.
    async fn accept_in(
        &self,
        work: &mut Work,
        message: &Message,
        span: &Span,
    ) -> Result<Verdict, StoreError> {
        let accepted = accept(work, &[part(message, span)], self.clock.now()).await;
        number_decided(accepted.map(|verdicts| verdicts.first().copied().unwrap_or(Verdict::Handled)))
    }
}

/// What became of a part of a round.
enum Tried {
    Done(Vec<Verdict>),
    /// Because of one of them.
    Spoilt,
    /// Because of the database.
    Away,
}

/// Whether the database was found to be away on the way here. A message that has to wait must not be overtaken by a later
/// one of its order.
fn is_away(verdicts: &[Result<Verdict, Unanswered>]) -> bool {
    verdicts.iter().any(|verdict| match verdict {
        Err(Unanswered::Failed(error)) => !error.blames_the_data(),
        Err(Unanswered::Late) => true,
        Ok(_) => false,
    })
}

/// Says why messages go on in smaller parts.
fn tell(what: &'static str, error: Option<&StoreError>) {
    tracing::info!(error = error.map(|it| it as &dyn std::error::Error), "{what}");
}

/// The messages in rounds, each with at most one of an order, and sorted by the orders, as are the parts that
/// become transactions: two servers lock the same orders in the same order. Messages of one order stay as they came.
fn rounds(messages: &[&Message]) -> Vec<Vec<usize>> {
    let mut rounds: Vec<Vec<usize>> = Vec::new();
    let mut met: HashMap<OrderId, usize> = HashMap::new();
    for (at, message) in messages.iter().enumerate() {
        let round = met.entry(message.envelope.order).or_default();
        if rounds.len() == *round {
            rounds.push(Vec::new());
        }
        rounds[*round].push(at);
        *round += 1;
    }
    for round in &mut rounds {
        round.sort_by_key(|&at| messages[at].envelope.order.0);
    }
    rounds
}

fn part<'a>(message: &'a Message, span: &Span) -> Part<'a> {
    Part { message, traceparent: trace::of(span).or(message.traceparent) }
}

/// Two orders of one number at the same moment: the index decided.
fn number_decided(accepted: Result<Verdict, StoreError>) -> Result<Verdict, StoreError> {
    match accepted {
        Err(error) if error.constraint() == Some("orders_number_key") => Ok(Verdict::NumberTaken),
        other => other,
    }
}

/// The message's part of the trace that it came with.
fn span(message: &Message) -> tracing::Span {
    let envelope = &message.envelope;
    // What the shop traces is recorded here, and what it does not is not; a message without a word on that is.
    let wanted = message.traceparent.is_none_or(|parent| trace::wanted(parent, true));
    let span = trace::begin!(wanted, "accept", order.id = %envelope.order, message = %envelope.message_id);
    trace::follow(&span, message.traceparent);
    span
}
