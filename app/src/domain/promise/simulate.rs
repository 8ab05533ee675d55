//! Runs of an order to the carrier.

use super::{dice::Dice, model::Model};
use crate::domain::{Timestamp, passport::Stage};

/// Where an order stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct State {
    /// The stage that it is in.
    pub stage: Stage,
    /// Since when it is there.
    pub since: Timestamp,
    /// The moment of the question.
    pub now: Timestamp,
}

/// Runs that are made: the 95 % day of a thousand runs has fifty behind it.
pub const RUNS: usize = 1000;
/// A run that goes round in circles ends; its order is later than anybody is interested in.
const MOST_STAYS: usize = 60;

/// When the runs were ready, the first one first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Forecast {
    ready: Vec<Timestamp>,
}

impl Forecast {
    /// Makes the runs; the same seed makes the same ones.
    #[must_use]
    pub fn make(model: &Model, from: State, seed: u64) -> Self {
        let mut dice = Dice::new(seed);
        let mut ready: Vec<Timestamp> = (0..RUNS).map(|_| run(model, from, &mut dice)).collect();
        ready.sort_unstable();
        Self { ready }
    }

    /// When so many of a hundred runs were ready.
    #[must_use]
    pub fn at(&self, percent: f64) -> Timestamp {
        let rank = (self.ready.len() as f64 * percent / 100.0).ceil() as usize;
        let place = rank.clamp(1, self.ready.len().max(1)) - 1;
        self.ready.get(place).copied().unwrap_or(Timestamp::from_millis(i64::MAX))
    }
}

fn run(model: &Model, from: State, dice: &mut Dice) -> Timestamp {
    let State { mut stage, mut since, now } = from;
    let mut age = now.seconds_since(since).max(0);
    for _ in 0..MOST_STAYS {
        let lasts = model.draw(stage, since, age, dice.share());
        since = Timestamp::from_millis(since.millis() + lasts * 1000);
        age = 0;
        match model.next(stage, dice.share()) {
            Some(next) => stage = next,
            None => return since.max(now),
        }
    }
    since.max(now)
}
