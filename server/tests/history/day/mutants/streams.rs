//! Mutants of what streams tell, and when.

use rand::rngs::StdRng;

use super::some;
use crate::{
    day::Day,
    history::{
        log::Log,
        record::{Heard, Micros, Record, What},
    },
};

/// From a change that fits on a stream stands still for two seconds, and then tells everything.
fn stands_still(day: &mut Day, fits: impl Fn(&Log, &What) -> bool) -> bool {
    let log = &day.log;
    let change = |record: &Record| matches!(record, Record::Stream(heard) if fits(log, &heard.what));
    let lines = day.history.clients.iter_mut().find(|lines| lines.iter().any(&change));
    let Some(lines) = lines else { return false };
    let found: Vec<_> = (0..lines.len()).filter(|at| change(&lines[*at])).collect();
    let at = found[found.len() / 2];
    let Record::Stream(Heard { when, .. }) = lines[at] else { return false };
    for line in &mut lines[at..] {
        if let Record::Stream(heard) = line {
            heard.when = heard.when.max(when + 2_000_000);
        }
    }
    true
}

pub fn late_change(day: &mut Day, _: &mut StdRng) -> bool {
    stands_still(
        day,
        |log, what| matches!(what, What::Change(at, _) if log.event(*at).is_some_and(|event| event.card.is_some())),
    )
}

pub fn late_removal(day: &mut Day, _: &mut StdRng) -> bool {
    stands_still(
        day,
        |log, what| matches!(what, What::Change(at, _) if log.event(*at).is_some_and(|event| event.card.is_none())),
    )
}

pub fn old_tick(day: &mut Day, dice: &mut StdRng) -> bool {
    let tick =
        |record: &Record| matches!(record, Record::Stream(heard) if matches!(heard.what, What::Tick(..)));
    let Some(Record::Stream(heard)) = some(day, dice, tick) else { return false };
    if let What::Tick(_, fresh, _) = &mut heard.what {
        *fresh -= 3_000_000;
    }
    true
}

/// The board was overtaken long ago, the server's clock was set by an hour, and both moments are told by that clock.
pub fn young_tick(day: &mut Day, dice: &mut StdRng) -> bool {
    const HOUR: Micros = 3_600_000_000;
    let old = day.log.head().rev - 50;
    let tick = |record: &Record| matches!(record, Record::Stream(heard) if matches!(heard.what, What::Tick(at, ..) if at.rev < old));
    let Some(Record::Stream(heard)) = some(day, dice, tick) else { return false };
    heard.when += 2_000_000;
    let when = heard.when;
    if let What::Tick(_, fresh, said) = &mut heard.what {
        (*fresh, *said) = (when + HOUR, when + HOUR);
    }
    true
}
