//! The product made wrong, without a line of it changed: its scripts and answers are altered on the wire, where a proxy can
//! do so, and its functions in the database. Each scene is played by the product as it is and by the mutant; the checker of
//! histories must find nothing in the first and the broken promise in the second.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on says so")]

pub mod asked;
pub mod commands;
pub mod scripts;
pub mod served;

use std::{borrow::Borrow, sync::Arc, time::Duration};

use ::server::{
    board::{Board, Settings, Snapshot},
    clock::{SystemClock, SystemEntropy},
    store::Postgres,
};
use app::domain::Revision;
use fred::interfaces::HashesInterface as _;
use sqlx::Row as _;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::{
    floor::{self, Database, ground::Ground, redis::OwnRedis, server::SOON, witness},
    history::{
        check::{Report, check},
        digest::Digest,
        log::Log,
        record::{History, Micros, Place, Read, Record, Sighting, Span},
    },
    proxy::{Proxy, Rewrite},
};

/// Microseconds since 1970.
pub fn now() -> Micros {
    use ::server::clock::Clock as _;
    // A millisecond is as exact as the certificates that are compared with it.
    SystemClock.now().millis() * 1000
}

/// A database, a Redis, and what was seen of them.
pub struct Scene {
    pub ground: Ground,
    pub redis: OwnRedis,
    pub history: History,
}

impl Scene {
    pub async fn new() -> Self {
        let (ground, redis) = Ground::with_own_redis().await;
        let history = History { clients: vec![Vec::new()], ..History::default() };
        Self { ground, redis, history }
    }

    /// A line to this scene's Redis that changes what passes.
    pub async fn redis_line(&self, rewrite: Rewrite) -> Proxy {
        let (_, behind) = self.redis_url();
        Proxy::rewriting(behind, rewrite).await.unwrap()
    }

    fn redis_url(&self) -> (String, String) {
        let url = self.redis.url();
        let behind = url.strip_prefix("redis://").unwrap().to_owned();
        (url, behind)
    }

    /// A server's board, by these lines.
    pub fn server(&self, redis: Option<&Proxy>, database: Postgres) -> Server {
        let url = redis.map_or_else(|| self.redis.url(), |line| format!("redis://127.0.0.1:{}", line.port));
        Server::start(database, url)
    }

    /// The database is at this revision now.
    pub async fn sight(&mut self) -> Revision {
        let begun = now();
        let at = floor::orders::head(self.ground.pool()).await;
        self.history.sightings.push(Sighting { at, begun, ended: now() });
        at
    }

    /// Waits until Redis is at the database's revision.
    pub async fn redis_is_current(&mut self) {
        let at = self.sight().await;
        let shared = &self.ground.shared;
        let there = async || shared.revision().await == Some(at.to_string());
        floor::until("Redis is there", SOON, there).await;
    }

    /// Waits until Redis is certified for a moment after the last sighting of the database.
    pub async fn redis_is_certified_anew(&self) {
        let seen = self.history.sightings.last().unwrap().ended;
        let fresh = async || {
            let mark = self.ground.shared.mark().await?;
            mark.split(':').nth(2)?.parse::<Micros>().ok()
        };
        let anew = async || fresh().await.is_some_and(|millis| millis * 1000 > seen);
        floor::until("Redis is certified anew", SOON, anew).await;
    }

    /// Lets go what a line holds, and waits until Redis has run it. Nobody else may be asking for scripts.
    pub async fn release(&self, line: &Proxy) {
        let shared = &self.ground.shared;
        let before = witness::scripts(shared).await;
        line.release();
        let run = async || witness::scripts(shared).await > before;
        floor::until("Redis has run what was held", SOON, run).await;
    }

    /// Redis as it is, read as a whole.
    pub async fn read_redis(&mut self) {
        let begun = now();
        let shared = &self.ground.shared;
        let mut fields: std::collections::HashMap<String, String> =
            shared.client.hgetall(shared.board()).await.unwrap();
        let span = Span { begun, ended: now() };
        let mark = fields.remove("@").unwrap();
        let mut parts = mark.split(':').map(|part| part.parse::<u64>().unwrap());
        let at = Revision::new(u32::try_from(parts.next().unwrap()).unwrap(), parts.next().unwrap());
        let cards = fields
            .values()
            .map(|payload| serde_json::from_str::<serde_json::Value>(payload).unwrap()["card"].take());
        self.saw(Place::Redis, span, at, weigh(cards), fields.len(), None);
    }

    /// A server's board as it is.
    pub fn read_near(&mut self, place: u8, board: &Snapshot, begun: Micros) {
        let digest = weigh(board.all().map(|held| serde_json::to_value(&held.card).unwrap()));
        let span = Span { begun, ended: now() };
        let fresh = Some(board.fresh_at().millis() * 1000);
        self.saw(Place::Server(place), span, board.revision(), digest, board.len(), fresh);
    }

    fn saw(
        &mut self,
        place: Place,
        span: Span,
        at: Revision,
        digest: Digest,
        orders: usize,
        fresh_at: Option<Micros>,
    ) {
        let at_least = Revision::default();
        let read = Read { place, first: span, last: span, times: 1, at, at_least, digest, orders, fresh_at };
        self.history.clients[0].push(Record::Board(Box::new(read)));
    }

    /// What the checker says.
    pub async fn verdict(self) -> Report {
        verdict(&self.ground.database, &self.history).await
    }
}

/// What a board of these cards weighs.
pub fn weigh<C: Borrow<serde_json::Value>>(cards: impl IntoIterator<Item = C>) -> Digest {
    cards.into_iter().fold(Digest::default(), |sum, card| sum.with(Digest::of(card.borrow())))
}

/// Holds a history against this database's log.
pub async fn verdict(database: &Database, history: &History) -> Report {
    let epoch = floor::orders::head(database.pool()).await.epoch;
    let rows = sqlx::query("SELECT rev, order_id, payload FROM order_events ORDER BY rev")
        .fetch_all(database.pool())
        .await
        .unwrap();
    let mut log = Log::default();
    for row in &rows {
        let at = Revision::new(epoch, u64::try_from(row.get::<i64, _>("rev")).unwrap());
        log.read(at, app::domain::OrderId(row.get("order_id")), row.get("payload")).unwrap();
    }
    check(&log, history)
}

/// One server's board.
pub struct Server {
    pub board: Board,
    tasks: TaskTracker,
    stop: CancellationToken,
}

impl Server {
    fn start(store: Postgres, redis: String) -> Self {
        let mut settings = Settings::new(redis, Arc::new(SystemClock), Arc::new(SystemEntropy));
        settings.refresh_every = floor::server::RARELY;
        let (tasks, stop) = (TaskTracker::new(), CancellationToken::new());
        let board = Board::start(settings, store, &tasks, &stop).unwrap();
        Self { board, tasks, stop }
    }

    /// Waits until its board is at this revision.
    pub async fn is_at(&self, at: Revision) {
        let there = async || self.board.near().is_some_and(|near| near.revision() >= at);
        floor::until("the near board is there", SOON, there).await;
    }

    pub async fn end(self) {
        self.stop.cancel();
        self.tasks.close();
        tokio::time::timeout(SOON, self.tasks.wait()).await.unwrap();
    }
}

/// Waits until a line holds something.
pub async fn holds(line: &Proxy) {
    let held = || line.counts.held.load(std::sync::atomic::Ordering::Relaxed) > 0;
    floor::until("something is held", SOON, async || held()).await;
}

/// The same bytes with one part replaced by another of the same length; whether it was there.
pub fn replace(piece: &mut [u8], from: &[u8], to: &[u8]) -> bool {
    assert_eq!(from.len(), to.len(), "frames tell their length");
    let mut found = false;
    let mut at = 0;
    while at + from.len() <= piece.len() {
        if &piece[at..at + from.len()] == from {
            piece[at..at + from.len()].copy_from_slice(to);
            (found, at) = (true, at + from.len());
        } else {
            at += 1;
        }
    }
    found
}

/// A breath, for what happens on its own time.
pub async fn wait(millis: u64) {
    tokio::time::sleep(Duration::from_millis(millis)).await;
}
