//! The thirty orders that were reckoned by hand, to the second; and that no time is lost or counted twice.

#![expect(clippy::unwrap_used, reason = "tests")]

mod case;

use proptest::prelude::*;

use super::*;
use crate::domain::Timestamp;
use case::{CASE, moment, step};

fn seconds(text: &str) -> i64 {
    text.split(':').fold(0, |sum, part| sum * 60 + part.parse::<i64>().unwrap())
}

#[test]
fn thirty_orders_take_what_was_reckoned_by_hand_to_the_second() {
    let orders = case::orders();
    for (name, found, expected) in &orders {
        assert_eq!(found, expected, "order {name}");
    }
    assert_eq!(orders.len(), 30);
}

#[test]
fn the_text_itself_adds_up() {
    for order in CASE.split("\n# ").skip(1) {
        let all = |mark: &str| -> Vec<&str> { order.lines().filter(|it| it.starts_with(mark)).collect() };
        let parts: i64 = all("> ")
            .iter()
            .filter(|line| !line.contains("delivery"))
            .map(|line| seconds(line.split(' ').nth(3).unwrap()))
            .sum();
        let whole: i64 = all("= whole")[0].split(' ').skip(2).map(seconds).sum();
        assert_eq!(parts, whole, "{order}");
    }
}

#[test]
fn a_release_names_the_step_that_gave_the_reason() {
    let lines = [
        "11-09 09:00:00 MANUFACTURING_APPROVED",
        "11-09 09:05:00 MANUFACTURING_STARTED @boris",
        "11-09 11:05:00 MANUFACTURING_APPROVED @boris ?",
    ];
    let steps: Vec<_> = lines.into_iter().map(step).collect();
    let way = walk(&steps, moment("11-09", "12:00:00"));
    let places: Vec<_> = way.segments.iter().map(|part| (part.step, part.stay, part.open)).collect();
    assert_eq!(places, [(0, 0, false), (1, 1, false), (2, 2, true)]);
}

fn any_step() -> impl Strategy<Value = (String, i64, Option<i64>, Option<u8>, bool)> {
    let status = prop::sample::select(vec![
        "INITIATED",
        "FILE_UPLOADED",
        "SUBMITTED",
        "PRICE_CALCULATED",
        "MANUFACTURING_APPROVED",
        "MANUFACTURING_STARTED",
        "MANUFACTURING_COMPLETED",
        "PACKAGING",
        "SHIPPED",
        "CANCELLED",
        "CLOSED",
        "ON_HOLD",
        "RESUMED",
        "SOMETHING_ELSE",
    ]);
    (
        status.prop_map(str::to_owned),
        0_i64..9_000_000,
        prop::option::of(0_i64..9_000_000),
        prop::option::of(0_u8..4),
        any::<bool>(),
    )
}

proptest! {
    #[test]
    fn no_time_is_lost_or_counted_twice_whatever_the_history(all in prop::collection::vec(any_step(), 0..20)) {
        let steps: Vec<_> = all
            .iter()
            .map(|(status, at, noted, by, reasoned)| Step {
                status,
                at: Timestamp::from_millis(*at),
                noted: noted.map(Timestamp::from_millis),
                by: *by,
                reasoned: *reasoned,
            })
            .collect();
        let now = Timestamp::from_millis(9_000_000);
        let way = walk(&steps, now);
        for pair in way.segments.windows(2) {
            prop_assert_eq!(pair[0].to, pair[1].from);
            prop_assert!(pair[1].stay - pair[0].stay <= 1);
        }
        prop_assert!(way.segments.iter().all(|part| part.from <= part.to));
        prop_assert_eq!(way.segments.iter().filter(|part| part.open).count(), usize::from(way.end.is_none() && !way.segments.is_empty()));
        if let (Some(first), Some(last)) = (way.segments.first(), way.segments.last()) {
            let all: i64 = way.segments.iter().map(Segment::seconds).sum();
            prop_assert_eq!(all, last.to.full_seconds() - first.from.full_seconds());
            let delivery = way.in_stage(Stage::Delivery).total();
            prop_assert_eq!(way.whole().total(), all - delivery);
        }
        for stage in Stage::ALL {
            prop_assert_eq!(Stage::named(stage.name()), Some(stage));
        }
    }
}
