//! The walk along an order's history (the rules stand in [`super`]).

use super::{End, Segment, Spent, Stage, Way};
use crate::domain::{Entry, HistoryStep, OperatorName, Status, Timestamp};

/// The step that holds an order where it is.
pub const HOLD: &str = "ON_HOLD";
/// The step that only adds to the pay.
pub const BONUS: &str = "BONUS";
/// The step that lets it go on.
pub const RESUME: &str = "RESUMED";

/// A message that takes less has not kept the order waiting (rule 4). In milliseconds.
const NOTICEABLE: i64 = 1000;

/// One step of a history.
#[derive(Debug, Clone, Copy)]
pub struct Step<'a, P> {
    /// Wire name of what was reached.
    pub status: &'a str,
    /// When, by the clock of whoever told it.
    pub at: Timestamp,
    /// When this system noted it, where that is known.
    pub noted: Option<Timestamp>,
    /// The person of this workshop who did it; nobody for what other systems told.
    pub by: Option<P>,
    /// Whether a reason was given: a take has none, a rework always has.
    pub reasoned: bool,
}

/// The way of an order as the cache holds it.
#[must_use]
pub fn walk_entry(entry: &Entry, now: Timestamp) -> Way<&OperatorName> {
    let steps: Vec<_> = entry.history.iter().map(|step| step_of(step, entry.received_at)).collect();
    walk(&steps, now)
}

fn step_of(step: &HistoryStep, received_at: Option<Timestamp>) -> Step<'_, &OperatorName> {
    let HistoryStep { status, at, by, reason } = step;
    let noted = received_at.filter(|_| status == Status::Approved.wire() && by.is_none());
    Step { status, at: *at, noted, by: by.as_ref(), reasoned: reason.is_some() }
}

/// Walks along the steps, which come as they were noted, until `now`.
#[must_use]
pub fn walk<P: Copy>(steps: &[Step<'_, P>], now: Timestamp) -> Way<P> {
    let happened = |at: usize| steps[at].at.min(steps[at].noted.unwrap_or(steps[at].at));
    let mut order: Vec<usize> = (0..steps.len()).collect();
    order.sort_by_key(|&at| happened(at)); // stable: at one moment, as they were noted
    let mut walker = Walker::default();
    for at in order {
        walker.step(&steps[at], at, happened(at));
    }
    walker.end(now)
}

/// Where the order stands between two steps.
#[derive(Debug, Clone, Copy)]
struct Standing {
    stage: Stage,
    spent: Spent,
    since: Timestamp,
    step: usize,
    stay: usize,
}

#[derive(Debug)]
struct Walker<P> {
    segments: Vec<Segment<P>>,
    standing: Option<Standing>,
    /// The latest moment so far: no step goes back behind it.
    clock: Option<Timestamp>,
    holder: Option<P>,
    approved: Option<Timestamp>,
    end: Option<End>,
    reworks: usize,
    releases: usize,
}

impl<P> Default for Walker<P> {
    fn default() -> Self {
        Self {
            segments: Vec::new(),
            standing: None,
            clock: None,
            holder: None,
            approved: None,
            end: None,
            reworks: 0,
            releases: 0,
        }
    }
}

impl<P: Copy> Walker<P> {
    fn step(&mut self, step: &Step<'_, P>, place: usize, at: Timestamp) {
        let at = self.clock.map_or(at, |clock| clock.max(at));
        self.clock = Some(at);
        match (self.end, step.status) {
            (Some(End::Shipped(_)), "CLOSED") => {
                self.close(at);
                return;
            }
            (Some(_), _) | (None, "CLOSED" | BONUS) => return,
            (None, HOLD) => return self.hold(place, at),
            (None, RESUME) => return self.resume(place, at),
            (None, "CANCELLED") => {
                self.close(at);
                self.end = Some(End::Cancelled(at));
                return;
            }
            _ => {}
        }
        if self.approved.is_some() && step.by.is_none() {
            return; // rule 6
        }
        match step.status {
            "INITIATED" => self.enter(Stage::Begun, place, at),
            "FILE_UPLOADED" => self.enter(Stage::Uploaded, place, at),
            "SUBMITTED" => self.enter(Stage::Pricing, place, at),
            "PRICE_CALCULATED" => self.enter(Stage::Paying, place, at),
            "MANUFACTURING_APPROVED" => self.approve(step, place, at),
            "MANUFACTURING_STARTED" => {
                if step.reasoned {
                    self.reworks += 1;
                } else {
                    self.holder = step.by;
                }
                self.begin_workshop(at);
                self.enter(Stage::Bench, place, at);
            }
            "MANUFACTURING_COMPLETED" => self.move_on(Stage::Made, place, at),
            "PACKAGING" => self.move_on(Stage::Packing, place, at),
            "SHIPPED" => {
                self.move_on(Stage::Delivery, place, at);
                self.end = Some(End::Shipped(at));
            }
            // What a person of a later release does besides moves nothing that this one knows of.
            _ if step.by.is_some() => {}
            _ => self.enter(Stage::Elsewhere, place, at),
        }
    }

    /// An approval from outside begins the workshop's part; one by a person here is a release.
    fn approve(&mut self, step: &Step<'_, P>, place: usize, at: Timestamp) {
        if self.approved.is_some() {
            self.releases += 1;
            // The order is nobody's again, from this step on.
            self.enter(Stage::Free, place, at);
            self.holder = None;
            return;
        }
        self.begin_workshop(at);
        if let Some(noted) = step.noted.filter(|noted| noted.millis() >= at.millis() + NOTICEABLE) {
            self.enter(Stage::Handover, place, at);
            self.enter(Stage::Free, place, noted);
            self.clock = Some(noted);
        } else {
            self.enter(Stage::Free, place, at);
        }
    }

    fn move_on(&mut self, stage: Stage, place: usize, at: Timestamp) {
        self.begin_workshop(at);
        self.enter(stage, place, at);
    }

    /// A history that begins in the middle has no approval of its own.
    fn begin_workshop(&mut self, at: Timestamp) {
        self.approved.get_or_insert(at);
    }

    fn enter(&mut self, stage: Stage, step: usize, at: Timestamp) {
        let stay = self.close(at).map_or(0, |before| before.stay + 1);
        self.standing = Some(Standing { stage, spent: stage.spent(), since: at, step, stay });
    }

    fn hold(&mut self, step: usize, at: Timestamp) {
        if let Some(before) = self.close(at) {
            self.standing = Some(Standing { spent: Spent::Held, since: at, step, ..before });
        }
    }

    fn resume(&mut self, step: usize, at: Timestamp) {
        if self.standing.is_some_and(|standing| standing.spent == Spent::Held)
            && let Some(before) = self.close(at)
        {
            self.standing = Some(Standing { spent: before.stage.spent(), since: at, step, ..before });
        }
    }

    /// Ends the segment that goes on; what it was.
    fn close(&mut self, at: Timestamp) -> Option<Standing> {
        let standing = self.standing.take()?;
        self.keep(standing, at, false);
        Some(standing)
    }

    fn keep(&mut self, standing: Standing, to: Timestamp, open: bool) {
        let Standing { stage, spent, since: from, step, stay } = standing;
        let holder = self.holder.filter(|_| matches!(stage, Stage::Bench | Stage::Made | Stage::Packing));
        self.segments.push(Segment { stage, spent, from, to: to.max(from), open, step, stay, holder });
    }

    fn end(mut self, now: Timestamp) -> Way<P> {
        // What is with the carrier is no longer followed: without its closing nobody knows how long.
        if let Some(standing) = self.standing.take().filter(|_| self.end.is_none()) {
            self.keep(standing, now, true);
        }
        let Self { segments, approved, end, reworks, releases, .. } = self;
        Way { segments, approved, end, reworks, releases }
    }
}
