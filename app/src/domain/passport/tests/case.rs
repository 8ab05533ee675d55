//! The thirty orders, read from their text, and what the rules make of them. The benchmarks count them, too.

use crate::domain::{
    Timestamp,
    passport::{End, Step, Way, walk},
};

pub const CASE: &str = include_str!("../thirty_orders.txt");

pub fn moment(day: &str, time: &str) -> Timestamp {
    format!("2026-{day}T{time}Z").parse().unwrap()
}

fn written(seconds: i64) -> String {
    format!("{}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60)
}

/// A step as the text has it.
pub fn step(line: &str) -> Step<'_, &str> {
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

/// Every order of the text: its name, what comes out, and what must.
pub fn orders() -> Vec<(&'static str, Vec<String>, Vec<&'static str>)> {
    let now = moment("11-30", "12:00:00");
    let read = |order: &'static str| {
        let mut lines = order.lines();
        let name = lines.next().unwrap_or_default();
        let (expected, steps): (Vec<_>, Vec<_>) = lines
            .filter(|line| !line.is_empty())
            .partition(|line| ['>', '=', '!'].iter().any(|mark| line.starts_with(*mark)));
        let steps: Vec<_> = steps.into_iter().map(step).collect();
        (name, told(&walk(&steps, now)), expected)
    };
    CASE.split("\n# ").skip(1).map(read).collect()
}
