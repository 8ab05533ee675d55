//! What can be put right is taken in as messages: in order, in as few transactions as may be, each line whole or not at
//! all.

use tokio::time::Instant;

use super::Apply;
use crate::{
    clock::Clock,
    desk::intake::{AT_ONCE, Decider, Message, Unanswered, Verdict},
    store::Postgres,
};

/// The outcome of a line that was not reached.
pub(super) const NOT_TRIED: &str = "not_tried";

/// What became of each message. Once the database is away, or the time is over, the rest is not tried.
pub(super) async fn apply(
    store: &Postgres,
    clock: &dyn Clock,
    messages: &[&Message],
    apply: Apply,
) -> Vec<&'static str> {
    let until = match apply {
        Apply::No => Some(Instant::now()),
        Apply::Within(time) => Some(Instant::now() + time),
        Apply::All => None,
    };
    let decider = Decider { store, clock };
    let mut outcomes = Vec::with_capacity(messages.len());
    // What is begun just before the time is over still has the 3 s until the whole request is given up (web/reconcile.rs),
    // many times what so many take.
    for some in messages.chunks(AT_ONCE) {
        if until.is_some_and(|until| Instant::now() >= until) {
            break;
        }
        let first = outcomes.len();
        outcomes.extend(decider.decide_all(some).await.iter().map(outcome));
        if outcomes[first..].contains(&NOT_TRIED) {
            break;
        }
    }
    outcomes.resize(messages.len(), NOT_TRIED);
    outcomes
}

fn outcome(verdict: &Result<Verdict, Unanswered>) -> &'static str {
    match verdict {
        Ok(Verdict::Done(outcome)) => outcome.name(),
        Ok(Verdict::Handled | Verdict::Overtaken) => "duplicate",
        Ok(Verdict::NumberTaken) => "number_taken",
        Err(Unanswered::Failed(error)) if error.blames_the_data() => "unwritable",
        Err(_) => NOT_TRIED,
    }
}
