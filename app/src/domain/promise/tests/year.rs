//! Promises to all orders of a simulated year, each by what was known when it was approved. The benchmarks judge them,
//! too.

use super::workshop::{self, Simulated};
use crate::domain::{
    Timestamp,
    passport::Stage,
    promise::{Forecast, GRID, Kept, Levels, Made, Model, State, Stay, calibrate, end_of_day},
};

pub const DAY_MS: i64 = 86_400_000;
pub const CALENDAR: i32 = 180;
/// What the product looks back on.
const WEEKS: i64 = 4;

/// What of the stays of the last weeks is known at a moment: those that go on, go on.
pub fn known(orders: &[Simulated], now: Timestamp) -> Vec<Stay> {
    let since = now.millis() - WEEKS * 7 * DAY_MS;
    let since = Timestamp::from_millis(since);
    let stays = orders.iter().flat_map(|order| &order.stays);
    let seen = stays.filter(|stay| stay.began <= now && stay.ended.is_none_or(|ended| ended >= since));
    let watched = seen.map(|stay| {
        let ended = stay.ended.filter(|ended| *ended <= now);
        Stay {
            stage: stay.stage,
            began: stay.began,
            from: stay.began.max(since),
            until: ended.unwrap_or(now),
            ended: ended.is_some(),
            next: stay.next.filter(|_| ended.is_some()),
        }
    });
    watched.collect()
}

/// Every order of a year is promised its days when it is approved, by what was known then; what became of them.
pub fn a_year(seed: u64) -> Vec<(Timestamp, Made)> {
    let orders = workshop::simulate(seed);
    let mut made: Vec<(Timestamp, Made)> = Vec::new();
    let mut day = 0;
    let (mut model, mut levels) = (None, Levels::default());
    for (number, order) in orders.iter().enumerate() {
        let now = order.approved;
        if now.millis().div_euclid(DAY_MS) != day {
            day = now.millis().div_euclid(DAY_MS);
            model = Model::of(&known(&orders, now), CALENDAR);
            let so_far: Vec<Made> = made
                .iter()
                .filter(|(at, _)| now.millis() - at.millis() < 26 * 7 * DAY_MS)
                .map(|(_, made)| Made { shipped: made.shipped.filter(|at| *at <= now), ..made.clone() })
                .collect();
            levels = calibrate(&so_far, now);
        }
        let Some(model) = &model else { continue };
        let state = State { stage: Stage::Free, since: now, now };
        let forecast = Forecast::make(model, state, number as u64);
        made.push((
            now,
            Made {
                days: GRID.map(|percent| end_of_day(forecast.at(percent), CALENDAR)),
                promised: levels.0.map(|percent| end_of_day(forecast.at(percent), CALENDAR)),
                shipped: order.shipped,
            },
        ));
    }
    made
}

/// How the promises of a year were kept: the first twelve weeks teach, and the last ones' days have not all passed.
pub fn judged(seed: u64) -> (usize, Kept) {
    let made = a_year(seed);
    let begin = made.first().map_or(0, |(at, _)| at.millis());
    let span = begin + 84 * DAY_MS..begin + 300 * DAY_MS;
    let judged: Vec<Made> =
        made.into_iter().filter(|(at, _)| span.contains(&at.millis())).map(|(_, made)| made).collect();
    (judged.len(), Kept::of(&judged, Timestamp::from_millis(begin + 365 * DAY_MS)))
}
