//! Streams of changes: K7. Each begins after some board; every change must follow the last, and make of that board
//! what the log says.

use app::domain::Revision;

use super::{Report, Scene};
use crate::history::{
    Promise,
    record::{Heard, Micros, Record, What},
    sight::BOUND,
};

/// Further from our own time than this, a server's clock was set.
const STEPPED: Micros = 60 * BOUND;

pub(super) fn check(scene: &Scene<'_>, report: &mut Report) {
    for lines in &scene.history.clients {
        // Where the stream is; nothing while a board must be read first.
        let mut at: Option<Revision> = None;
        for record in lines {
            if let Record::Stream(heard) = record {
                at = hear(scene, report, heard, at);
            }
        }
    }
}

fn hear(scene: &Scene<'_>, report: &mut Report, heard: &Heard, at: Option<Revision>) -> Option<Revision> {
    let place = heard.place;
    match heard.what {
        What::Begin(from, digest) => {
            if scene.log.whole(from).is_none_or(|whole| whole.digest != digest) {
                report.broke(Promise::K7, format_args!("{place:?}: a stream after a wrong board, {from}"));
            }
            Some(from)
        }
        What::Change(to, digest) => {
            report.changes += 1;
            if let Some(at) = at
                && !to.follows(at)
            {
                report.broke(Promise::K7, format_args!("{place:?}: {to} came after {at}, and no reload"));
            }
            if scene.log.whole(to).is_none_or(|whole| whole.digest != digest) {
                report
                    .broke(Promise::K7, format_args!("{place:?}: the changes up to {to} make a wrong board"));
            }
            let late = heard.when.saturating_sub(scene.sight.when(to));
            if scene.troubles.young(place, heard.when - late, heard.when) {
                report.latest = report.latest.max(late);
            }
            Some(to)
        }
        What::Reload(_) | What::End => None,
        What::Tick(revision, fresh, said) => {
            tick(scene, report, heard, (revision, fresh, said));
            at
        }
    }
}

/// What a tick says of the board's age, and whether it should have said something else by then.
fn tick(
    scene: &Scene<'_>,
    report: &mut Report,
    heard: &Heard,
    (revision, fresh, said): (Revision, Micros, Micros),
) {
    let (place, overtaken) = (heard.place, scene.sight.overtaken(revision));
    // A server whose clock was set tells moments of a time of its own; the age between two of them is true all the same.
    let has_our_time = (said - heard.when).abs() < STEPPED;
    if has_our_time && overtaken < fresh {
        report.flattered = report.flattered.max(fresh - overtaken);
        report.broke(
            Promise::K2,
            format_args!(
                "{place:?}: a tick certifies {revision} {} ms after something newer was there",
                (fresh - overtaken) / 1000
            ),
        );
    }
    let age = said - fresh;
    let young = scene.troubles.young(place, heard.when - 5 * BOUND, heard.when);
    if age < 0 || (young && age > 5 * BOUND) {
        report.broke(
            Promise::K2,
            format_args!(
                "{place:?}: a tick says that it is {} ms old, {}",
                age / 1000,
                scene.around(heard.when)
            ),
        );
    }
    let silent = heard.when.saturating_sub(overtaken);
    // A tick is due every five seconds and is sent only to those who have everything.
    if silent > 5 * BOUND && scene.troubles.young(place, overtaken, heard.when) {
        report
            .broke(Promise::K7, format_args!("{place:?}: nothing after {revision} for {} ms", silent / 1000));
    }
}
