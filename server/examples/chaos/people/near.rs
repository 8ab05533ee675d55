//! A board that lives in this very program: the product's own, fed from the same PostgreSQL and Redis by lines of its
//! own. Its readers cost no socket, so there can be millions; what they are handed is what a request is handed.

use std::{
    collections::HashMap,
    sync::{Arc, atomic::Ordering},
    time::Duration,
};

use ::server::{
    board::{self, Encoding, Form, Held, Snapshot},
    clock::{SystemClock, SystemEntropy},
    store::Postgres,
};
use app::domain::{OrderId, Revision};
use rand::{Rng as _, rngs::StdRng, seq::IteratorRandom as _};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use super::{Crowd, now};
use crate::{
    Failure,
    history::{
        digest::Digest,
        log::Facts,
        record::{Came, Failed, Found, OrderRead, Place, Read, Record, Span, note},
    },
    stage::{Stage, server::Lines},
};

/// Reads between two rests.
const BURST: usize = 80;

/// One.
pub struct Near {
    pub number: u8,
    pub lines: Lines,
    pub board: board::Board,
    tasks: TaskTracker,
    stop: CancellationToken,
}

impl Near {
    /// Starts one, with its first board.
    pub async fn start(stage: &Stage, number: u8) -> Result<Self, Failure> {
        let lines = Lines::of(stage).await?;
        let redis = stage.redis.url(lines.redis.port);
        let settings = board::Settings::new(redis, Arc::new(SystemClock), Arc::new(SystemEntropy));
        let store = Postgres::open(&stage.postgres.url(lines.postgres.port), 4)?;
        let (tasks, stop) = (TaskTracker::new(), CancellationToken::new());
        let board = board::Board::start(settings, store, &tasks, &stop)?;
        crate::stage::service::until("a first board", async || board.near().is_some()).await?;
        Ok(Self { number, lines, board, tasks, stop })
    }

    /// Ends it.
    pub async fn end(&self) {
        self.stop.cancel();
        self.tasks.close();
        let _ = tokio::time::timeout(Duration::from_secs(5), self.tasks.wait()).await;
    }
}

/// Reads a board of this program until it is over.
pub struct Glance {
    crowd: Arc<Crowd>,
    board: board::Board,
    place: Place,
    dice: StdRng,
    /// What each order's entry is, known by the very entry: it never changes.
    weights: HashMap<OrderId, (Arc<Held>, Digest)>,
    last: Option<(Arc<Snapshot>, Digest)>,
    /// Whether the last body was one of rows.
    rows: bool,
}

impl Glance {
    pub fn new(crowd: &Arc<Crowd>, near: &Near) -> Self {
        Self {
            crowd: Arc::clone(crowd),
            board: near.board.clone(),
            place: Place::Server(near.number),
            dice: crowd.dice(),
            weights: HashMap::new(),
            last: None,
            rows: false,
        }
    }

    /// Reads in bursts, with so many milliseconds between two.
    pub async fn run(mut self, pause: u64) {
        // Two clients: the snapshot never goes back, ready-made bytes go by what their reader has seen.
        let (mut lines, mut whole, mut shared) = (Vec::new(), Vec::new(), Vec::new());
        let mut seen = Revision::default();
        let mut bursts: u64 = 0;
        while !self.crowd.is_over() {
            for _ in 0..BURST {
                self.look(&mut lines);
            }
            self.crowd.reads.fetch_add(BURST as u64, Ordering::Relaxed);
            self.look_at_one(&mut lines);
            if bursts.is_multiple_of(20) {
                self.bytes(&mut whole, &mut seen).await;
            }
            if bursts.is_multiple_of(100) {
                self.redis(&mut shared).await;
            }
            bursts += 1;
            tokio::time::sleep(Duration::from_millis(pause)).await;
        }
        self.look(&mut lines);
        self.redis(&mut shared).await;
        for lines in [lines, whole, shared] {
            self.crowd.hand_in(lines);
        }
    }

    fn look(&mut self, lines: &mut Vec<Record>) {
        let begun = now();
        let board = self.board.near();
        let span = Span { begun, ended: now() };
        let Some(board) = board else { return lines.push(self.nothing(span)) };
        let digest = match &self.last {
            Some((last, digest)) if Arc::ptr_eq(last, &board) => *digest,
            _ => self.weigh(&board),
        };
        let read = read(self.place, span, &board, digest, Revision::default());
        self.last = Some((board, digest));
        note(lines, read);
    }

    /// A board that had been there, and was not.
    fn nothing(&self, span: Span) -> Record {
        let why = "no board in this process".to_owned();
        // As a request would be told.
        let came = Came::Answer(503);
        Record::Failed(Box::new(Failed { place: self.place, span, about: None, came, why }))
    }

    fn weigh(&mut self, board: &Snapshot) -> Digest {
        let mut digest = Digest::default();
        for held in board.all() {
            let order = held.card.id;
            let weight = match self.weights.get(&order) {
                Some((known, weight)) if Arc::ptr_eq(known, held) => *weight,
                _ => {
                    let card = serde_json::to_value(&held.card).unwrap_or_default();
                    let weight = Digest::of(&card);
                    self.weights.insert(order, (Arc::clone(held), weight));
                    weight
                }
            };
            digest = digest.with(weight);
        }
        if self.weights.len() > 2 * board.len() + 1000 {
            self.weights.retain(|order, _| board.get(*order).is_some());
        }
        self.crowd.boards.learn(digest, || board.all().map(|held| held.card.id).collect());
        digest
    }

    /// One order that is there, or that was.
    fn look_at_one(&mut self, lines: &mut Vec<Record>) {
        let Some(order) = self.weights.keys().choose(&mut self.dice).copied() else { return };
        let begun = now();
        let Some(board) = self.board.near() else { return };
        let found = match board.get(order) {
            None => Found::Nothing,
            Some(held) => {
                let card = serde_json::to_value(&held.card).unwrap_or_default();
                let Some(facts) = Facts::of(&card) else { return };
                Found::Card(facts)
            }
        };
        let (place, span, at) = (self.place, Span { begun, ended: now() }, board.revision());
        let at_least = Revision::default();
        lines.push(Record::Order(Box::new(OrderRead { place, span, at, at_least, order, found })));
    }

    /// The ready-made bytes, as `GET /api/board` sends them.
    async fn bytes(&mut self, lines: &mut Vec<Record>, seen: &mut Revision) {
        let (encoding, name) = match self.dice.random_range(0..3) {
            0 => (Encoding::Brotli, "br"),
            1 => (Encoding::Gzip, "gzip"),
            _ => (Encoding::Identity, ""),
        };
        let begun = now();
        self.rows = !self.rows;
        let form = if self.rows { Form::Rows } else { Form::Json };
        let body = self.board.bytes(*seen, form, encoding).await;
        let span = Span { begun, ended: now() };
        let Some(body) = body else { return lines.push(self.nothing(span)) };
        let Ok(board) = self.crowd.boards.read(&body.bytes, name, self.rows) else {
            // Bytes that are no board: as wrong as a board can be.
            let wrong = Read { digest: Digest::default(), ..blank(self.place, span, body.revision, *seen) };
            return lines.push(Record::Board(Box::new(Read { orders: usize::MAX, ..wrong })));
        };
        let read = Read {
            digest: board.digest,
            orders: board.lines.len(),
            ..blank(self.place, span, body.revision, *seen)
        };
        *seen = (*seen).max(board.at);
        note(lines, read);
    }

    /// The whole board as Redis has it: what a server without PostgreSQL lives on.
    async fn redis(&mut self, lines: &mut Vec<Record>) {
        let begun = now();
        let Ok(board) = self.board.from_redis().await else { return };
        let span = Span { begun, ended: now() };
        let mut digest = Digest::default();
        for held in board.all() {
            digest = digest.with(Digest::of(&serde_json::to_value(&held.card).unwrap_or_default()));
        }
        note(lines, read(Place::Redis, span, &board, digest, Revision::default()));
    }
}

fn read(place: Place, span: Span, board: &Snapshot, digest: Digest, at_least: Revision) -> Read {
    Read {
        digest,
        orders: board.len(),
        fresh_at: Some(board.fresh_at().millis() * 1000),
        ..blank(place, span, board.revision(), at_least)
    }
}

fn blank(place: Place, span: Span, at: Revision, at_least: Revision) -> Read {
    let digest = Digest::default();
    Read { place, first: span, last: span, times: 1, at, at_least, digest, orders: 0, fresh_at: None }
}
