//! The promise on a workshop that is simulated for a year: how many of the days that it names are kept.

#![expect(clippy::unwrap_used, reason = "tests")]

mod workshop;

use super::{calibrate::GRID, *};
use crate::domain::{Timestamp, passport::Stage};
use workshop::Simulated;

const DAY_MS: i64 = 86_400_000;
const CALENDAR: i32 = 180;
/// What the product looks back on.
const WEEKS: i64 = 4;

/// What of the stays of the last weeks is known at a moment: those that go on, go on.
fn known(orders: &[Simulated], now: Timestamp) -> Vec<Stay> {
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
fn a_year(seed: u64) -> Vec<(Timestamp, Made)> {
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

#[test]
fn of_a_simulated_year_s_promises_as_many_are_kept_as_are_said_to_be() {
    for seed in [1, 2, 3] {
        let made = a_year(seed);
        let begin = made[0].0.millis();
        let end = begin + 300 * DAY_MS;
        // The first twelve weeks teach; the last ones' days have not all passed.
        let judged: Vec<Made> = made
            .into_iter()
            .filter(|(at, _)| (begin + 84 * DAY_MS..end).contains(&at.millis()))
            .map(|(_, made)| made)
            .collect();
        let kept = Kept::of(&judged, Timestamp::from_millis(begin + 365 * DAY_MS));
        let [half, most, nearly_all] = kept.shares().map(Option::unwrap);
        println!("seed {seed}: {} promises; {half:.1} %, {most:.1} %, {nearly_all:.1} % kept", judged.len());
        assert!(judged.len() > 1500);
        assert!((48.0..=58.0).contains(&half), "{half}");
        assert!((82.0..=88.0).contains(&most), "{most}");
        // The weeks after a third of the people have left cost the surest days most: nothing had told of it.
        assert!((89.0..=98.0).contains(&nearly_all), "{nearly_all}");
    }
}

#[test]
fn the_same_seed_promises_the_same_day_and_more_certainty_is_never_sooner() {
    let orders = workshop::simulate(1);
    let now = Timestamp::from_millis(orders[0].approved.millis() + 100 * DAY_MS);
    let model = Model::of(&known(&orders, now), CALENDAR).unwrap();
    let state = State { stage: Stage::Free, since: now, now };
    let forecast = Forecast::make(&model, state, 7);
    assert_eq!(forecast, Forecast::make(&model, state, 7));
    assert_ne!(forecast, Forecast::make(&model, state, 8));
    assert!(forecast.at(50.0) < forecast.at(85.0) && forecast.at(85.0) < forecast.at(95.0));
    // An order that is being packed is ready long before one that nobody has taken.
    let packing = Forecast::make(&model, State { stage: Stage::Packing, ..state }, 7);
    assert!(packing.at(50.0) < forecast.at(50.0) && packing.at(95.0) < forecast.at(95.0));
    // Nothing is promised for a moment that has passed, however long an order has waited.
    let long = State { since: Timestamp::from_millis(now.millis() - 200 * DAY_MS), ..state };
    assert!(Forecast::make(&model, long, 7).at(1.0) > now);
}

#[test]
fn a_thousand_runs_take_a_blink() {
    let orders = workshop::simulate(1);
    let now = Timestamp::from_millis(orders[0].approved.millis() + 100 * DAY_MS);
    let model = Model::of(&known(&orders, now), CALENDAR).unwrap();
    let state = State { stage: Stage::Free, since: now, now };
    let begun = std::time::Instant::now();
    for seed in 0..10 {
        let _ = Forecast::make(&model, state, seed);
    }
    assert!(
        begun.elapsed() < std::time::Duration::from_secs(5),
        "{:?} for ten, unoptimised",
        begun.elapsed()
    );
}

#[test]
fn too_few_stays_promise_nothing() {
    assert_eq!(Model::of(&[], CALENDAR), None);
    let stay = Stay {
        stage: Stage::Free,
        began: Timestamp::from_millis(0),
        from: Timestamp::from_millis(0),
        until: Timestamp::from_millis(1000),
        ended: true,
        next: Some(Stage::Bench),
    };
    assert_eq!(Model::of(&vec![stay; 500], CALENDAR), None, "nobody knows how long the bench takes");
}

#[test]
fn an_order_that_was_quick_does_not_count_before_those_that_are_slow() {
    let at = |days: i64| Timestamp::from_millis(days * DAY_MS);
    let made = |shipped: Option<i64>| Made {
        days: GRID.map(|percent| at(percent as i64)),
        promised: LEVELS.map(|percent| at(i64::from(percent))),
        shipped: shipped.map(at),
    };
    // A hundred orders, ready evenly over a hundred days: each level is just what it is called.
    let all: Vec<Made> = (0..100).map(|day| made(Some(day))).collect();
    let Levels(levels) = calibrate(&all, at(1000));
    for (level, wanted) in levels.into_iter().zip(LEVELS) {
        assert!((level - f64::from(wanted)).abs() < 3.0, "{level} for {wanted}");
    }
    // On the thirtieth day the later days have not passed: only what has can be judged.
    let on_the_way: Vec<Made> = (0..100).map(|day| made((day <= 30).then_some(day))).collect();
    let kept = Kept::of(&on_the_way, at(60));
    assert_eq!((kept.passed, kept.kept), ([100, 0, 0], [31, 0, 0]));
    assert_eq!(calibrate(&on_the_way[..30], at(60)), Levels::default(), "thirty promises say nothing yet");
}
