//! What one client sees in turn, whoever answers: K3 and K4. A client asks for no less than it has seen; an answer may
//! be older only while the one who gives it is excused, or within the bound, and after it has waited for what was asked
//! for; then the client keeps what it has.
//! A server whose board has shown something never shows less, as long as it lives. An order that its board lacks it reads from
//! the database, which may be ahead of the board.

use std::collections::{HashMap, VecDeque};

use app::domain::Revision;

use super::{Report, Scene};
use crate::history::{
    Promise,
    record::{Found, Micros, OrderRead, Outcome, Place, Record, Span},
    sight::BOUND,
};

/// So long a server waits for a revision that it is asked for and does not have (`X-Board-Min-Rev`).
const WAITS: Micros = 150_000;

pub(super) fn check(scene: &Scene<'_>, report: &mut Report) {
    for (client, lines) in scene.history.clients.iter().enumerate() {
        let mut course = Course { client, ..Course::default() };
        for record in lines {
            match record {
                Record::Board(read) => {
                    waits(report, client, (read.place, read.last), read.at, read.at_least);
                    course.reads(scene, report, read.place, read.last, read.at);
                    course.shown.insert(read.place, (read.at, read.last.ended));
                }
                Record::Order(read) => {
                    waits(report, client, (read.place, read.span), read.at, read.at_least);
                    course.reads(scene, report, read.place, read.span, read.at);
                    if course.is_of_the_board(scene, read) {
                        course.shown.insert(read.place, (read.at, read.span.ended));
                    }
                }
                Record::Write(write) => {
                    if let Outcome::Done(at, _) = write.outcome {
                        course.wrote.note(scene, at);
                    }
                }
                _ => {}
            }
        }
    }
}

/// Whatever is away, nobody is given at once what is older than they asked for.
fn waits(report: &mut Report, client: usize, (place, span): (Place, Span), at: Revision, least: Revision) {
    let waited = span.ended - span.begun;
    if at < least && waited < WAITS {
        report.broke(
            Promise::K3,
            format_args!("client {client}: {place:?} answers {at} after {waited} µs, asked for {least}"),
        );
    }
}

/// What somebody knows of, and what of it must be everywhere by now.
#[derive(Debug, Default)]
struct Known {
    newest: Revision,
    due: Revision,
    /// Not due yet, with when each was there.
    recent: VecDeque<(Micros, Revision)>,
}

impl Known {
    fn note(&mut self, scene: &Scene<'_>, at: Revision) {
        if at > self.newest {
            self.newest = at;
            self.recent.push_back((scene.sight.when(at), at));
        }
    }

    /// What must be everywhere at this moment.
    fn due(&mut self, moment: Micros) -> Revision {
        while let Some((when, at)) = self.recent.front().copied()
            && when.saturating_add(BOUND) < moment
        {
            self.due = at;
            self.recent.pop_front();
        }
        self.due
    }
}

/// A client's way through the history.
#[derive(Debug, Default)]
struct Course {
    client: usize,
    seen: Known,
    wrote: Known,
    /// What each place has shown, and when last.
    shown: HashMap<Place, (Revision, Micros)>,
}

impl Course {
    fn reads(&mut self, scene: &Scene<'_>, report: &mut Report, place: Place, span: Span, at: Revision) {
        let client = self.client;
        if let Some((shown, when)) = self.shown.get(&place)
            && at < *shown
            && !began_anew(scene, place, *when, span.ended)
        {
            report
                .broke(Promise::K3, format_args!("client {client}: {place:?} showed {shown} and then {at}"));
        }
        // Redis may fall back to an older copy of itself; servers do not take it over.
        if place != Place::Redis {
            let young = scene.troubles.young(place, span.begun, span.ended);
            let mut behind = false;
            for (promise, known) in [(Promise::K3, &mut self.seen), (Promise::K4, &mut self.wrote)] {
                let due = known.due(span.begun);
                if at < due && young {
                    report.broke(
                        promise,
                        format_args!(
                            "client {client}: {place:?} answers {at}, and {due} was long there, {}",
                            scene.around(span.begun)
                        ),
                    );
                }
                behind |= at < known.newest;
            }
            report.behind += u64::from(behind);
            self.seen.note(scene, at);
        }
    }

    /// Whether it was in the board that the place has shown: then the database was not asked for it.
    fn is_of_the_board(&self, scene: &Scene<'_>, read: &OrderRead) -> bool {
        match read.found {
            Found::Card(_) => true,
            Found::Page { .. } => self.shown.get(&read.place).is_some_and(|(shown, when)| {
                scene.log.order(read.order, *shown).is_some()
                    && !began_anew(scene, read.place, *when, read.span.ended)
            }),
            Found::Nothing => false,
        }
    }
}

/// Whether a server lost its memory between these moments; Redis may at any time.
fn began_anew(scene: &Scene<'_>, place: Place, from: Micros, to: Micros) -> bool {
    place == Place::Redis || scene.troubles.died(place, from, to)
}
