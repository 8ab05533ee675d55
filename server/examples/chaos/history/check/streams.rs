//! Streams of changes: K7. Each begins after some board; every change must follow the last, and make of that board
//! what the log says.

use app::domain::Revision;

use super::{Report, Scene};
use crate::history::{
    Promise,
    record::{Came, Heard, Micros, Record, Span, What},
    sight::BOUND,
};

/// Between two looks of a server at the log: so much older than the bound a certificate may be when it is told.
const LOOK: Micros = 250_000;

/// So much later than it was told is a tick heard at most, by whoever had a core.
const HEARD: Micros = BOUND / 2;

/// Further from our own time than this, a server's clock was set.
const STEPPED: Micros = 60 * BOUND;

pub(super) fn check(scene: &Scene<'_>, report: &mut Report) {
    for lines in &scene.history.clients {
        // Where the stream is; nothing while a board must be read first.
        let mut at: Option<Revision> = None;
        // Since when it has been open.
        let mut begun = Micros::MIN;
        for record in lines {
            if let Record::Stream(heard) = record {
                if matches!(heard.what, What::Begin(..)) {
                    begun = heard.when;
                }
                at = hear(scene, report, heard, (at, begun));
            }
        }
    }
}

fn hear(
    scene: &Scene<'_>,
    report: &mut Report,
    heard: &Heard,
    (at, begun): (Option<Revision>, Micros),
) -> Option<Revision> {
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
            late(scene, report, heard, (to, begun));
            Some(to)
        }
        What::End => {
            // What it should have said by now.
            if let Some(at) = at {
                late(scene, report, heard, (Revision::new(at.epoch, at.rev + 1), begun));
            }
            None
        }
        What::Reload(_) => None,
        What::Tick(revision, fresh, said) => {
            tick(scene, report, heard, (revision, fresh, said));
            at
        }
    }
}

/// How late a change is on a stream that was open when it was made, or that began from before it.
fn late(scene: &Scene<'_>, report: &mut Report, heard: &Heard, (to, begun): (Revision, Micros)) {
    let (place, when) = (heard.place, heard.when);
    let due = scene.sight.when(to).max(begun);
    let late = when.saturating_sub(due);
    if late <= 0 || !scene.troubles.young(place, due, when) {
        return;
    }
    report.judged_changes += 1;
    report.latest = report.latest.max(late);
    if late > BOUND {
        let left = scene.log.event(to).is_some_and(|event| event.card.is_none());
        let promise = if left { Promise::K6 } else { Promise::K2 };
        let around = scene.around(when);
        report.broke(promise, format_args!("{place:?}: {to} was not told for {} ms, {around}", late / 1000));
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
    // A server whose clock was set tells moments of a time of its own; of these the age between them is judged.
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
    flattering(scene, report, heard, (revision, age));
    let young = scene.troubles.young(place, heard.when - BOUND - LOOK, heard.when);
    if young {
        report.told = report.told.max(age);
    }
    if age < 0 || (young && age > BOUND + LOOK) {
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

/// Whether a board is older than it is told to be, by our own clock: whatever the server's own says, and whatever is away.
fn flattering(scene: &Scene<'_>, report: &mut Report, heard: &Heard, (revision, age): (Revision, Micros)) {
    let Heard { place, when, .. } = *heard;
    let by = when - age - scene.sight.overtaken(revision);
    let span = Span { begun: when - BOUND, ended: when };
    if by <= HEARD || scene.troubles.silence(place, span, Came::Nothing).is_some() {
        return;
    }
    report.flattered = report.flattered.max(by);
    report.broke(
        Promise::K2,
        format_args!(
            "{place:?}: a tick tells {revision} to be {} ms younger than it is, {}",
            by / 1000,
            scene.around(when)
        ),
    );
}
