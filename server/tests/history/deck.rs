//! The faults of a run: one seed is one plan, and no kind of fault is left to chance.

use std::{collections::BTreeSet, time::Duration};

use crate::plan::{Fault, How, Line, Means, Plan};

/// Faults in one deck, where everything can be broken.
const DECK: usize = 44;
const ALL: Means = Means { servers: 3, boards: 2, broker: true, disk: true, clock: true, hasty: false };

fn dealt(seed: u64, means: Means, faults: usize) -> Vec<(Duration, Fault)> {
    Plan::new(seed, means).take(faults).collect()
}

#[test]
fn the_same_seed_is_the_same_plan_and_another_one_is_another() {
    for means in [ALL, Means { hasty: true, ..ALL }, Means { broker: false, disk: false, ..ALL }] {
        let plans: Vec<_> = (0..8).map(|seed| dealt(seed, means, 3 * DECK)).collect();
        for (seed, plan) in (0..).zip(&plans) {
            assert_eq!(*plan, dealt(seed, means, 3 * DECK), "{seed}: {means:?}");
        }
        // Not in their durations alone: in what is broken, and in which order.
        let kinds = |plan: &Vec<(Duration, Fault)>| plan.iter().map(|(_, fault)| fault.name()).collect();
        let orders: BTreeSet<Vec<String>> = plans.iter().map(kinds).collect();
        assert_eq!(orders.len(), plans.len(), "{means:?}");
    }
}

#[test]
fn every_deck_has_every_kind_of_fault() {
    for seed in 0..8 {
        let faults = dealt(seed, ALL, 3 * DECK);
        for deck in faults.chunks(DECK) {
            let kinds: BTreeSet<_> = deck.iter().map(|(_, fault)| kind(fault)).collect();
            assert_eq!(kinds, (0..KINDS).collect(), "{seed}");
            let names: BTreeSet<_> = deck.iter().map(|(_, fault)| fault.name()).collect();
            for how in [How::Cut, How::Reset, How::Down, How::Stalled, How::Slow, How::HalfOpen] {
                for fault in [
                    Fault::Line(0, Line::Postgres, how, Duration::ZERO),
                    Fault::Line(0, Line::Redis, how, Duration::ZERO),
                    Fault::Lines(Line::S3, how, Duration::ZERO),
                    Fault::Lines(Line::Broker, how, Duration::ZERO),
                ] {
                    assert!(names.contains(&fault.name()), "{seed}: {fault:?} is not in {names:?}");
                }
            }
        }
        // Redis is away for ten seconds once a deck, each time in another way.
        let long = |fault: &Fault| match *fault {
            Fault::RedisKilled(time) | Fault::Lines(Line::Redis, _, time) => time >= Duration::from_secs(10),
            _ => false,
        };
        let away: Vec<_> = faults.iter().map(|(_, fault)| fault).filter(|fault| long(fault)).collect();
        let ways: BTreeSet<_> = away.iter().map(|fault| fault.name()).collect();
        assert_eq!((away.len(), ways.len()), (3, 3), "{seed}: {away:?}");
    }
}

#[test]
fn what_cannot_be_broken_is_not_planned() {
    let means = Means { servers: 1, boards: 0, broker: false, disk: false, clock: false, hasty: true };
    let faults = dealt(1, means, 3 * DECK);
    let wrong = faults.iter().map(|(_, fault)| fault).find(|fault| match fault {
        Fault::Line(place, line, ..) => *place > 0 || *line == Line::Broker,
        Fault::Lines(line, ..) => *line == Line::Broker,
        Fault::ServerFrozen(server, _) => *server > 0,
        Fault::PostgresDiskFull(_) | Fault::ClockStepped(..) => true,
        Fault::ServerKilled(_) | Fault::ServerStopped(_) => true,
        _ => false,
    });
    assert_eq!(wrong, None);
}

const KINDS: usize = 20;

/// Which kind of fault it is. A new one has to be told of here, and of how many kinds there are with it.
fn kind(fault: &Fault) -> usize {
    match fault {
        Fault::Line(..) => 0,
        Fault::Lines(..) => 1,
        Fault::RedisFlushed => 2,
        Fault::RedisKilled(_) => 3,
        Fault::RedisFrozen(_) => 4,
        Fault::RedisSleeps(_) => 5,
        Fault::RedisClientsKilled => 6,
        Fault::RedisScriptsFlushed => 7,
        Fault::RedisMemoryOut(_) => 8,
        Fault::RedisStreamDeleted => 9,
        Fault::RedisBoardDeleted => 10,
        Fault::PostgresFrozen(_) => 11,
        Fault::PostgresKilled(_) => 12,
        Fault::PostgresBackendKilled => 13,
        Fault::PostgresSessionsEnded => 14,
        Fault::PostgresDiskFull(_) => 15,
        Fault::ServerFrozen(..) => 16,
        Fault::ServerKilled(_) => 17,
        Fault::ServerStopped(_) => 18,
        Fault::ClockStepped(..) => 19,
    }
}
