//! The cache's protocol, checked in every reachable state of a small world; and designs that look alike and are wrong,
//! each with the shortest way to its failure.
#![expect(clippy::print_stdout, reason = "the table of what was checked is this test's report")]

mod model;

use std::time::Instant;

use model::{
    Step,
    design::{Design, Scope},
    promises,
};
use stateright::{Checker, Model};

/// Every kind of fault, each in a scope that is searched to its end.
fn scopes(wide: bool) -> Vec<(&'static str, Scope)> {
    let races = Scope::races(Design::Built);
    let (writes, sent, flights) = if wide { (4, 4, 3) } else { (3, 2, 2) };
    let two = Scope { servers: 2, flights, ..races };
    // What loses commits, or forgets the log, multiplies the ways to go on: with a message more, no machine holds them.
    let fewer = if wide { 3 } else { 2 };
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
            Scope { postgres_failovers: 1, follower: true, writes, sent: fewer, flights, ..races },
        ),
        (
            "both fall back",
            Scope { postgres_failovers: 1, redis_failovers: 1, writes: 3, sent: fewer, flights, ..races },
        ),
        (
            "PostgreSQL loses commits, Redis emptied",
            Scope { postgres_failovers: 1, flushes: 1, doubled: 1, writes: 3, sent: fewer, flights, ..races },
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
                servers: if wide { 2 } else { 1 },
                writes: 2,
                sent: 2,
                flights,
                ..races
            },
        ),
        (
            "servers start anew, the log is forgotten",
            Scope { crashes: 1, forgets: 1, writes, sent: fewer, ..two },
        ),
    ]
}

/// How many different states were seen.
struct Found {
    /// Over all scopes, which overlap: a state that two of them reach counts twice.
    sum: usize,
    /// In the scope with the most, where each counts once.
    largest: usize,
}

/// Searches every scope to its end.
fn search(wide: bool) -> Found {
    let mut all = Found { sum: 0, largest: 0 };
    for (name, scope) in scopes(wide) {
        let states = hold(name, scope);
        all = Found { sum: all.sum + states, largest: all.largest.max(states) };
    }
    println!("{} states in all, {} of them in the largest scope", all.sum, all.largest);
    all
}

/// Searches a scope to its end, and says how many different states were seen.
fn hold(name: &str, scope: Scope) -> usize {
    let begun = Instant::now();
    let checker = scope.checker().threads(2).spawn_bfs().join();
    let (found, deep) = (checker.unique_state_count(), checker.max_depth());
    println!("{name}: {found} states, {deep} deep, {:.1?}", begun.elapsed());
    checker.assert_properties();
    found
}

#[test]
fn the_protocol_keeps_its_promises_in_every_reachable_state() {
    let Found { largest, .. } = search(false);
    assert!(largest > 500_000, "{largest} states are too few to mean anything");
}

#[test]
#[ignore = "takes minutes and gigabytes: cargo test --release -p server --test protocol -- --ignored --nocapture"]
fn the_protocol_keeps_its_promises_in_tens_of_millions_of_states() {
    let Found { sum, largest } = search(true);
    assert!(largest > 10_000_000, "{largest} of {sum} states are too few to mean anything");
}

/// Each wrong design, in the smallest world that refutes it, and what it breaks before anything else.
fn wrong() -> Vec<(Scope, &'static [&'static str])> {
    let of = Scope::races;
    vec![
        (of(Design::SetAndDelete), &[promises::CACHE]),
        (of(Design::SetIfNewer), &[promises::CACHE]),
        (of(Design::Tombstones), &[promises::CACHE]),
        (Scope { flushes: 1, ..of(Design::FencedTombstones) }, &[promises::CACHE]),
        (Scope { flushes: 1, ..of(Design::CompleteTombstones) }, &[promises::CACHE]),
        (Scope { postgres_failovers: 1, ..of(Design::NoEpoch) }, &[promises::HEALS]),
        // What is applied a second time takes the mark back, and content with it.
        (of(Design::NoFence), &[promises::FORWARD, promises::REDIS]),
        (of(Design::InstallsOlder), &[promises::FORWARD]),
        (Scope { flushes: 1, ..of(Design::ColdIsEmpty) }, &[promises::REDIS]),
        (of(Design::NearGoesBack), &[promises::FORWARD]),
        (of(Design::PartsAsRead), &[promises::SERVER]),
        (Scope { takes: 2, ..of(Design::TakeUnseen) }, &[promises::TAKEN]),
        (of(Design::GapSwallowed), &[promises::SERVER]),
        (Scope { follower: true, ..of(Design::RingKeptOverJump) }, &[promises::BROWSER]),
        (Scope { follower: true, ..of(Design::NoReset) }, &[promises::BROWSER]),
    ]
}

/// What a design breaks in the fewest steps: the promises, and one way there for each. That it heals looks ahead, and
/// would see everything else first; it is asked only of a design that is to break that.
fn broken(scope: Scope, heals: bool) -> Vec<(&'static str, Vec<Step>)> {
    for deep in 1.. {
        let checker = scope.checker().target_max_depth(deep).spawn_bfs().join();
        let mut found: Vec<_> = checker
            .discoveries()
            .into_iter()
            .filter(|(name, _)| !name.starts_with(promises::SEEN) && (heals || *name != promises::HEALS))
            .map(|(name, path)| (name, path.into_actions()))
            .collect();
        if !found.is_empty() || checker.max_depth() < deep {
            found.sort_by_key(|(name, _)| *name);
            return found;
        }
    }
    Vec::new()
}

#[test]
fn every_design_that_is_known_to_be_wrong_breaks_the_promise_that_it_cannot_keep() {
    let mut missed = Vec::new();
    for (scope, promised) in wrong() {
        let found = broken(scope, promised.contains(&promises::HEALS));
        for (name, steps) in &found {
            println!("{:?}: not so that \u{201c}{name}\u{201d}, after {steps:?}", scope.design);
        }
        let names: Vec<_> = found.iter().map(|(name, _)| *name).collect();
        if names != promised {
            missed.push((scope.design, promised, names));
        }
    }
    let all = wrong().len();
    println!("model: {} of {all} mutants caught", all - missed.len());
    assert!(missed.is_empty(), "not refuted, or by something else first: {missed:?}");
}

/// Wrong designs where what makes them wrong cannot happen.
fn narrow() -> Vec<(&'static str, Scope)> {
    let of = Scope::races;
    let alone = |design| Scope { flights: 1, ..of(design) };
    vec![
        ("tombstones, no refresh", Scope { sent: 0, ..of(Design::Tombstones) }),
        ("fenced tombstones, no FLUSHALL", Scope { doubled: 1, ..of(Design::FencedTombstones) }),
        ("no epoch, no failover", of(Design::NoEpoch)),
        ("cold is empty, no FLUSHALL", of(Design::ColdIsEmpty)),
        ("no fence, one message at a time", alone(Design::NoFence)),
        ("older boards installed, one message at a time", alone(Design::InstallsOlder)),
        ("parts as read, nothing on its way meanwhile", alone(Design::PartsAsRead)),
        ("gaps swallowed, one message at a time", alone(Design::GapSwallowed)),
        ("taken unseen, one person", Scope { takes: 1, writes: 2, sent: 2, ..of(Design::TakeUnseen) }),
    ]
}

#[test]
fn a_wrong_design_holds_where_what_makes_it_wrong_cannot_happen() {
    for (name, scope) in narrow() {
        let checker = scope.checker().threads(2).spawn_bfs().join();
        let found = checker.discoveries();
        println!("{name}: {} states", checker.unique_state_count());
        let broken: Vec<_> = found.keys().filter(|name| !name.starts_with(promises::SEEN)).collect();
        assert!(broken.is_empty(), "{name}: not so that {broken:?}");
        assert!(found.contains_key(promises::COMES_BACK), "{name}: nothing to be wrong about happens");
    }
}
