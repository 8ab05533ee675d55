//! The source's list of approved orders against ours: what differs, in words, and put right on request through the same
//! use case as messages (docs/adr/0015).

mod apply;
mod compare;
mod list;
mod words;

use std::collections::BTreeMap;

use app::domain::{OrderId, OrderNumber};
use serde::Serialize;

pub use list::{BadLine, LINES, List, read_list};

use super::{Desk, away};
use crate::{
    clock::Clock,
    desk::intake::Message,
    store::{Postgres, StoreError},
};
use app::backend::Unavailable;

/// In what way an order differs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Differs {
    /// The source has approved it, and we don't know it.
    MissingHere,
    /// It is on our board, and not in the source's list.
    UnknownThere,
    /// It stands elsewhere than the source says, and not just further along in the workshop.
    Status,
    /// The source counts another version than we have heard of.
    SourceVersion,
    /// The source states other facts.
    Facts,
}

/// What can be done about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Remedy {
    /// The source's line can be taken in as a message.
    Apply,
    /// Somebody has to ask: a message could not put it right.
    Ask,
}

/// Where an order stands on one side.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Side {
    /// Its status, by the name on the wire.
    pub status: String,
    /// The source's version of it.
    pub source_version: Option<i64>,
}

/// One order that differs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Difference {
    /// The order.
    pub order: OrderId,
    /// What people call it.
    pub number: OrderNumber,
    /// In what ways; never empty.
    pub differs: Vec<Differs>,
    /// The facts that differ, by their names in a message.
    pub fields: Vec<&'static str>,
    /// At the source; nothing when it is not in its list.
    pub theirs: Option<Side>,
    /// Here; nothing when it is unknown.
    pub ours: Option<Side>,
    /// What can be done.
    pub remedy: Remedy,
    /// What became of the line that was taken in: an outcome of intake, `number_taken`, `unwritable`, or `not_tried`.
    /// Nothing when nobody asked for it.
    pub outcome: Option<&'static str>,
    /// All of this in a sentence.
    pub text: String,
}

/// What a comparison found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Report {
    /// Orders in the source's list.
    pub listed: usize,
    /// Orders on our board.
    pub ours: usize,
    /// Orders that agree.
    pub same: usize,
    /// Of these, orders that are further along here, which is the workshop's own doing.
    pub further: usize,
    /// How many orders differ in which way.
    pub counts: BTreeMap<Differs, usize>,
    /// Each of them, in the order of their numbers.
    pub differences: Vec<Difference>,
    /// Whether lines were to be taken in.
    pub applied: bool,
    /// Lines that could have been taken in and were not: for want of time, or of the database. The same list again goes
    /// on where this ended.
    pub left: usize,
}

impl Report {
    /// Whether nothing is left to be done: no difference, or all were put right.
    #[must_use]
    pub fn is_settled(&self) -> bool {
        self.differences.iter().all(|difference| matches!(difference.outcome, Some("accepted" | "updated")))
    }
}

/// Compares the source's list with ours; with `until`, takes in what can be put right, as far as that gets by then.
///
/// # Errors
/// When the database is away: then nothing was done.
pub async fn reconcile(
    store: &Postgres,
    clock: &dyn Clock,
    list: &List,
    apply: Apply,
) -> Result<Report, StoreError> {
    let asked: Vec<OrderId> = list.messages.iter().map(|message| message.envelope.order).collect();
    let ours = store.our_orders(&asked).await?;
    let (mut report, to_apply) = compare::compare(list, &ours);
    if apply != Apply::No {
        report.applied = true;
        let messages: Vec<&Message> = to_apply.iter().map(|&(_, line)| &list.messages[line]).collect();
        let outcomes = apply::apply(store, clock, &messages, apply).await;
        for (&(at, _), outcome) in to_apply.iter().zip(&outcomes) {
            report.differences[at].outcome = Some(outcome);
        }
        report.left = outcomes.iter().filter(|outcome| **outcome == apply::NOT_TRIED).count();
    }
    for difference in &mut report.differences {
        difference.text = words::sentence(difference);
    }
    Ok(report)
}

/// Whether, and for how long, lines are taken in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Apply {
    /// Only look.
    No,
    /// For at most so long.
    Within(std::time::Duration),
    /// To the end.
    All,
}

impl Desk {
    /// Compares the source's list with ours, and puts right what can be put right when that is asked for.
    ///
    /// # Errors
    /// When the database is away: then nothing was done.
    pub async fn reconcile(&self, list: &List, apply: Apply) -> Result<Report, Unavailable> {
        let report = reconcile(&self.store, &*self.clock, list, apply).await.map_err(|error| away(&error))?;
        for difference in &report.differences {
            if let Some(outcome) = difference.outcome {
                self.count_message(super::intake::Door::List, counted(outcome));
            }
        }
        if report.applied {
            self.board.committed();
            self.model_waits.notify_one();
        }
        tell(&report, self.clock.now().millis());
        Ok(report)
    }
}

/// The outcome's name among those that messages are counted by.
fn counted(outcome: &'static str) -> &'static str {
    match outcome {
        "number_taken" | "unwritable" => "refused",
        apply::NOT_TRIED => "unavailable",
        outcome => outcome,
    }
}

/// The counters of the last comparison.
fn tell(report: &Report, now: i64) {
    for differs in
        [Differs::MissingHere, Differs::UnknownThere, Differs::Status, Differs::SourceVersion, Differs::Facts]
    {
        let count = report.counts.get(&differs).copied().unwrap_or_default();
        metrics::gauge!("reconcile_differences", "differs" => differs.name()).set(count as f64);
    }
    metrics::gauge!("reconcile_last_timestamp_seconds").set(now as f64 / 1000.0);
    tracing::info!(
        listed = report.listed,
        ours = report.ours,
        differences = report.differences.len(),
        applied = report.applied,
        left = report.left,
        "compared with the source's list"
    );
}

impl Differs {
    /// The name in JSON and in the counters.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::MissingHere => "missing_here",
            Self::UnknownThere => "unknown_there",
            Self::Status => "status",
            Self::SourceVersion => "source_version",
            Self::Facts => "facts",
        }
    }
}
