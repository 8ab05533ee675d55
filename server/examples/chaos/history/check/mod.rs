//! The checks themselves, one file for those who read and write alike.

mod boards;
mod clients;
mod commands;
mod models;
mod orders;
mod streams;

use std::{collections::BTreeMap, fmt};

use super::{
    Promise,
    log::Log,
    record::{Came, History, Micros, Place, Span, Trouble},
    sight::{BOUND, Excuse, Sight, Troubles},
};

/// Broken promises that are told in full.
const TOLD: usize = 12;

/// What the checks look at.
pub struct Scene<'a> {
    pub log: &'a Log,
    pub history: &'a History,
    pub sight: Sight,
    pub troubles: Troubles,
}

/// What came out.
#[derive(Debug, Default)]
pub struct Report {
    broken: BTreeMap<Promise, (u64, Vec<String>)>,
    /// Reads that were checked, of every kind.
    pub reads: u64,
    /// Of those, whole boards.
    pub boards: u64,
    /// Of those, boards whose age was held against the bound: not those of a broken or starved place.
    pub judged: u64,
    /// Boards that tell no certificate, as browsers get them.
    pub ready_made: u64,
    /// Of those, boards whose age was held against the bound.
    pub ready_made_judged: u64,
    /// Changes that came out of streams.
    pub changes: u64,
    /// Commands that were carried out.
    pub done: u64,
    /// Messages that were acknowledged.
    pub messages: u64,
    /// Of those, cancellations.
    pub cancellations: u64,
    /// Models that came.
    pub models: u64,
    /// Answers older than asked for, within the bound or excused: the client keeps what it has.
    pub behind: u64,
    /// Reads and commands that failed although nothing excuses it.
    pub failed: u64,
    /// Of those, commands.
    pub failed_commands: u64,
    /// The first of them.
    pub failures: Vec<String>,
    /// Those that failed, by what excuses it.
    pub excused: BTreeMap<Excuse, u64>,
    /// The oldest board that was served where the bound holds.
    pub oldest: Micros,
    /// Changes whose lateness on a stream was held against the bound.
    pub judged_changes: u64,
    /// The latest of them.
    pub latest: Micros,
    /// The greatest age that a tick told where the bound holds.
    pub told: Micros,
    /// By how much something was told to be younger than it was.
    pub flattered: Micros,
    /// The oldest certificate of an answer where the bound holds.
    pub certified: Micros,
}

impl Scene<'_> {
    /// A moment, as seconds since the first sighting, with what was broken around it: looked for when it is told, for that
    /// takes a walk over all troubles.
    fn around(&self, moment: Micros) -> impl fmt::Display {
        fmt::from_fn(move |out| out.write_str(&self.broken_around(moment)))
    }

    /// A read or command that was answered, but too late: what the machine kept a server waiting for is the machine's own, and a
    /// server that was frozen answers when it goes on.
    fn in_time(&self, report: &mut Report, (place, span): (Place, Span), bound: Micros, what: &str) {
        let took = span.ended - span.begun;
        if place != Place::Redis && took > bound && took - self.troubles.starved(place, span) > bound {
            let excuse = self.troubles.silence(place, span, Came::End);
            report.note_failed(self, (place, span), format_args!("{what} is answered late"), excuse);
        }
    }

    fn broken_around(&self, moment: Micros) -> String {
        let begun = self.history.sightings.first().map_or(moment, |it| it.ended);
        let near = |it: &&Trouble| it.from - BOUND <= moment && moment <= it.to + 3 * BOUND;
        let names: Vec<_> = self
            .history
            .troubles
            .iter()
            .filter(near)
            .map(|it| {
                let second = |at: Micros| (at - begun) as f64 / 1e6;
                format!("{} {:?} ({:.1} to {:.1})", it.name, it.server, second(it.from), second(it.to))
            })
            .collect();
        format!("at {:.1} s; {}", (moment - begun) as f64 / 1e6, names.join(", "))
    }
}

impl Report {
    fn broke(&mut self, promise: Promise, what: impl fmt::Display) {
        let (times, told) = self.broken.entry(promise).or_default();
        *times += 1;
        if told.len() < TOLD {
            told.push(what.to_string());
        }
    }

    /// Something that failed, and what excuses it, if anything does.
    fn note_failed(
        &mut self,
        scene: &Scene<'_>,
        (place, span): (Place, Span),
        why: impl fmt::Display,
        excuse: Option<Excuse>,
    ) {
        if let Some(excuse) = excuse {
            *self.excused.entry(excuse).or_default() += 1;
            return;
        }
        self.failed += 1;
        if self.failures.len() < TOLD {
            let took = (span.ended - span.begun) / 1000;
            self.failures.push(format!("{place:?}: {why} after {took} ms; {}", scene.around(span.begun)));
        }
    }

    /// How much failed and was excused by this.
    pub fn excused(&self, excuse: Excuse) -> u64 {
        self.excused.get(&excuse).copied().unwrap_or_default()
    }

    /// How often a promise was broken.
    pub fn broken(&self, promise: Promise) -> u64 {
        self.broken.get(&promise).map_or(0, |(times, _)| *times)
    }

    /// Every broken promise with how often, and the first cases.
    pub fn all_broken(&self) -> impl Iterator<Item = (Promise, u64, &[String])> {
        self.broken.iter().map(|(promise, (times, told))| (*promise, *times, told.as_slice()))
    }
}

/// Holds a history against the log.
pub fn check(log: &Log, history: &History) -> Report {
    let scene =
        Scene { log, history, sight: Sight::of(history, log.head()), troubles: Troubles::of(history) };
    let mut report = Report::default();
    boards::check(&scene, &mut report);
    orders::check(&scene, &mut report);
    clients::check(&scene, &mut report);
    streams::check(&scene, &mut report);
    commands::check(&scene, &mut report);
    models::check(&scene, &mut report);
    report
}
