//! The checker of histories is checked: it finds nothing in a true history, and every mutant of it.
#![expect(
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "tests; the table of mutants is this test's report"
)]

use app::domain::{OrderId, Revision};

use crate::{
    day,
    history::{
        self, Promise,
        check::{Report, check},
        record::{Came, Failed, Found, Micros, OrderRead, Outcome, Part, Place, Read, Record, Span, Trouble},
        sight::Excuse,
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
            let told = (Came::Answer(503), "a model answers 503".to_owned());
            (read.served, read.refused) = (None, Some(told));
        }
    }
    let report = check(&day.log, &day.history);
    let excused = |report: &Report| report.excused.values().sum::<u64>();
    assert_eq!((report.models, report.failed + excused(&report)), (0, whole.models + excused(&whole)));
    assert!(report.failed > 10, "{}", report.failed);
    let (name, part) = ("the store".to_owned(), Part::Store);
    day.history.troubles.push(Trouble { name, server: None, part, from: 0, to: Micros::MAX / 2 });
    assert_eq!(check(&day.log, &day.history).failed, 0);
}

/// A day with one more read that failed in this way, while this part of its server was in trouble.
fn failed(came: Came, part: Part) -> Report {
    let mut day = day::day(0);
    let place = Place::Server(0);
    let begun = day.history.sightings[200].ended;
    let span = Span { begun, ended: begun + 12_000_000 };
    let why = "the board does not answer".to_owned();
    day.history.clients[0].push(Record::Failed(Box::new(Failed { place, span, about: None, came, why })));
    day.history.troubles.push(trouble(part, begun + 1_000_000, begun + 2_000_000));
    check(&day.log, &day.history)
}

/// Something broke at the first server.
fn trouble(part: Part, from: Micros, to: Micros) -> Trouble {
    Trouble { name: String::new(), server: Some(0), part, from, to }
}

#[test]
fn a_failure_that_was_answered_is_not_excused_by_a_machine_without_a_core() {
    for (came, part, excuse) in [
        (Came::Answer(500), Part::Starved, None),
        (Came::Answer(503), Part::Frozen, None),
        (Came::Answer(503), Part::Postgres, None),
        (Came::Answer(503), Part::Dead, Some(Excuse::Gone)),
        (Came::End, Part::Starved, None),
        (Came::End, Part::Frozen, Some(Excuse::Gone)),
        (Came::Nothing, Part::Frozen, Some(Excuse::Gone)),
        (Came::Nothing, Part::Starved, Some(Excuse::Starved)),
        (Came::Nothing, Part::Redis, None),
    ] {
        let report = failed(came, part);
        assert_eq!(
            report.failed,
            u64::from(excuse.is_none()),
            "{came:?} while {part:?}: {:?}",
            report.failures
        );
        let counted: Vec<_> = report.excused.keys().copied().collect();
        assert_eq!(counted, Vec::from_iter(excuse), "{came:?} while {part:?}");
    }
}

#[test]
fn a_model_that_is_denied_is_a_failed_read_unless_nobody_names_it_any_more() {
    let mut day = day::day(0);
    let models = check(&day.log, &day.history).models;
    for record in day.history.clients.iter_mut().flatten() {
        if let Record::Model(read) = record {
            let told = (Came::Answer(404), "a model answers 404".to_owned());
            (read.served, read.refused) = (None, Some(told));
        }
    }
    let report = check(&day.log, &day.history);
    assert!(report.failed > models / 2, "{} of {models}", report.failed);
    // An hour later every order that has ever left is gone.
    for record in day.history.clients.iter_mut().flatten() {
        if let Record::Model(read) = record {
            read.span.ended += 3_600_000_000;
        }
    }
    let rightly = day.history.clients.iter().flatten().filter(|record| {
        let Record::Model(read) = record else { return false };
        day.log.order(read.order, day.log.head()).is_none()
    });
    let rightly = rightly.count() as u64;
    assert!(rightly > 5, "{rightly}");
    assert_eq!(check(&day.log, &day.history).failed, models - rightly);
}

/// A day whose first command had this outcome after so long, while this part of its server was in trouble for a while.
fn pressed(outcome: Outcome, took: Micros, (part, long): (Part, Micros)) -> Report {
    let mut day = day::day(0);
    let press = day.history.clients.iter_mut().flatten().find_map(|record| match record {
        Record::Write(write) => Some(write),
        _ => None,
    });
    let press = press.unwrap();
    let begun = press.span.begun;
    press.span.ended = begun + took;
    press.outcome = outcome;
    if long > 0 {
        day.history.troubles.push(trouble(part, begun, begun + long));
    }
    check(&day.log, &day.history)
}

#[test]
fn a_command_is_answered_in_time_and_by_what_the_contract_names() {
    let away = Outcome::Unknown(Came::Answer(503));
    for (outcome, took, starved, failed) in [
        // Nothing was away.
        (away.clone(), 9_000, 0, 1),
        (away.clone(), 9_000, 8_000, 1),
        (away.clone(), 2_100_000, 0, 1),
        (away.clone(), 2_100_000, 1_000, 0),
        (away, 8_000_000, 1_500_000, 1),
        (Outcome::Refused(403), 1_000, 0, 0),
        (Outcome::Refused(404), 1_000, 0, 0),
        (Outcome::Refused(409), 1_000, 0, 1),
        (Outcome::Refused(500), 1_000, 1_000, 1),
        (Outcome::Unknown(Came::End), 1_000, 1_000, 1),
        (Outcome::Unknown(Came::Nothing), 12_000_000, 0, 1),
        (Outcome::Unknown(Came::Nothing), 12_000_000, 9_000_000, 0),
    ] {
        let report = pressed(outcome.clone(), took, (Part::Starved, starved));
        assert_eq!((report.failed, report.failed_commands), (failed, failed), "{outcome:?} after {took}");
    }
}

#[test]
fn a_command_is_told_to_come_again_only_while_the_database_is_away() {
    for (part, long, failed) in [
        (Part::Postgres, 5_900_000, 0),
        (Part::Postgres, 7_000_000, 1),
        (Part::Redis, 2_100_000, 1),
        (Part::Store, 2_100_000, 1),
        (Part::Other, 2_100_000, 1),
        (Part::Dead, 9_000, 0),
    ] {
        let report = pressed(Outcome::Unknown(Came::Answer(503)), long, (part, long));
        assert_eq!(report.failed_commands, failed, "{part:?}, {long} µs: {:?}", report.failures);
    }
}

#[test]
fn a_read_that_is_answered_late_is_a_failed_one() {
    for (part, board, long, failed) in [
        (Part::Redis, true, 1_900_000, 0),
        (Part::Redis, true, 2_100_000, 1),
        (Part::Postgres, true, 2_100_000, 1),
        (Part::Frozen, true, 2_100_000, 0),
        (Part::Starved, true, 3_900_000, 0),
        (Part::Postgres, false, 6_000_000, 0),
        (Part::Postgres, false, 6_300_000, 1),
    ] {
        let mut day = day::day(0);
        let span = day.history.clients[0].iter_mut().find_map(|record| match record {
            Record::Board(read) if board && read.place == Place::Server(0) && read.times == 1 => {
                Some(&mut read.last)
            }
            Record::Order(read) if !board && read.place == Place::Server(0) => Some(&mut read.span),
            _ => None,
        });
        let span = span.unwrap();
        let begun = span.begun;
        span.ended = begun + long;
        day.history.troubles.push(trouble(part, begun, begun + 2_000_000));
        let report = check(&day.log, &day.history);
        assert_eq!(report.failed, failed, "{part:?}, {long} µs: {:?}", report.failures);
    }
}

/// How often nobody may go backwards when a server shows a board, then `shown` at a later revision, and then a board of
/// between the two, for which it was waited as long as it has to be.
fn goes_back(shown: impl FnOnce(&day::Day, Revision, Revision, Span) -> Record) -> u64 {
    let mut day = day::day(0);
    let at = |rev| Revision::new(1, rev);
    let (first, last, then) = (at(300), at(315), at(308));
    let there = day.history.sightings.iter().find(|sighting| sighting.at == last).unwrap().ended;
    let span = |begun, took| Span { begun: there + begun, ended: there + begun + took };
    let lines = vec![
        board(&day, first, Revision::default(), span(0, 1_000)),
        shown(&day, first, last, span(2_000, 1_000)),
        board(&day, then, last, span(4_000, 151_000)),
    ];
    day.history.clients.push(lines);
    let report = check(&day.log, &day.history);
    assert_eq!(report.all_broken().filter(|(promise, ..)| *promise != Promise::K3).count(), 0);
    report.broken(Promise::K3)
}

/// The whole board at a revision.
fn board(day: &day::Day, at: Revision, at_least: Revision, span: Span) -> Record {
    let history::log::Whole { digest, orders } = day.log.whole(at).unwrap();
    let (place, first, last, times, fresh_at) = (Place::Server(0), span, span, 1, None);
    Record::Board(Box::new(Read { place, first, last, times, at, at_least, digest, orders, fresh_at }))
}

/// The page of an order at a revision.
fn page(order: OrderId, at: Revision, at_least: Revision, span: Span, found: Found) -> Record {
    Record::Order(Box::new(OrderRead { place: Place::Server(0), span, at, at_least, order, found }))
}

#[test]
fn a_page_that_is_read_from_the_database_says_nothing_of_the_servers_board() {
    let left = |day: &day::Day, first, last, span| {
        let is_gone = |order: &&OrderId| day.log.order(**order, first).is_none();
        let order =
            *day.log.ways().keys().filter(|order| day.log.ways()[*order][0].0 < first).find(is_gone).unwrap();
        page(order, last, first, span, Found::Nothing)
    };
    assert_eq!(goes_back(left), 0, "it was not on the board any more");
    let (new, old) = (true, false);
    let actual = |is_new| {
        move |day: &day::Day, first, last, span| {
            let (order, card) = day
                .log
                .ways()
                .keys()
                .find_map(|order| {
                    let card = day.log.order(*order, last)?;
                    (day.log.order(*order, first).is_none() == is_new).then_some((*order, card))
                })
                .unwrap();
            let found = Found::Page { version: card.version, status: card.status.clone() };
            page(order, last, first, span, found)
        }
    };
    assert_eq!(goes_back(actual(new)), 0, "it was not on the board yet");
    assert_eq!(goes_back(actual(old)), 1, "it was on the board, so this is the board's revision");
    let whole = |day: &day::Day, _, last, span| board(day, last, Revision::default(), span);
    assert_eq!(goes_back(whole), 1, "the board itself goes back");
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
