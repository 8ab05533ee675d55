//! Commands without their fences: the product's own statements, altered between it and PostgreSQL.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use ::server::{
    board::{Board, Settings},
    clock::{SystemClock, SystemEntropy},
    desk::{Desk, Parts, Reads},
    store::{Postgres, models::Models},
};
use app::{
    backend::Backend as _,
    domain::{Actor, Command, OrderId, Receipt, Refusal, Role},
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use super::{now, replace, verdict};
use crate::{
    floor,
    history::{
        check::Report,
        log::Facts,
        record::{Came, History, Outcome, Place, Record, Span, Write},
    },
    proxy::{Does, Proxy, Rewrite, Way},
    workshop::{Workshop, press, workshop},
};

/// A workshop, and another server of it that reaches the database by a line that changes what passes.
struct Bench {
    workshop: Workshop,
    desk: Arc<Desk>,
    line: Proxy,
    history: History,
    stop: CancellationToken,
}

impl Drop for Bench {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

/// `host:port`, and the address by way of another port.
fn by_way(url: &str, port: u16) -> (String, String) {
    let (before, rest) = url.rsplit_once('@').unwrap();
    let (host, path) = rest.split_once('/').unwrap();
    (host.to_owned(), format!("{before}@127.0.0.1:{port}/{path}?sslmode=disable"))
}

impl Bench {
    async fn new(rewrite: Rewrite) -> Self {
        let workshop = workshop().await;
        let (behind, _) = by_way(&workshop.database.url, 0);
        let line = Proxy::rewriting(behind, rewrite).await.unwrap();
        let (_, url) = by_way(&workshop.database.url, line.port);
        let store = Postgres::open(&url, 4).unwrap();
        let (redis, prefix) = floor::redis();
        let (tasks, stop) = (TaskTracker::new(), CancellationToken::new());
        let (clock, entropy) = (Arc::new(SystemClock), Arc::new(SystemEntropy));
        let settings = Settings { prefix, ..Settings::new(redis, clock.clone(), entropy.clone()) };
        // Its board reads the database directly: only commands go by the line.
        let board = Board::start(settings, workshop.database.another(), &tasks, &stop).unwrap();
        floor::until("a first board", floor::server::SOON, async || board.near().is_some()).await;
        let models = Models::open(&workshop.s3.settings(), workshop.clock.clone());
        let desk = Arc::new(Desk::new(Parts { store, models, board, clock, entropy, reads: Reads::Near }));
        let history = History { clients: vec![Vec::new()], ..History::default() };
        Self { workshop, desk, line, history, stop }
    }

    async fn press(&mut self, actor: &Actor, command: Command, order: OrderId, version: i32) -> bool {
        let name = floor::name().replace('_', "-");
        let begun = now();
        let answer = self.desk.command(press(actor, command, order, version, &name)).await;
        let span = Span { begun, ended: now() };
        let (done, request) = (answer.is_ok(), self.history.clients[0].len() as u64);
        self.history.clients[0].push(Record::Write(Box::new(Write {
            place: Place::Server(0),
            span,
            order,
            version: version.into(),
            command: command.name(),
            request,
            login: actor.login.clone(),
            outcome: outcome(answer),
        })));
        done
    }

    async fn verdict(&self) -> Report {
        verdict(&self.workshop.database, &self.history).await
    }
}

fn outcome(answer: Result<Receipt, Refusal>) -> Outcome {
    let facts = |card| Facts::of(&serde_json::to_value(card).unwrap()).unwrap();
    match answer {
        Ok(receipt) => Outcome::Done(receipt.revision, facts(receipt.order)),
        Err(Refusal::Conflict { card, .. }) => Outcome::Conflict(facts(*card)),
        Err(Refusal::Unavailable { .. }) => Outcome::Unknown(Came::Answer(503)),
        Err(_) => Outcome::Refused(400),
    }
}

/// Nothing passes changed.
fn honest() -> Rewrite {
    Arc::new(|_, _| Does::Nothing)
}

/// COMMIT arrives as ROLLBACK: what the server takes for done was never done.
pub async fn ack_before_commit(wrong: bool) -> Report {
    let armed = Arc::new(AtomicBool::new(false));
    let trap = Arc::clone(&armed);
    let rewrite: Rewrite = Arc::new(move |way, piece| {
        // A simple query: its type, its length with itself, the text and a zero.
        let commit = b"Q\x00\x00\x00\x0bCOMMIT\x00";
        let Some(at) = piece.windows(commit.len()).position(|part| part == commit) else {
            return Does::Nothing;
        };
        if way == Way::Out || !trap.load(Ordering::Relaxed) {
            return Does::Nothing;
        }
        piece.splice(at..at + commit.len(), *b"Q\x00\x00\x00\x0dROLLBACK\x00");
        Does::Rewrites
    });
    let mut bench = Bench::new(if wrong { rewrite } else { honest() }).await;
    let anna = bench.workshop.person("anna", Role::Operator).await;
    let order = bench.workshop.order("A-1").await;
    armed.store(true, Ordering::Relaxed);
    assert!(bench.press(&anna, Command::Take, order, 1).await, "the server says that it is done");
    assert_eq!(bench.line.counts.rewritten.load(Ordering::Relaxed) > 0, wrong);
    bench.verdict().await
}

/// The comparison of the version always holds: an old card is as good as the newest.
pub async fn stale_version_accepted(wrong: bool) -> Report {
    let rewrite: Rewrite = Arc::new(|way, piece| {
        let done = way == Way::In && replace(piece, b"o.version = $2", b"$2 = $2::int4 ");
        if done { Does::Rewrites } else { Does::Nothing }
    });
    let mut bench = Bench::new(if wrong { rewrite } else { honest() }).await;
    let anna = bench.workshop.person("anna", Role::Operator).await;
    let boris = bench.workshop.person("boris", Role::Operator).await;
    let order = bench.workshop.order("A-1").await;
    assert!(bench.press(&anna, Command::Take, order, 1).await);
    assert!(bench.press(&anna, Command::Release, order, 2).await);
    // Boris still looks at the first card.
    assert_eq!(bench.press(&boris, Command::Take, order, 1).await, wrong);
    bench.verdict().await
}

/// Neither version nor status is compared: whoever comes second gets the order, too.
pub async fn taken_twice(wrong: bool) -> Report {
    let rewrite: Rewrite = Arc::new(|way, piece| {
        let done = way == Way::In
            && replace(piece, b"o.version = $2", b"$2 = $2::int4 ")
            && replace(piece, b"o.status = $3", b"$3 = $3::text");
        if done { Does::Rewrites } else { Does::Nothing }
    });
    let mut bench = Bench::new(if wrong { rewrite } else { honest() }).await;
    let anna = bench.workshop.person("anna", Role::Operator).await;
    let boris = bench.workshop.person("boris", Role::Operator).await;
    let order = bench.workshop.order("A-1").await;
    assert!(bench.press(&anna, Command::Take, order, 1).await);
    assert_eq!(bench.press(&boris, Command::Take, order, 1).await, wrong);
    bench.verdict().await
}

/// What the loser of a race is told names a winner who never was.
pub async fn wrong_winner_told(wrong: bool) -> Report {
    let mut bench = Bench::new(honest()).await;
    let anna = bench.workshop.person("anna", Role::Operator).await;
    let boris = bench.workshop.person("boris", Role::Operator).await;
    let order = bench.workshop.order("A-1").await;
    assert!(bench.press(&anna, Command::Take, order, 1).await);
    if wrong {
        // The view that cards are read from is another one than the log was written from.
        let view = "UPDATE users SET login = 'vera' WHERE login = 'anna'";
        let silent = format!("BEGIN; SET LOCAL session_replication_role = replica; {view}; COMMIT");
        sqlx::raw_sql(sqlx::AssertSqlSafe(silent)).execute(bench.workshop.database.pool()).await.unwrap();
    }
    assert!(!bench.press(&boris, Command::Take, order, 1).await);
    let told = bench.history.clients[0].last().unwrap();
    let Record::Write(write) = told else { panic!("{told:?}") };
    let Outcome::Conflict(card) = &write.outcome else { panic!("{told:?}") };
    assert_eq!(card.operator.as_deref(), Some(if wrong { "vera" } else { "anna" }));
    bench.verdict().await
}
