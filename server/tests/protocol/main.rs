//! The cache's protocol, checked in every reachable state of a small world; and designs that look alike and are wrong,
//! each with the shortest way to its failure.
#![expect(clippy::print_stdout, reason = "the table of what was checked is this test's report")]

mod model;

use std::time::Instant;

use model::design::{Design, Scope};
use stateright::{Checker, HasDiscoveries, Model};

/// Every kind of fault, each in a scope that is searched to its end.
fn scopes(wide: bool) -> Vec<(&'static str, Scope)> {
    let races = Scope::races(Design::Built);
    let (writes, sent, flights) = if wide { (4, 4, 3) } else { (3, 2, 2) };
    let two = Scope { servers: 2, flights, ..races };
    vec![
        ("races of two servers", Scope { writes, sent, ..two }),
        ("a browser that changes servers", Scope { follower: true, writes: 3, sent, ..two }),
        ("Redis emptied, doubled messages", Scope { flushes: 1, doubled: 1, writes, sent, flights, ..races }),
        (
            "Redis falls back, lost messages",
            Scope { redis_failovers: 1, dropped: 1, writes, sent, flights, ..races },
        ),
        (
            "PostgreSQL loses commits",
            Scope { postgres_failovers: 1, follower: true, writes, sent, flights, ..races },
        ),
        (
            "both fall back",
            Scope { postgres_failovers: 1, redis_failovers: 1, writes: 3, sent, flights, ..races },
        ),
        (
            "PostgreSQL loses commits, Redis emptied",
            Scope { postgres_failovers: 1, flushes: 1, doubled: 1, writes: 3, sent, flights, ..races },
        ),
        (
            "two servers, Redis emptied, one starts anew",
            Scope { flushes: 1, crashes: 1, writes: writes - 1, sent: 2, ..two },
        ),
        (
            "two want what they saw, on boards of any age; presses come twice, PostgreSQL loses commits",
            Scope {
                takes: 2,
                doubled: 1,
                postgres_failovers: 1,
                writes: 2,
                sent: if wide { 3 } else { 2 },
                flights: 2,
                ..two
            },
        ),
        ("servers start anew, the log is forgotten", Scope { crashes: 1, forgets: 1, writes, sent, ..two }),
    ]
}

/// Searches every scope to its end, and says how many different states were seen.
fn search(wide: bool) -> usize {
    let mut states = 0;
    for (name, scope) in scopes(wide) {
        let begun = Instant::now();
        let checker = scope.checker().threads(2).spawn_bfs().join();
        let (found, deep) = (checker.unique_state_count(), checker.max_depth());
        println!("{name}: {found} states, {deep} deep, {:.1?}", begun.elapsed());
        checker.assert_properties();
        states += found;
    }
    println!("{states} states in all");
    states
}

#[test]
fn the_protocol_keeps_its_promises_in_every_reachable_state() {
    let states = search(false);
    assert!(states > 500_000, "{states} states are too few to mean anything");
}

#[test]
#[ignore = "takes minutes and gigabytes: cargo test --release -p server --test protocol -- --ignored --nocapture"]
fn the_protocol_keeps_its_promises_in_tens_of_millions_of_states() {
    let states = search(true);
    assert!(states > 10_000_000, "{states} states are too few to mean anything");
}

/// Each wrong design, in the smallest world that refutes it.
fn wrong() -> Vec<Scope> {
    let of = Scope::races;
    vec![
        of(Design::SetAndDelete),
        of(Design::SetIfNewer),
        of(Design::Tombstones),
        Scope { flushes: 1, doubled: 1, ..of(Design::FencedTombstones) },
        Scope { flushes: 1, doubled: 1, ..of(Design::CompleteTombstones) },
        Scope { postgres_failovers: 1, ..of(Design::NoEpoch) },
        of(Design::NoFence),
        of(Design::InstallsOlder),
        Scope { flushes: 1, ..of(Design::ColdIsEmpty) },
        of(Design::NearGoesBack),
        Scope { takes: 2, ..of(Design::TakeUnseen) },
        of(Design::GapSwallowed),
        Scope { follower: true, ..of(Design::RingKeptOverJump) },
        Scope { follower: true, ..of(Design::NoReset) },
    ]
}

#[test]
fn every_design_that_is_known_to_be_wrong_is_refuted() {
    let mut missed = Vec::new();
    for scope in wrong() {
        let checker = scope.checker().finish_when(HasDiscoveries::AnyFailures).spawn_bfs().join();
        let broken: Vec<_> = checker
            .discoveries()
            .into_iter()
            .filter(|(name, _)| !name.starts_with("now and then"))
            .map(|(name, path)| (name, path.into_actions()))
            .collect();
        match broken.iter().min_by_key(|(_, steps)| steps.len()) {
            Some((name, steps)) => {
                println!("{:?}: not so that \u{201c}{name}\u{201d}, after {steps:?}", scope.design)
            }
            None => missed.push(scope.design),
        }
    }
    let all = wrong().len();
    println!("model: {} of {all} mutants caught", all - missed.len());
    assert!(missed.is_empty(), "the model lets these pass: {missed:?}");
}
