//! Several messages in one transaction, each behind a mark of its own: a bad one costs only itself.

use tokio::time::timeout;
use tracing::Instrument as _;

use super::{Message, Verdict, accept, limits};
use crate::{
    clock::Clock,
    store::{Postgres, StoreError},
    trace,
};

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
    /// Verdicts in the order of the messages, of which at most 60 share a transaction well. What they say is committed
    /// when this returns.
    pub async fn decide_all(&self, messages: &[&Message]) -> Vec<Result<Verdict, Unanswered>> {
        if messages.len() > 1 {
            match timeout(limits::PATIENCE, self.accept_together(messages)).await {
                Ok(Ok(verdicts)) => return verdicts.into_iter().map(Ok).collect(),
                Ok(Err(error)) => tracing::info!(
                    error = &error as &dyn std::error::Error,
                    "messages could not share a transaction: one by one"
                ),
                Err(_) => tracing::info!("messages that shared a transaction took too long: one by one"),
            }
        }
        let mut verdicts = Vec::with_capacity(messages.len());
        let mut away = false;
        for message in messages {
            let verdict = if away { Err(Unanswered::Late) } else { self.decide_one(message).await };
            away |= match &verdict {
                Err(Unanswered::Failed(error)) => !error.blames_the_data(),
                Err(Unanswered::Late) => true,
                Ok(_) => false,
            };
            verdicts.push(verdict);
        }
        verdicts
    }

    /// All or nothing. The messages come sorted by their orders, so that two servers with messages of the same
    /// orders lock them in the same order; within an order they stay as they came.
    async fn accept_together(&self, messages: &[&Message]) -> Result<Vec<Verdict>, StoreError> {
        let mut sorted: Vec<usize> = (0..messages.len()).collect();
        sorted.sort_by_key(|&at| messages[at].envelope.order.0);
        let mut verdicts = vec![Verdict::Handled; messages.len()];
        let mut work = self.store.begin().await?;
        for (n, at) in sorted.into_iter().enumerate() {
            work.mark(n == 0).await?;
            let message = messages[at];
            let accepted = accept(&mut work, message, self.clock.now()).instrument(span(message)).await;
            verdicts[at] = number_decided(accepted)?;
            if !matches!(verdicts[at], Verdict::Done(_)) {
                work.back_to_mark().await?;
            }
        }
        work.commit().await?;
        Ok(verdicts)
    }

    async fn decide_one(&self, message: &Message) -> Result<Verdict, Unanswered> {
        match timeout(limits::PATIENCE, self.accept_one(message).instrument(span(message))).await {
            Ok(verdict) => verdict.map_err(Unanswered::Failed),
            Err(_) => Err(Unanswered::Late),
        }
    }

    async fn accept_one(&self, message: &Message) -> Result<Verdict, StoreError> {
        let mut work = self.store.begin().await?;
        let verdict = number_decided(accept(&mut work, message, self.clock.now()).await)?;
        if matches!(verdict, Verdict::Done(_)) {
            work.commit().await?
        } else {
            work.roll_back().await?
        }
        Ok(verdict)
    }
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
    let span = tracing::info_span!("accept", order.id = %envelope.order, message = %envelope.message_id);
    trace::follow(&span, message.traceparent);
    span
}
