//! The promise on a workshop that is simulated for a year: how many of the days that it names are kept.

mod workshop;
mod year;

use super::*;
use crate::domain::{Timestamp, passport::Stage};
use year::{CALENDAR, DAY_MS, judged, known};

#[test]
fn of_a_simulated_year_s_promises_as_many_are_kept_as_are_said_to_be() {
    for seed in [1, 2] {
        let (count, kept) = judged(seed);
        let [half, most, nearly_all] = kept.shares().map(Option::unwrap);
        println!("seed {seed}: {} promises; {half:.1} %, {most:.1} %, {nearly_all:.1} % kept", count);
        assert!(count > 1500);
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
