//! What is known of the stages of the last weeks.

use super::survival::{Survival, Watched};
use crate::domain::{Timestamp, passport::Stage};

/// A stay of the last weeks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stay {
    /// Where.
    pub stage: Stage,
    /// Since when.
    pub began: Timestamp,
    /// Since when it is watched: the beginning of the weeks that are looked back on, if it is older than these.
    pub from: Timestamp,
    /// Until when it was watched: its end, its order's cancellation, or now.
    pub until: Timestamp,
    /// Whether it ended then.
    pub ended: bool,
    /// Where the order went then; nothing for the carrier.
    pub next: Option<Stage>,
}

/// Fewer stays that ended say nothing of a stage.
const LEAST: usize = 20;
/// With fewer of one weekday, all days are taken together.
const LEAST_OF_A_DAY: usize = 30;
const DAYS: usize = 7;
/// The stages that a run passes through.
const STAGES: [Stage; 5] = Stage::WORKSHOP;

/// The stages, ready to be drawn from.
#[derive(Debug, Clone, PartialEq)]
pub struct Model {
    stages: [Known; STAGES.len()],
    /// Minutes ahead of UTC: whose weekdays these are.
    calendar: i32,
    /// Stays that it was made from.
    pub stays: usize,
}

#[derive(Debug, Clone, PartialEq, Default)]
struct Known {
    all: Survival,
    days: [Survival; DAYS],
    /// Where orders went, with how many of a hundred went there or to one before it.
    next: Vec<(Option<Stage>, f64)>,
}

impl Model {
    /// From the stays of the last weeks; nothing when they are too few to say anything.
    #[must_use]
    pub fn of(stays: &[Stay], calendar: i32) -> Option<Self> {
        let known = STAGES.map(|stage| Known::of(stays.iter().filter(|stay| stay.stage == stage), calendar));
        // Every order passes through these; a handover happens to be nothing.
        let must = [Stage::Free, Stage::Bench, Stage::Made, Stage::Packing];
        let enough = must.iter().filter_map(|stage| place(*stage)).all(|at| known[at].all.ended >= LEAST);
        enough.then_some(Self { stages: known, calendar, stays: stays.len() })
    }

    /// How long a stay that began then and has lasted `age` seconds lasts in all.
    pub(super) fn draw(&self, stage: Stage, began: Timestamp, age: i64, random: f64) -> i64 {
        let Some(known) = place(stage).map(|at| &self.stages[at]) else { return age };
        let day = &known.days[weekday(began, self.calendar)];
        let from = if day.ended >= LEAST_OF_A_DAY { day } else { &known.all };
        from.draw(age, random)
    }

    /// Where an order goes from a stage; `None`: to the carrier.
    pub(super) fn next(&self, stage: Stage, random: f64) -> Option<Stage> {
        let usual = match stage {
            Stage::Handover => Some(Stage::Free),
            Stage::Free => Some(Stage::Bench),
            Stage::Bench => Some(Stage::Made),
            Stage::Made => Some(Stage::Packing),
            _ => None,
        };
        let known = place(stage).map(|at| &self.stages[at].next);
        known
            .and_then(|next| next.iter().find(|(_, share)| random < *share))
            .map_or(usual, |(stage, _)| *stage)
    }
}

impl Known {
    fn of<'a>(stays: impl Iterator<Item = &'a Stay>, calendar: i32) -> Self {
        let (mut all, mut days) = (Vec::new(), [const { Vec::new() }; DAYS]);
        let mut next: Vec<(Option<Stage>, f64)> = Vec::new();
        for stay in stays {
            let age = |at: Timestamp| at.seconds_since(stay.began);
            let watched = Watched { from: age(stay.from), until: age(stay.until), ended: stay.ended };
            all.push(watched);
            days[weekday(stay.began, calendar)].push(watched);
            if stay.ended {
                match next.iter_mut().find(|(stage, _)| *stage == stay.next) {
                    Some((_, count)) => *count += 1.0,
                    None => next.push((stay.next, 1.0)),
                }
            }
        }
        let whole: f64 = next.iter().map(|(_, count)| count).sum();
        let mut so_far = 0.0;
        for (_, count) in &mut next {
            so_far += *count;
            *count = so_far / whole;
        }
        Self { all: Survival::of(&all), days: days.map(|day| Survival::of(&day)), next }
    }
}

fn place(stage: Stage) -> Option<usize> {
    STAGES.iter().position(|known| *known == stage)
}

/// 0 for the weekday of 1970-01-01, a Thursday.
fn weekday(at: Timestamp, calendar: i32) -> usize {
    let day = (at.millis() + i64::from(calendar) * 60_000).div_euclid(86_400_000);
    usize::try_from(day.rem_euclid(7)).unwrap_or_default()
}
