//! Segments of an order's way, and what they come to.

use super::{Spent, Stage};
use crate::domain::Timestamp;

/// A part of an order's way in one stage, with one kind of time. `P` is how a person is named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Segment<P> {
    /// Where the order was.
    pub stage: Stage,
    /// What the time was spent on.
    pub spent: Spent,
    /// Since when.
    pub from: Timestamp,
    /// Until when; for the one that goes on, until now.
    pub to: Timestamp,
    /// Whether it goes on.
    pub open: bool,
    /// Which step began it, as a place in the history that was walked.
    pub step: usize,
    /// Counts the order's stays in stages, from 0; the parts before, during and after a hold are one stay.
    pub stay: usize,
    /// Whose the order was.
    pub holder: Option<P>,
}

impl<P> Segment<P> {
    /// How long, in whole seconds (rule 3).
    #[must_use]
    pub const fn seconds(&self) -> i64 {
        self.to.full_seconds() - self.from.full_seconds()
    }
}

/// How the order's way ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// Given to the carrier.
    Shipped(Timestamp),
    /// Called off.
    Cancelled(Timestamp),
}

/// An order's way so far.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Way<P> {
    /// Its parts, each beginning where the one before ends.
    pub segments: Vec<Segment<P>>,
    /// When the approval happened, by the source's word.
    pub approved: Option<Timestamp>,
    /// How it ended; nothing while it goes on.
    pub end: Option<End>,
    /// How often it went back to the bench.
    pub reworks: usize,
    /// How often it was given back.
    pub releases: usize,
}

/// Sums of whole seconds, by what the time was spent on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Sums {
    /// Customers and carriers.
    pub outside: i64,
    /// Work.
    pub working: i64,
    /// Waiting.
    pub waiting: i64,
    /// Held.
    pub held: i64,
}

impl Sums {
    /// All of it.
    #[must_use]
    pub const fn total(self) -> i64 {
        self.outside + self.working + self.waiting + self.held
    }

    /// Flow efficiency: work in percent of the time from the approval on; nothing while there is none.
    #[must_use]
    pub fn efficiency(self) -> Option<f64> {
        (self.total() > 0).then(|| self.working as f64 * 100.0 / self.total() as f64)
    }

    fn add(&mut self, spent: Spent, seconds: i64) {
        match spent {
            Spent::Outside => self.outside += seconds,
            Spent::Working => self.working += seconds,
            Spent::Waiting => self.waiting += seconds,
            Spent::Held => self.held += seconds,
        }
    }
}

impl<P> Way<P> {
    /// From the first known step to the carrier, the cancellation or now; the carrier's own part is left out.
    #[must_use]
    pub fn whole(&self) -> Sums {
        self.sum(|stage| stage != Stage::Delivery)
    }

    /// The workshop's part of it: from the approval on.
    #[must_use]
    pub fn workshop(&self) -> Sums {
        self.sum(Stage::is_workshop)
    }

    /// One stage's part of it, all stays together.
    #[must_use]
    pub fn in_stage(&self, stage: Stage) -> Sums {
        self.sum(|other| other == stage)
    }

    fn sum(&self, counts: impl Fn(Stage) -> bool) -> Sums {
        let mut sums = Sums::default();
        for segment in self.segments.iter().filter(|segment| counts(segment.stage)) {
            sums.add(segment.spent, segment.seconds());
        }
        sums
    }

    /// The segments of each stay, in order.
    pub fn stays(&self) -> impl Iterator<Item = &[Segment<P>]> {
        self.segments.chunk_by(|a, b| a.stay == b.stay)
    }
}
