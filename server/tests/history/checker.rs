//! The checker of histories is checked: it finds nothing in a true history, and every mutant of it.
#![expect(clippy::print_stdout, reason = "tests; the table of mutants is this test's report")]

use crate::{
    day,
    history::{
        self, Promise,
        check::check,
        record::{Micros, Part, Record, Trouble},
    },
};

#[test]
fn a_true_history_breaks_no_promise() {
    for seed in 0..8 {
        let day = day::day(seed);
        let report = check(&day.log, &day.history);
        let broken: Vec<_> = report.all_broken().collect();
        assert!(broken.is_empty(), "seed {seed}: {broken:?}");
        assert!(report.reads > 300 && report.changes > 300 && report.done > 100 && report.models > 10);
        let said = (report.messages, report.cancellations);
        assert!(said.0 > 100 && said.1 > 3, "seed {seed}: {said:?}");
        assert!(report.behind > 0, "seed {seed}: the outage was not seen");
    }
}

#[test]
fn every_mutant_of_a_history_is_caught_by_the_promise_that_it_breaks() {
    let mut missed = Vec::new();
    let mutants = day::mutants::ALL.iter().chain(&day::mutants::commands::OF_COMMANDS);
    let mut count = 0;
    println!("\n{:<58} caught as broken", "mutant of the history");
    for (name, promise, change) in mutants {
        count += 1;
        let mut found: Vec<Promise> = Vec::new();
        for seed in 0..4 {
            let Some(day) = day::mutants::mutated(day::day(seed), *change, seed) else {
                missed.push(format!("{name}: seed {seed} has no place for it"));
                continue;
            };
            let report = check(&day.log, &day.history);
            if report.broken(*promise) == 0 {
                missed.push(format!("{name}: seed {seed} passes as {promise:?}"));
            }
            found.extend(report.all_broken().map(|(promise, ..)| promise));
        }
        found.sort_unstable();
        found.dedup();
        println!("{name:<58} {found:?}");
    }
    println!("histories: {} of {count} mutants caught", count - missed.len().min(count));
    assert!(missed.is_empty(), "{missed:#?}");
}

#[test]
fn a_model_that_is_not_served_is_a_failed_read_unless_its_store_was_away() {
    let mut day = day::day(0);
    let whole = check(&day.log, &day.history);
    for record in day.history.clients.iter_mut().flatten() {
        if let Record::Model(read) = record {
            (read.served, read.refused) = (None, Some("a model answers 503".to_owned()));
        }
    }
    let report = check(&day.log, &day.history);
    assert_eq!((report.models, report.failed + report.unanswered), (0, whole.models + whole.unanswered));
    assert!(report.failed > 10, "{}", report.failed);
    let (name, part) = ("the store".to_owned(), Part::Store);
    day.history.troubles.push(Trouble { name, server: None, part, from: 0, to: Micros::MAX / 2 });
    assert_eq!(check(&day.log, &day.history).failed, 0);
}

#[test]
fn a_log_with_a_gap_is_not_checked_against() {
    let order = app::domain::OrderId(uuid::Uuid::nil());
    let at = |rev| app::domain::Revision::new(1, rev);
    let card = r#"{"card":{"version":1,"status":"PACKAGING"}}"#;
    let read = |events: &[(u64, Option<&str>)]| {
        let mut log = history::log::Log::default();
        events.iter().try_for_each(|(rev, payload)| log.read(at(*rev), order, *payload)).map(|()| log.head())
    };
    assert_eq!(read(&[(1, Some(card)), (2, None)]), Ok(at(2)));
    assert!(read(&[(1, Some(card)), (3, None)]).is_err());
    assert!(read(&[(1, Some("{}"))]).is_err());
}
