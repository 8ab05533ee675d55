//! When an order will be ready: a Monte Carlo simulation over how long recent orders really stayed in each stage.
//!
//! A run walks an order from where it stands to the carrier. How long it stays in a stage is drawn from the stays of the
//! last four weeks: by weekday where there are enough of them, and by the Kaplan–Meier estimate, so that orders which
//! still wait count as "at least so long" instead of not at all. Where it goes next is drawn from where recent orders went, so
//! rework and orders that are given back happen as often as they do. Many runs make a distribution, and the day by
//! which 85 % of them are ready is the promise.
//!
//! What no simulation knows (that slow orders are slow in every stage, that the workshop is getting busier) shows in
//! promises that were made before: of those whose day has passed, [`calibrate`] sees how many were kept, and moves the
//! level that is read from the next distributions until as many are kept as are said to be (conformal prediction under
//! drift: Gibbs, Candès, "Adaptive conformal inference under distribution shift", 2021).

use super::Timestamp;

mod calibrate;
mod dice;
mod model;
mod simulate;
mod survival;
#[cfg(all(test, feature = "ssr"))]
mod tests;

pub use calibrate::{GRID, Kept, Levels, Made, calibrate};
pub use model::{Model, Stay};
pub use simulate::{Forecast, State};

/// What is answered to "when will it be ready?".
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Answer {
    /// The ends of the days by which it is, for each of [`LEVELS`]; nothing while too little is known.
    pub ready: Option<[Timestamp; LEVELS.len()]>,
    /// Stays that this was drawn from.
    pub stays: usize,
    /// How promises of the last half year were kept.
    pub kept: Kept,
}

/// The last moment of the calendar day on which a moment lies, by a wall so many minutes ahead of UTC.
#[must_use]
pub fn end_of_day(at: Timestamp, calendar: i32) -> Timestamp {
    const DAY_MS: i64 = 86_400_000;
    let ahead = i64::from(calendar) * 60_000;
    let next = at.millis().saturating_add(ahead).div_euclid(DAY_MS) + 1;
    Timestamp::from_millis(next.saturating_mul(DAY_MS).saturating_sub(ahead + 1))
}

/// What is promised: the shares of orders, in percent, that are ready by their day.
pub const LEVELS: [u8; 3] = [50, 85, 95];
