//! The thirty orders that were reckoned by hand, to the second; and that no time is lost or counted twice.

#![expect(clippy::unwrap_used, reason = "tests")]

use proptest::prelude::*;

use super::*;
use crate::domain::Timestamp;

const CASE: &str = include_str!("thirty_orders.txt");

fn moment(day: &str, time: &str) -> Timestamp {
    format!("2026-{day}T{time}Z").parse().unwrap()
}

fn seconds(text: &str) -> i64 {
    text.split(':').fold(0, |sum, part| sum * 60 + part.parse::<i64>().unwrap())
}

fn written(seconds: i64) -> String {
    format!("{}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60)
}

/// A step as the text has it.
fn step(line: &str) -> Step<'_, &str> {
    let words: Vec<&str> = line.split(' ').collect();
    let noted = words.iter().position(|word| *word == "noted").map(|at| moment(words[at + 1], words[at + 2]));
    Step {
        status: words[2],
        at: moment(words[0], words[1]),
        noted,
        by: words.iter().find_map(|word| word.strip_prefix('@')),
        reasoned: words.contains(&"?"),
    }
}

/// What came out, in the words of the text.
fn told(way: &Way<&str>) -> Vec<String> {
    let mut lines: Vec<String> = way
        .segments
        .iter()
        .map(|part| {
            let holder = part.holder.map(|who| format!(" @{who}")).unwrap_or_default();
            let (stage, spent) = (part.stage.name(), part.spent.name());
            format!("> {stage} {spent} {}{holder}", written(part.seconds()))
        })
        .collect();
    for (name, sums) in [("whole", way.whole()), ("workshop", way.workshop())] {
        let parts = [sums.outside, sums.working, sums.waiting, sums.held].map(written);
        lines.push(format!("= {name} {}", parts.join(" ")));
    }
    let end = match way.end {
        Some(End::Shipped(_)) => "shipped",
        Some(End::Cancelled(_)) => "cancelled",
        None => "open",
    };
    lines.push(format!("! {end} {} reworks {} releases", way.reworks, way.releases));
    lines
}

#[test]
fn thirty_orders_take_what_was_reckoned_by_hand_to_the_second() {
    let now = moment("11-30", "12:00:00");
    let mut orders = 0;
    for order in CASE.split("\n# ").skip(1) {
        let mut lines = order.lines();
        let name = lines.next().unwrap();
        let (expected, steps): (Vec<_>, Vec<_>) = lines
            .filter(|line| !line.is_empty())
            .partition(|line| ['>', '=', '!'].iter().any(|mark| line.starts_with(*mark)));
        let steps: Vec<_> = steps.into_iter().map(step).collect();
        assert_eq!(told(&walk(&steps, now)), expected, "order {name}");
        orders += 1;
    }
    assert_eq!(orders, 30);
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
