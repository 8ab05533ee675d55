//! A day at the workshop that never was: a log, and the history of people who saw nothing but the truth. The checker
//! must find nothing in it, and something in each of its mutants.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on says so")]

pub mod mutants;

use std::collections::{HashMap, HashSet};

use app::domain::{OrderId, Revision};
use rand::{Rng as _, SeedableRng as _, rngs::StdRng};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::history::{
    digest::Digest,
    log::{Event, Facts, Log},
    record::{
        Found, Heard, History, Message, Micros, ModelRead, OrderRead, Outcome, Part, Place, Read, Record,
        Says, Sighting, Span, Trouble, What, Write, note,
    },
};

/// Changes of the day.
const CHANGES: u64 = 500;
const SERVERS: u8 = 3;
const OPERATORS: [&str; 4] = ["anna", "boris", "vera", "gleb"];
const STATUSES: [&str; 5] =
    ["MANUFACTURING_APPROVED", "MANUFACTURING_STARTED", "MANUFACTURING_COMPLETED", "PACKAGING", "SHIPPED"];
const COMMANDS: [&str; 4] = ["take", "complete", "pack", "ship"];
/// When the log was there, and what was done at each of its revisions.
const BEGUN: Micros = 1_700_000_000_000_000;

/// A log and what people saw of it.
pub struct Day {
    pub log: Log,
    pub history: History,
}

/// An order in the making.
#[derive(Clone)]
struct Piece {
    id: OrderId,
    step: usize,
    version: i64,
    operator: Option<&'static str>,
}

impl Piece {
    fn card(&self) -> Value {
        json!({
            "id": self.id.to_string(), "version": self.version, "status": STATUSES[self.step],
            "operator": self.operator.map(|login| json!({ "login": login, "name": login })),
            "model": { "sha256": format!("hash of {}", self.id), "size": 7 },
        })
    }
}

/// The same day for the same seed.
pub fn day(seed: u64) -> Day {
    let mut dice = StdRng::seed_from_u64(seed);
    let mut made = Making::default();
    // Readers, then operators, then the shop.
    made.history.clients = vec![Vec::new(); 4 + OPERATORS.len() + 1];
    for _ in 0..CHANGES {
        made.now += dice.random_range(4_000..40_000);
        made.change(&mut dice);
    }
    made.now += 3_000_000;
    let end = made.now;
    for reader in 0..3 {
        made.read(&mut dice, reader, end);
    }
    made.follow(&mut dice, 3, end);
    Day { log: made.log, history: made.history }
}

#[derive(Default)]
struct Making {
    now: Micros,
    log: Log,
    history: History,
    pieces: Vec<Piece>,
    /// When each revision was there.
    there: Vec<Micros>,
    gone: HashSet<OrderId>,
    members: HashMap<OrderId, ()>,
}

impl Making {
    fn change(&mut self, dice: &mut StdRng) {
        let at = Revision::new(1, self.log.head().rev + 1);
        let committed = BEGUN + self.now;
        let span = Span { begun: committed - 2_000, ended: committed + 3_000 };
        let fresh = self.pieces.len() < 12 || dice.random_bool(0.25);
        let piece = if fresh {
            let id = OrderId(Uuid::from_u64_pair(at.rev, 1));
            self.pieces.push(Piece { id, step: 0, version: 1, operator: None });
            self.tell(id, span, Says::Approved);
            self.pieces.len() - 1
        } else if dice.random_bool(0.08) {
            let chosen = dice.random_range(0..self.pieces.len());
            let piece = &mut self.pieces[chosen];
            piece.step = STATUSES.len() - 1;
            let id = piece.id;
            self.tell(id, span, Says::Cancelled);
            chosen
        } else {
            let chosen = dice.random_range(0..self.pieces.len());
            let piece = &mut self.pieces[chosen];
            let operator = *piece.operator.get_or_insert(OPERATORS[dice.random_range(0..OPERATORS.len())]);
            let (command, version) = (COMMANDS[piece.step], piece.version);
            piece.step += 1;
            piece.version += 1;
            let card = Facts::of(&piece.card()).unwrap();
            let client = 4 + OPERATORS.iter().position(|login| *login == operator).unwrap();
            self.history.clients[client].push(Record::Write(Box::new(Write {
                place: Place::Server(0),
                span,
                order: piece.id,
                version,
                command,
                request: at.rev,
                login: operator.to_owned(),
                outcome: Outcome::Done(at, card),
            })));
            chosen
        };
        let (id, step) = (self.pieces[piece].id, self.pieces[piece].step);
        let card = (step < 4).then(|| Facts::of(&self.pieces[piece].card()).unwrap());
        if card.is_none() {
            self.pieces.swap_remove(piece);
            self.members.remove(&id);
            self.gone.insert(id);
        } else {
            self.members.insert(id, ());
        }
        self.log.push(Event { at, order: id, card }).unwrap();
        self.history.sightings.push(Sighting { at, begun: committed, ended: committed + 1_000 });
        self.there.push(committed);
        let digest = self.log.whole(at).unwrap().digest;
        self.history.boards.learn(digest, || self.members.keys().copied().collect());
        if !fresh && dice.random_bool(0.3) {
            self.look_after(dice, at, committed + 3_000);
        }
    }

    /// The shop's word of an order is acknowledged.
    fn tell(&mut self, order: OrderId, span: Span, says: Says) {
        let last = self.history.clients.len() - 1;
        self.history.clients[last].push(Record::Message(Box::new(Message { order, span, says })));
    }

    /// An operator reads the board right after a command, on any server.
    fn look_after(&mut self, dice: &mut StdRng, at: Revision, acked: Micros) {
        let event = self.log.event(at).unwrap();
        let Some(operator) = event.card.as_ref().and_then(|card| card.operator.clone()) else { return };
        let client = 4 + OPERATORS.iter().position(|login| *login == operator).unwrap();
        let place = Place::Server(dice.random_range(0..SERVERS));
        let span = Span { begun: acked + 500, ended: acked + 9_000 };
        let read = self.board(place, span, at, at);
        note(&mut self.history.clients[client], read);
    }

    fn board(&self, place: Place, span: Span, at: Revision, at_least: Revision) -> Read {
        let whole = self.log.whole(at).unwrap();
        let fresh = self.when(at) / 1000 * 1000;
        Read {
            place,
            first: span,
            last: span,
            times: 1,
            at,
            at_least,
            digest: whole.digest,
            orders: whole.orders,
            fresh_at: Some(fresh),
        }
    }

    fn when(&self, at: Revision) -> Micros {
        self.there[usize::try_from(at.rev).unwrap() - 1]
    }

    /// What a server that is so late has at this moment.
    fn has(&self, moment: Micros, late: Micros) -> Revision {
        let known = self.there.partition_point(|there| there + late <= moment);
        Revision::new(1, known as u64)
    }

    fn late(place: Place) -> Micros {
        match place {
            Place::Server(number) => 3_000 + 40_000 * Micros::from(number),
            Place::Redis => 2_000,
        }
    }

    /// A reader who changes the server at every read; for two seconds PostgreSQL is away from one of them.
    fn read(&mut self, dice: &mut StdRng, reader: usize, end: Micros) {
        let cut = (BEGUN + end / 2, BEGUN + end / 2 + 2_000_000);
        if reader == 0 {
            let part = Part::Postgres;
            self.history.troubles.push(Trouble {
                name: String::new(),
                server: Some(2),
                part,
                from: cut.0,
                to: cut.1,
            });
        }
        let (mut seen, mut moment) = (Revision::default(), self.there[20]);
        let mut shown = Revision::default();
        while moment < BEGUN + end {
            moment += dice.random_range(5_000..60_000);
            let place = Place::Server(dice.random_range(0..SERVERS));
            let away = place == Place::Server(2) && (cut.0..cut.1).contains(&moment);
            let has = self.has(if away { cut.0 } else { moment }, Self::late(place));
            // Whoever waits for what was seen elsewhere leaves the server further on than it was.
            let at = if away { has.max(shown) } else { has.max(seen) };
            if place == Place::Server(2) {
                shown = shown.max(at);
            }
            // Who is asked for more than it has waits for it.
            let long = if at < seen { 151_000 } else { 1_000 };
            let span = Span { begun: moment, ended: moment + long };
            moment = span.ended;
            let read = self.board(place, span, at, seen);
            note(&mut self.history.clients[reader], read);
            seen = seen.max(at);
            moment += 1_000;
            if let Some(record) = self.look_at_one(dice, place, moment, at) {
                self.history.clients[reader].push(record);
            }
        }
    }

    /// An order that was there once: it is what it was at that revision, or it is not there.
    fn look_at_one(&self, dice: &mut StdRng, place: Place, moment: Micros, at: Revision) -> Option<Record> {
        let some = self.log.event(Revision::new(1, dice.random_range(1..=at.rev)))?.order;
        let span = Span { begun: moment, ended: moment + 800 };
        let card = self.log.order(some, at);
        if let Some(card) = card
            && dice.random_bool(0.2)
        {
            let named = card.model.clone()?;
            let served = Some(named.clone());
            let read = ModelRead { place, span, order: some, at, named, served, refused: None };
            return Some(Record::Model(Box::new(read)));
        }
        let found = match card {
            None => Found::Nothing,
            Some(card) if dice.random_bool(0.5) => Found::Card(card.clone()),
            Some(card) => Found::Page { version: card.version, status: card.status.clone() },
        };
        Some(Record::Order(Box::new(OrderRead { place, span, at, at_least: at, order: some, found })))
    }

    /// A stream that begins somewhere, is told to reload once, and follows to the end.
    fn follow(&mut self, dice: &mut StdRng, client: usize, end: Micros) {
        let place = Place::Server(1);
        let late = Self::late(place);
        let mut lines = Vec::new();
        let from = Revision::new(1, dice.random_range(20..60));
        let begin = |log: &Log, at: Revision| What::Begin(at, log.whole(at).unwrap().digest);
        let mut hear = |when, what| lines.push(Record::Stream(Heard { place, when, what }));
        hear(self.when(from) + late, begin(&self.log, from));
        let mut ticked = self.when(from);
        let head = self.log.head();
        for rev in from.rev + 1..=head.rev {
            let (at, when) = (Revision::new(1, rev), self.there[rev as usize - 1] + late);
            if rev == CHANGES / 2 {
                hear(when, What::Reload(at));
                hear(when + 500, begin(&self.log, at));
                continue;
            }
            hear(when, What::Change(at, self.log.whole(at).unwrap().digest));
            if when - ticked > 1_000_000 {
                hear(when + 200, What::Tick(at, self.when(at) / 1000 * 1000, when));
                ticked = when;
            }
        }
        hear(BEGUN + end, What::Tick(head, (BEGUN + end - 100_000) / 1000 * 1000, BEGUN + end));
        self.history.clients[client] = lines;
    }
}

/// Something that is in no board.
pub fn stray() -> Digest {
    Digest::of(&json!({ "id": "nobody's" }))
}
