//! Mutants of what people and the shop were told of their commands and messages.

use app::domain::Revision;
use rand::rngs::StdRng;

use super::{Change, some};
use crate::{
    day::Day,
    history::{
        Promise,
        log::{Event, Facts},
        record::{Message, Outcome, Record, Says},
    },
};

/// Mutants of what the database itself has decided.
pub const OF_COMMANDS: [(&str, Promise, Change); 4] = [
    ("two people win one order", Promise::Once, two_winners),
    ("a command at a version that was overtaken", Promise::Once, stale_version),
    ("the winner's receipt names somebody else", Promise::Once, other_winner),
    ("a shipped order comes back", Promise::Once, comes_back),
];

fn is_done(record: &Record) -> bool {
    matches!(record, Record::Write(write) if matches!(write.outcome, Outcome::Done(..)) && write.command == "take")
}

pub fn ack_before_commit(day: &mut Day, dice: &mut StdRng) -> bool {
    let next = Revision::new(1, day.log.head().rev + 1);
    let Some(Record::Write(write)) = some(day, dice, is_done) else { return false };
    if let Outcome::Done(at, _) = &mut write.outcome {
        *at = next;
    }
    true
}

pub fn message_lost(day: &mut Day, dice: &mut StdRng) -> bool {
    let lost = app::domain::OrderId(uuid::Uuid::from_u64_pair(0, 99));
    let Some(message) = some_message(day, dice, Says::Approved) else { return false };
    message.order = lost;
    true
}

pub fn cancellation_lost(day: &mut Day, dice: &mut StdRng) -> bool {
    let (log, head) = (&day.log, day.log.head());
    let stays = log.events().iter().map(|event| event.order).find(|order| log.order(*order, head).is_some());
    let Some(stays) = stays else { return false };
    let Some(message) = some_message(day, dice, Says::Cancelled) else { return false };
    message.order = stays;
    true
}

fn some_message<'a>(day: &'a mut Day, dice: &mut StdRng, says: Says) -> Option<&'a mut Message> {
    match some(day, dice, |it| matches!(it, Record::Message(message) if message.says == says))? {
        Record::Message(message) => Some(message),
        _ => None,
    }
}

pub fn refused_as_gone(day: &mut Day, dice: &mut StdRng) -> bool {
    let log = day.log.clone();
    let stays =
        |it: &Record| matches!(it, Record::Write(write) if log.order(write.order, log.head()).is_some());
    let Some(Record::Write(write)) = some(day, dice, stays) else { return false };
    let Outcome::Done(_, card) = &write.outcome else { return false };
    write.outcome = Outcome::Conflict(Facts { status: "CANCELLED".to_owned(), ..card.clone() });
    true
}

pub fn no_receipt(day: &mut Day, dice: &mut StdRng) -> bool {
    let Some(Record::Write(write)) = some(day, dice, is_done) else { return false };
    write.outcome = Outcome::Refused(200);
    true
}

fn two_winners(day: &mut Day, dice: &mut StdRng) -> bool {
    let Some(Record::Write(write)) = some(day, dice, is_done) else { return false };
    let mut other = write.clone();
    (other.request, other.login) = (other.request + 100_000, "somebody else".to_owned());
    day.history.clients[4].push(Record::Write(other));
    true
}

fn stale_version(day: &mut Day, dice: &mut StdRng) -> bool {
    let Some(Record::Write(write)) = some(day, dice, is_done) else { return false };
    write.version -= 1;
    true
}

fn other_winner(day: &mut Day, dice: &mut StdRng) -> bool {
    let Some(Record::Write(write)) = some(day, dice, is_done) else { return false };
    write.login = "somebody else".to_owned();
    true
}

fn comes_back(day: &mut Day, _: &mut StdRng) -> bool {
    let left = day.log.events().iter().find(|event| event.card.is_none()).unwrap().order;
    let card =
        Facts { version: 9, status: "PACKAGING".to_owned(), ..day.log.events()[0].card.clone().unwrap() };
    let at = Revision::new(1, day.log.head().rev + 1);
    day.log.push(Event { at, order: left, card: Some(card) }).is_ok()
}
