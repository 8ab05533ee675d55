//! When a revision was there for everybody to see, and when a server could not have seen it.

use std::collections::HashMap;

use app::domain::Revision;

use super::record::{Came, History, Micros, Outcome, Part, Place, Record, Span, Trouble, What};

/// A change may take this long to be on every board, with any one part but PostgreSQL gone.
pub const BOUND: Micros = 1_000_000;
/// After PostgreSQL was away: the time-outs of a question that was on its way (2 s), and a look (250 ms), before the
/// bound holds again.
pub const HEALING: Micros = 3_000_000;

/// A person is answered within 6 s, whatever the database does; the way there and back may take the rest.
pub const ANSWERED: Micros = 6 * BOUND + BOUND / 4;

/// After the store of models was away: the time-out of a piece of a file that was on its way (5 s), and once more.
const STORE: Micros = 10_000_000;

/// When each revision was first known to be committed. An upper bound: somebody had seen it by then, or a later one.
#[derive(Debug, Default)]
pub struct Sight {
    epoch: u32,
    /// By number; ascending.
    seen: Vec<Micros>,
}

impl Sight {
    /// From whatever anybody saw.
    pub fn of(history: &History, head: Revision) -> Self {
        let length = usize::try_from(head.rev).unwrap_or_default() + 1;
        let mut sight = Self { epoch: head.epoch, seen: vec![Micros::MAX; length] };
        for sighting in &history.sightings {
            sight.note(sighting.at, sighting.ended);
        }
        for record in history.clients.iter().flatten() {
            match record {
                Record::Board(read) => sight.note(read.at, read.first.ended),
                Record::Order(read) => sight.note(read.at, read.span.ended),
                Record::Write(write) => {
                    if let Outcome::Done(at, _) = &write.outcome {
                        sight.note(*at, write.span.ended);
                    }
                }
                Record::Stream(heard) => {
                    if let What::Change(at, _) = heard.what {
                        sight.note(at, heard.when);
                    }
                }
                Record::Message(_) | Record::Model(_) | Record::Failed(_) => {}
            }
        }
        // Whoever saw a later one had all before it.
        let mut earliest = Micros::MAX;
        for seen in sight.seen.iter_mut().rev() {
            earliest = earliest.min(*seen);
            *seen = earliest;
        }
        sight
    }

    fn note(&mut self, at: Revision, when: Micros) {
        let number = usize::try_from(at.rev).unwrap_or(usize::MAX);
        if at.epoch == self.epoch
            && let Some(seen) = self.seen.get_mut(number)
        {
            *seen = (*seen).min(when);
        }
    }

    /// By when this revision was there.
    pub fn when(&self, at: Revision) -> Micros {
        let number = usize::try_from(at.rev).unwrap_or(usize::MAX);
        self.seen.get(number).copied().unwrap_or(Micros::MAX)
    }

    /// By when something newer than this revision was there.
    pub fn overtaken(&self, at: Revision) -> Micros {
        self.when(Revision::new(at.epoch, at.rev + 1))
    }
}

/// What was broken for whom, as intervals that don't touch.
#[derive(Debug, Default)]
pub struct Troubles {
    by: HashMap<(Place, Kind), Vec<(Micros, Micros)>>,
}

/// What a trouble excuses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Kind {
    /// Being old.
    Age,
    /// Not answering.
    Gone,
    /// Answering that it cannot: it ends, or is not ready yet.
    Dead,
    /// Being late with everything.
    Starved,
    /// Not having a model.
    Model,
}

/// What a failure is excused by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Excuse {
    /// The server was dead or frozen.
    Gone,
    /// Nothing came in time, and the machine had no core for the server or for whom everybody needs.
    Starved,
    /// What only the database has, while it was away.
    Database,
    /// A model, while its store was away.
    Store,
}

impl Troubles {
    /// Sorts them by place.
    pub fn of(history: &History) -> Self {
        let mut places: Vec<Place> = vec![Place::Redis];
        for record in history.clients.iter().flatten() {
            let place = match record {
                Record::Board(read) => read.place,
                Record::Order(read) => read.place,
                Record::Stream(heard) => heard.place,
                Record::Failed(failed) => failed.place,
                Record::Model(read) => read.place,
                Record::Write(write) => write.place,
                _ => continue,
            };
            if !places.contains(&place) {
                places.push(place);
            }
        }
        let mut by = HashMap::new();
        for place in places {
            by.insert((place, Kind::Age), merged(history, |trouble| ages(trouble, place)));
            by.insert((place, Kind::Gone), merged(history, |it| is_gone(it, place)));
            by.insert((place, Kind::Dead), merged(history, |it| is_gone(it, place) && it.part == Part::Dead));
            by.insert((place, Kind::Starved), merged(history, |trouble| starves(trouble, place)));
            by.insert((place, Kind::Model), merged(history, |trouble| withholds(trouble, place)));
        }
        Self { by }
    }

    /// Whether what this place answers between these moments must be within the bound.
    pub fn young(&self, place: Place, begun: Micros, ended: Micros) -> bool {
        !self.meets(place, Kind::Age, begun - BOUND - HEALING, ended)
            && !self.meets(place, Kind::Starved, begun - BOUND, ended)
    }

    /// Why this came instead of an answer, if anything excuses that. Who answers had a core to do so, and is no longer
    /// frozen.
    pub fn silence(&self, place: Place, span: Span, came: Came) -> Option<Excuse> {
        let Span { begun, ended } = span;
        let kind = if matches!(came, Came::Answer(_)) { Kind::Dead } else { Kind::Gone };
        if self.meets(place, kind, begun, ended) {
            return Some(Excuse::Gone);
        }
        let starved = came == Came::Nothing && self.meets(place, Kind::Starved, begun, ended);
        starved.then_some(Excuse::Starved)
    }

    /// Why a command was told to come again: the database is away, or kept it waiting while the machine had no core.
    pub fn refusal(&self, place: Place, span: Span) -> Option<Excuse> {
        let gone = self.silence(place, span, Came::Answer(503));
        let waited = || {
            let starved = span.ended - span.begun > BOUND && self.starved(place, span) > 0;
            starved.then_some(Excuse::Starved)
        };
        gone.or_else(|| self.without_database(place, span)).or_else(waited)
    }

    /// Why this place may lack what only the database has.
    pub fn without_database(&self, place: Place, span: Span) -> Option<Excuse> {
        let away = self.meets(place, Kind::Age, span.begun - BOUND - HEALING, span.ended);
        away.then_some(Excuse::Database)
    }

    /// Why this place may lack a model.
    pub fn without_store(&self, place: Place, span: Span) -> Option<Excuse> {
        self.meets(place, Kind::Model, span.begun - STORE, span.ended).then_some(Excuse::Store)
    }

    /// For how long of this time the machine had no core for this place.
    pub fn starved(&self, place: Place, span: Span) -> Micros {
        let intervals = self.by.get(&(place, Kind::Starved)).map_or(&[][..], Vec::as_slice);
        let first = intervals.partition_point(|(_, end)| *end < span.begun);
        let within = intervals[first..].iter().take_while(|(start, _)| *start < span.ended);
        within.map(|(start, end)| (*end).min(span.ended) - (*start).max(span.begun)).sum()
    }

    /// Whether this place was dead at any moment of this time.
    pub fn died(&self, place: Place, from: Micros, to: Micros) -> bool {
        self.meets(place, Kind::Dead, from, to)
    }

    fn meets(&self, place: Place, kind: Kind, from: Micros, to: Micros) -> bool {
        let Some(intervals) = self.by.get(&(place, kind)) else { return false };
        let at = intervals.partition_point(|(_, end)| *end < from);
        intervals.get(at).is_some_and(|(start, _)| *start <= to)
    }
}

/// PostgreSQL away, or the server itself frozen or dead; Redis is no excuse, but for itself.
fn ages(trouble: &Trouble, place: Place) -> bool {
    match place {
        Place::Server(number) => {
            trouble.server.is_none_or(|it| it == number)
                && matches!(trouble.part, Part::Postgres | Part::Frozen | Part::Dead)
        }
        // It is brought up to date by any server that reaches both.
        Place::Redis => trouble.server.is_none() && matches!(trouble.part, Part::Postgres | Part::Redis),
    }
}

fn starves(trouble: &Trouble, place: Place) -> bool {
    let number = match place {
        Place::Server(number) => Some(number),
        Place::Redis => None,
    };
    trouble.part == Part::Starved && (trouble.server.is_none() || trouble.server == number)
}

/// Reads need nothing but the server, which may have to ask PostgreSQL once for a session that it does not know yet.
fn is_gone(trouble: &Trouble, place: Place) -> bool {
    match place {
        Place::Server(number) => {
            matches!(trouble.part, Part::Frozen | Part::Dead) && trouble.server.is_none_or(|it| it == number)
        }
        Place::Redis => true,
    }
}

/// A model needs its store.
fn withholds(trouble: &Trouble, place: Place) -> bool {
    let here = match place {
        Place::Server(number) => trouble.server.is_none_or(|it| it == number),
        Place::Redis => false,
    };
    here && trouble.part == Part::Store
}

fn merged(history: &History, concerns: impl Fn(&Trouble) -> bool) -> Vec<(Micros, Micros)> {
    let mut found: Vec<_> =
        history.troubles.iter().filter(|it| concerns(it)).map(|it| (it.from, it.to)).collect();
    found.sort_unstable();
    let mut apart: Vec<(Micros, Micros)> = Vec::new();
    for (from, to) in found {
        match apart.last_mut() {
            Some((_, end)) if from <= *end => *end = (*end).max(to),
            _ => apart.push((from, to)),
        }
    }
    apart
}
