//! Histories of servers that break a promise, each made from the true one by what such a server would have done.

pub mod commands;
mod streams;

use app::domain::Revision;
use rand::{Rng as _, SeedableRng as _, rngs::StdRng};

use super::{Day, stray};
use crate::history::{
    Promise,
    record::{Found, Micros, Outcome, Place, Read, Record, What},
};

/// What a mutant does to the true history; whether it found where.
type Change = fn(&mut Day, &mut StdRng) -> bool;

/// Every mutant: what such a server does, and the promise that must be found broken.
pub const ALL: [(&str, Promise, Change); 35] = [
    ("a card in a board is not the committed one", Promise::K1, altered),
    ("a board of one revision under the number of the next", Promise::K1, mislabelled),
    ("a board that mixes two revisions", Promise::K1, mixed),
    ("a revision that never was", Promise::K1, unheard_of),
    ("one order as it was before, under the new revision", Promise::K1, old_order),
    ("a server that stands still for two seconds", Promise::K2, stands_still),
    ("a certificate for a board that is overtaken", Promise::K2, false_certificate),
    ("a tick that certifies what is overtaken", Promise::K2, false_tick),
    ("a tick that is three seconds old", Promise::K2, streams::old_tick),
    ("a change that comes two seconds late on a stream", Promise::K2, streams::late_change),
    ("an age that is two seconds too young, by a clock that was set", Promise::K2, streams::young_tick),
    ("an age by a clock that was set back an hour", Promise::K2, clock_set_back),
    ("an age by a clock that was set forward an hour", Promise::K2, clock_set_forward),
    ("a server that falls back to what it had before", Promise::K3, falls_back),
    ("another server, far behind what the client has seen", Promise::K3, far_behind),
    ("less than was asked for, and nobody waited for it", Promise::K3, at_once),
    ("the board after a command lacks the command", Promise::K4, own_write_lost),
    ("an order is missing from a board", Promise::K5, incomplete),
    ("an actual order is told to be absent", Promise::K5, falsely_absent),
    ("an order that has left is told to be there", Promise::K5, falsely_there),
    ("a shipped order stays in the boards", Promise::K6, stays),
    ("a shipped order's page stays for ever", Promise::K6, page_stays),
    ("a stream tells two seconds late what has left", Promise::K6, streams::late_removal),
    ("a change is missing from a stream", Promise::K7, gap_swallowed),
    ("a change comes twice", Promise::K7, doubled),
    ("two changes in the wrong order", Promise::K7, swapped),
    ("a change with the card of another revision", Promise::K7, wrong_change),
    ("a stream goes silent and ticks on", Promise::K7, silent),
    ("a model with other bytes", Promise::K8, other_bytes),
    ("a model of another order", Promise::K8, other_model),
    ("an acknowledged command that was never committed", Promise::Kept, commands::ack_before_commit),
    ("an acknowledged message that was never stored", Promise::Kept, commands::message_lost),
    ("an acknowledged cancellation that changed nothing", Promise::Kept, commands::cancellation_lost),
    ("a command is refused as if its order had left", Promise::Kept, commands::refused_as_gone),
    ("a command is answered by no receipt", Promise::Kept, commands::no_receipt),
];

/// Applies one; nothing when the day has no place for it.
pub fn mutated(mut day: Day, change: Change, seed: u64) -> Option<Day> {
    let mut dice = StdRng::seed_from_u64(seed);
    change(&mut day, &mut dice).then_some(day)
}

/// A record that fits, from the middle of the day on.
fn some<'a>(day: &'a mut Day, dice: &mut StdRng, fits: impl Fn(&Record) -> bool) -> Option<&'a mut Record> {
    let mut found: Vec<_> = day.history.clients.iter_mut().flatten().filter(|it| fits(it)).collect();
    let half = found.len() / 2;
    (!found.is_empty()).then(|| found.swap_remove(half + dice.random_range(0..found.len() - half)))
}

fn some_board<'a>(day: &'a mut Day, dice: &mut StdRng, fits: impl Fn(&Read) -> bool) -> Option<&'a mut Read> {
    match some(day, dice, |record| matches!(record, Record::Board(read) if fits(read)))? {
        Record::Board(read) => Some(read),
        _ => None,
    }
}

fn before(at: Revision, by: u64) -> Revision {
    Revision::new(at.epoch, at.rev.saturating_sub(by).max(1))
}

fn altered(day: &mut Day, dice: &mut StdRng) -> bool {
    some_board(day, dice, |_| true).map(|read| read.digest = read.digest.with(stray())).is_some()
}

fn mislabelled(day: &mut Day, dice: &mut StdRng) -> bool {
    let log = day.log.clone();
    some_board(day, dice, |read| read.at < log.head())
        .map(|read| read.at = Revision::new(1, read.at.rev + 1))
        .is_some()
}

fn mixed(day: &mut Day, dice: &mut StdRng) -> bool {
    let log = day.log.clone();
    let two = |read: &Read| log.event(read.at).is_some_and(|event| event.card.is_some());
    some_board(day, dice, two)
        .map(|read| {
            let event = log.event(read.at).unwrap();
            let new = event.card.as_ref().unwrap().digest;
            let old = log.order(event.order, before(read.at, 1)).map_or(stray(), |card| card.digest);
            read.digest = read.digest.without(new).with(old);
        })
        .is_some()
}

fn unheard_of(day: &mut Day, dice: &mut StdRng) -> bool {
    some_board(day, dice, |_| true).map(|read| read.at.epoch = 7).is_some()
}

fn old_order(day: &mut Day, dice: &mut StdRng) -> bool {
    let page = |record: &Record| matches!(record, Record::Order(read) if matches!(&read.found, Found::Page { version, .. } if *version > 1));
    let Some(Record::Order(read)) = some(day, dice, page) else { return false };
    if let Found::Page { version, .. } = &mut read.found {
        *version -= 1;
    }
    true
}

/// From some moment on, for so long, a server answers with what it had then.
fn frozen(day: &mut Day, number: u8, from: Micros, long: Micros) -> bool {
    let log = day.log.clone();
    let held = day.history.clients.iter().flatten().filter_map(|record| match record {
        Record::Board(read) if read.place == Place::Server(number) && read.last.begun <= from => {
            Some(read.at)
        }
        _ => None,
    });
    let Some(held) = held.max() else { return false };
    let mut changed = false;
    for record in day.history.clients.iter_mut().flatten() {
        if let Record::Board(read) = record
            && read.place == Place::Server(number)
            && (from..from + long).contains(&read.first.begun)
            && read.at > held
        {
            let whole = log.whole(held).unwrap();
            (read.at, read.digest, read.orders, read.fresh_at) = (held, whole.digest, whole.orders, None);
            changed = true;
        }
    }
    changed
}

/// A quiet moment late in the day, far from the outage.
fn late(day: &Day) -> Micros {
    let sightings = &day.history.sightings;
    sightings[sightings.len() * 3 / 4].ended
}

fn stands_still(day: &mut Day, _: &mut StdRng) -> bool {
    let from = late(day);
    frozen(day, 0, from, 2_000_000)
}

fn far_behind(day: &mut Day, _: &mut StdRng) -> bool {
    let from = late(day);
    frozen(day, 1, from, 3_000_000)
}

fn false_certificate(day: &mut Day, dice: &mut StdRng) -> bool {
    let old = day.log.head().rev - 50;
    some_board(day, dice, |read| read.at.rev < old)
        .map(|read| read.fresh_at = read.fresh_at.map(|fresh| fresh + 2_000_000))
        .is_some()
}

fn false_tick(day: &mut Day, dice: &mut StdRng) -> bool {
    let old = day.log.head().rev - 50;
    let tick = |record: &Record| matches!(record, Record::Stream(heard) if matches!(heard.what, What::Tick(at, ..) if at.rev < old));
    let Some(Record::Stream(heard)) = some(day, dice, tick) else { return false };
    if let What::Tick(_, fresh, said) = &mut heard.what {
        (*fresh, *said) = (*fresh + 1_500_000, *said + 1_500_000);
    }
    true
}

/// The server's own time beside the database's: the age between them is off by the step.
fn clock_set(day: &mut Day, dice: &mut StdRng, by: Micros) -> bool {
    let tick =
        |record: &Record| matches!(record, Record::Stream(heard) if matches!(heard.what, What::Tick(..)));
    let Some(Record::Stream(heard)) = some(day, dice, tick) else { return false };
    if let What::Tick(_, _, said) = &mut heard.what {
        *said += by;
    }
    true
}

fn clock_set_back(day: &mut Day, dice: &mut StdRng) -> bool {
    clock_set(day, dice, -3_600_000_000)
}

fn clock_set_forward(day: &mut Day, dice: &mut StdRng) -> bool {
    clock_set(day, dice, 3_600_000_000)
}

fn falls_back(day: &mut Day, dice: &mut StdRng) -> bool {
    let (log, half) = (day.log.clone(), day.log.head().rev / 2);
    some_board(day, dice, |read| read.at.rev > half)
        .map(|read| {
            let at = before(read.at, 30);
            let whole = log.whole(at).unwrap();
            (read.at, read.digest, read.orders, read.fresh_at) = (at, whole.digest, whole.orders, None);
        })
        .is_some()
}

/// Within the bound, so that only the wait is missing.
fn at_once(day: &mut Day, dice: &mut StdRng) -> bool {
    let log = day.log.clone();
    some_board(day, dice, |read| read.at == read.at_least && read.at.rev > 100)
        .map(|read| {
            let at = before(read.at, 1);
            let whole = log.whole(at).unwrap();
            (read.at, read.digest, read.orders, read.fresh_at) = (at, whole.digest, whole.orders, None);
        })
        .is_some()
}

/// Two seconds after a command its operator is shown the board from before it.
fn own_write_lost(day: &mut Day, _: &mut StdRng) -> bool {
    let log = day.log.clone();
    for lines in &mut day.history.clients {
        let wrote = lines.iter().find_map(|record| match record {
            Record::Write(write) => match write.outcome {
                Outcome::Done(at, _) if at.rev > 100 => Some((at, write.span.ended)),
                _ => None,
            },
            _ => None,
        });
        let Some((wrote, acked)) = wrote else { continue };
        let later = lines.iter_mut().find_map(|record| match record {
            Record::Board(read) if read.first.begun > acked + 2_000_000 => Some(read),
            _ => None,
        });
        if let Some(read) = later {
            let at = before(wrote, 1);
            let whole = log.whole(at).unwrap();
            (read.at, read.digest, read.orders, read.fresh_at) = (at, whole.digest, whole.orders, None);
            return true;
        }
    }
    false
}

fn incomplete(day: &mut Day, dice: &mut StdRng) -> bool {
    let log = day.log.clone();
    some_board(day, dice, |read| log.event(read.at).is_some_and(|event| event.card.is_some()))
        .map(|read| {
            let card = log.event(read.at).unwrap().card.as_ref().unwrap();
            (read.digest, read.orders) = (read.digest.without(card.digest), read.orders - 1);
        })
        .is_some()
}

fn falsely_absent(day: &mut Day, dice: &mut StdRng) -> bool {
    let there = |record: &Record| matches!(record, Record::Order(read) if read.found != Found::Nothing);
    let Some(Record::Order(read)) = some(day, dice, there) else { return false };
    read.found = Found::Nothing;
    true
}

fn falsely_there(day: &mut Day, dice: &mut StdRng) -> bool {
    let absent = |record: &Record| matches!(record, Record::Order(read) if read.found == Found::Nothing);
    let Some(Record::Order(read)) = some(day, dice, absent) else { return false };
    read.found = Found::Page { version: 4, status: "PACKAGING".to_owned() };
    true
}

/// A board, late in the day, with an order in it that left early.
fn stays(day: &mut Day, dice: &mut StdRng) -> bool {
    let left = day.log.events().iter().find(|event| event.card.is_none()).unwrap().clone();
    let card = day.log.order(left.order, before(left.at, 1)).unwrap().digest;
    let boards = day.history.boards.clone();
    let Some(read) = some_board(day, dice, |read| read.place == Place::Server(0)) else { return false };
    let mut orders = boards.get(&read.digest).unwrap().to_vec();
    orders.push(left.order);
    (read.digest, read.orders) = (read.digest.with(card), read.orders + 1);
    let digest = read.digest;
    day.history.boards.learn(digest, || orders);
    true
}

fn page_stays(day: &mut Day, dice: &mut StdRng) -> bool {
    let log = day.log.clone();
    let long_gone = |record: &Record| {
        matches!(record, Record::Order(read) if read.found == Found::Nothing && read.place == Place::Server(0)
            && log.ways()[&read.order].last().unwrap().0.rev + 100 < read.at.rev)
    };
    let Some(Record::Order(read)) = some(day, dice, long_gone) else { return false };
    read.found = Found::Page { version: 4, status: "PACKAGING".to_owned() };
    true
}

/// The place of a change in the stream, in the second half of it.
fn a_change(day: &mut Day) -> Option<(&mut Vec<Record>, usize)> {
    let is_change =
        |record: &Record| matches!(record, Record::Stream(heard) if matches!(heard.what, What::Change(..)));
    let lines = day.history.clients.iter_mut().find(|lines| lines.iter().any(is_change))?;
    let changes: Vec<_> = (0..lines.len()).filter(|at| is_change(&lines[*at])).collect();
    Some((lines, changes[changes.len() * 2 / 3]))
}

fn gap_swallowed(day: &mut Day, _: &mut StdRng) -> bool {
    a_change(day).map(|(lines, at)| lines.remove(at)).is_some()
}

fn doubled(day: &mut Day, _: &mut StdRng) -> bool {
    a_change(day).map(|(lines, at)| lines.insert(at, lines[at].clone())).is_some()
}

fn swapped(day: &mut Day, _: &mut StdRng) -> bool {
    a_change(day).map(|(lines, at)| lines.swap(at, at - 1)).is_some()
}

fn wrong_change(day: &mut Day, _: &mut StdRng) -> bool {
    let Some((lines, at)) = a_change(day) else { return false };
    if let Record::Stream(heard) = &mut lines[at]
        && let What::Change(_, digest) = &mut heard.what
    {
        *digest = digest.with(stray());
    }
    true
}

/// Everything after some change is never sent, but the ticks go on at that revision.
fn silent(day: &mut Day, _: &mut StdRng) -> bool {
    let Some((lines, at)) = a_change(day) else { return false };
    let Record::Stream(last) = &lines[at] else { return false };
    let What::Change(revision, _) = last.what else { return false };
    let when = last.when;
    let mut tick = last.clone();
    lines.truncate(at + 1);
    tick.what = What::Tick(revision, when / 1000 * 1000 - 100_000, when + 7_000_000);
    tick.when = when + 7_000_000;
    lines.push(Record::Stream(tick));
    true
}

fn is_served(record: &Record) -> bool {
    matches!(record, Record::Model(read) if read.served.is_some())
}

fn other_bytes(day: &mut Day, dice: &mut StdRng) -> bool {
    let Some(Record::Model(read)) = some(day, dice, is_served) else { return false };
    read.served = Some("other bytes".to_owned());
    true
}

fn other_model(day: &mut Day, dice: &mut StdRng) -> bool {
    let Some(Record::Model(read)) = some(day, dice, is_served) else { return false };
    read.named = "another order's".to_owned();
    read.served = Some(read.named.clone());
    true
}
