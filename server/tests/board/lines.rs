//! Lines to PostgreSQL and Redis that break in every way in which lines break: silence is worse than an end. Nobody is
//! told of it, so every wait needs its own bound; all of them are measured here.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on says so")]

use std::{
    sync::atomic::{AtomicU64, Ordering},
    time::{Duration, Instant},
};

use futures_util::future::join_all;
use server::store::Postgres;

use crate::{
    floor::{
        self, Database,
        ground::Ground,
        orders,
        redis::OwnRedis,
        server::{RARELY, SOON, Server},
    },
    proxy::{End, Mode, Proxy},
};

/// With the database there a change is on every board within this, whatever Redis does.
const BOUND: Duration = Duration::from_secs(1);
/// A question that was on its way when the line fell silent is given up after 2 s, and asked again at once.
const HEALED: Duration = Duration::from_secs(4);

/// A statement of which nothing is heard is given up after 15 s, one in a transaction after 10 s.
const GIVEN_UP: Duration = Duration::from_secs(18);

/// A handle on the database by way of a line that can be broken.
async fn by_line(database: &Database) -> (Proxy, Postgres) {
    let (line, url) = line_to(database).await;
    (line, Postgres::open(&url, 16).unwrap())
}

/// A line to the database, and its address.
async fn line_to(database: &Database) -> (Proxy, String) {
    let line = Proxy::to(database.host().to_owned()).await.unwrap();
    let url = database.url_by(line.port);
    (line, url)
}

/// How long it takes until a new order is on this board.
async fn arrives(ground: &Ground, server: &Server, number: &str) -> Duration {
    ground.approve(number).await;
    let head = orders::head(ground.pool()).await;
    let begun = Instant::now();
    floor::until(number, SOON * 3, async || server.revision() >= head).await;
    begun.elapsed()
}

/// What is done to a line, and for how long it stays so.
const WAYS: [(&str, Option<Mode>); 6] = [
    ("cut", None),
    ("reset", None),
    ("down", Some(Mode::Down)),
    ("stalled", Some(Mode::Stalled)),
    ("slow", Some(Mode::Slow(Duration::from_millis(40)))),
    ("half-open", Some(Mode::HalfOpen)),
];

/// How often the line has done by now what this way is; nobody has to believe that it was broken.
fn broken(line: &Proxy, mode: Option<Mode>) -> u64 {
    let read = |count: &AtomicU64| count.load(Ordering::Relaxed);
    match mode {
        None => read(&line.counts.ended),
        Some(Mode::Down) => read(&line.counts.refused),
        Some(Mode::Stalled | Mode::Slow(_)) => read(&line.counts.held),
        Some(Mode::HalfOpen) => read(&line.counts.lost),
        Some(Mode::Whole) => 0,
    }
}

#[tokio::test]
async fn however_the_line_to_redis_breaks_changes_arrive_within_a_second() {
    let (ground, redis) = Ground::with_own_redis().await;
    let line = Proxy::to(redis.url().strip_prefix("redis://").unwrap().to_owned()).await.unwrap();
    let url = format!("redis://127.0.0.1:{}", line.port);
    let server = Server::start(ground.database.another(), &url, "{board}", RARELY);
    server.complete().await;
    for (way, mode) in WAYS {
        let before = broken(&line, mode);
        match mode {
            Some(mode) => line.set(mode),
            None => line.cut(if way == "reset" { End::Reset } else { End::Closed }),
        }
        let mut latest = Duration::ZERO;
        let begun = Instant::now();
        let mut number = 0;
        while begun.elapsed() < Duration::from_millis(2500) {
            latest = latest.max(arrives(&ground, &server, &format!("{way}-{number}")).await);
            number += 1;
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        let broken = broken(&line, mode) - before;
        line.set(Mode::Whole);
        assert!(broken > 0, "{way}: nothing met it");
        println!("{way}: {number} changes, the latest after {latest:?}; {broken} times or bytes");
        assert!(latest < BOUND, "{way}: {latest:?}");
        ground.redis_agrees().await;
    }
    server.end().await;
}

#[tokio::test]
async fn however_the_line_to_the_database_breaks_it_heals_by_itself() {
    let ground = Ground::with_own_redis().await;
    let (ground, redis): (Ground, OwnRedis) = ground;
    let (line, store) = by_line(&ground.database).await;
    let server = Server::start(store.clone(), &redis.url(), "{board}", RARELY);
    server.complete().await;
    for (way, mode) in WAYS {
        // A busy minute leaves many connections behind, and all of them are on the same line.
        let busy =
            (0..12).map(|_| async { sqlx::query("SELECT pg_sleep(0.05)").execute(store.pool()).await });
        assert!(join_all(busy).await.iter().all(Result::is_ok));
        assert!(store.pool().size() > 8);
        let before = broken(&line, mode);
        match mode {
            Some(mode) => line.set(mode),
            None => line.cut(if way == "reset" { End::Reset } else { End::Closed }),
        }
        tokio::time::sleep(Duration::from_millis(2500)).await;
        let broken = broken(&line, mode) - before;
        line.set(Mode::Whole);
        assert!(broken > 0, "{way}: nothing met it");
        let late = arrives(&ground, &server, &format!("{way}-1")).await;
        let begun = Instant::now();
        let answers = async || sqlx::query("SELECT 1").execute(store.pool()).await.is_ok();
        floor::until("statements are answered again", SOON * 3, answers).await;
        println!("{way}: the board after {late:?}, statements after {:?} more", begun.elapsed());
        assert!(late < HEALED, "{way}: {late:?}");
        assert!(begun.elapsed() < HEALED, "{way}: {:?}", begun.elapsed());
        // None of the dead ones is handed out any more.
        let all = (0..16).map(|_| async { sqlx::query("SELECT pg_sleep(0.05)").execute(store.pool()).await });
        // That none of a busy machine is free in time is another matter.
        let dead =
            |done: &Result<_, _>| matches!(done, Err(error) if !matches!(error, sqlx::Error::PoolTimedOut));
        let failed = join_all(all).await.iter().filter(|done| dead(done)).count();
        assert_eq!(failed, 0, "{way}: statements that met a dead connection");
    }
    server.end().await;
}

#[tokio::test]
async fn a_transaction_that_is_left_while_it_begins_leaves_nothing_open_on_its_connection() {
    let database = floor::database().await;
    let (line, url) = line_to(&database).await;
    let store = Postgres::open(&url, 1).unwrap();
    sqlx::query("SELECT 1").execute(store.pool()).await.unwrap();
    for n in 1..=24 {
        line.set(Mode::Slow(Duration::from_millis(20)));
        let left = tokio::time::timeout(Duration::from_millis(5 * n), store.begin()).await;
        line.set(Mode::Whole);
        drop(left);
        // What is written without a transaction is there for others at once.
        let login = format!("person-{n}");
        orders::user(store.pool(), &login).await;
        let there: i64 = sqlx::query_scalar("SELECT count(*) FROM users WHERE login = $1")
            .bind(&login)
            .fetch_one(database.pool())
            .await
            .unwrap();
        assert_eq!(there, 1, "left after {} ms", 5 * n);
    }
}

#[tokio::test]
async fn what_was_under_way_when_a_line_fell_silent_keeps_no_connection_of_the_pool() {
    const CONNECTIONS: usize = 5;
    let database = floor::database().await;
    let (line, url) = line_to(&database).await;
    let store = Postgres::open(&url, CONNECTIONS as u32).unwrap();
    // Of each round at least one is left in a statement, in a transaction, and while one begins.
    for round in 1..=3 {
        let mut holding = database.pool().begin().await.unwrap();
        sqlx::query("LOCK TABLE order_events IN ACCESS EXCLUSIVE MODE").execute(&mut *holding).await.unwrap();
        let transaction = store.begin().await.unwrap();
        let reads = [store.clone(), store.clone()]
            .map(|store| tokio::spawn(async move { store.tail(0, 1).await.is_ok() }));
        floor::until("both reads wait", SOON, async || database.waiting("").await == 2).await;
        assert!(store.in_use() >= 3, "round {round}: {} in use", store.in_use());
        line.set(Mode::HalfOpen);
        drop(transaction);
        let _ = tokio::time::timeout(Duration::from_millis(50), store.begin()).await;
        for read in reads {
            assert!(!read.await.unwrap(), "round {round}: nothing can have come by a silent line");
        }
        holding.rollback().await.unwrap();
        line.set(Mode::Whole);
    }
    assert!(store.in_use() <= CONNECTIONS as u32, "no more than there may be");
    floor::until("nobody has a connection any more", HEALED, async || store.in_use() == 0).await;
    floor::until("all connections of the pool are there at once", HEALED, async || {
        join_all((0..CONNECTIONS).map(|_| store.begin_holding())).await.iter().all(Result::is_ok)
    })
    .await;
}

#[tokio::test]
async fn nobody_waits_for_ever_for_a_statement_on_a_line_that_fell_silent() {
    let database = floor::database().await;
    let (line, url) = line_to(&database).await;
    let store = Postgres::open(&url, 2).unwrap();
    let mut holding = database.pool().begin().await.unwrap();
    sqlx::query("LOCK TABLE outbox IN ACCESS EXCLUSIVE MODE").execute(&mut *holding).await.unwrap();
    let (alone, mut within) = (store.clone(), store.begin().await.unwrap());
    let alone = tokio::spawn(async move { alone.waiting().await.is_err_and(|error| error.is_away()) });
    let within =
        tokio::spawn(async move { within.waiting_news(1).await.is_err_and(|error| error.is_away()) });
    floor::until("both wait", SOON, async || database.waiting("").await == 2).await;
    line.set(Mode::HalfOpen);
    let given_up = tokio::time::timeout(GIVEN_UP, async { (alone.await.unwrap(), within.await.unwrap()) });
    assert_eq!(given_up.await.unwrap(), (true, true), "told as an outage");
    floor::until("nobody has a connection any more", HEALED, async || store.in_use() == 0).await;
    holding.rollback().await.unwrap();
}

#[tokio::test]
async fn statements_that_were_given_up_do_not_gather_in_the_database() {
    let database = floor::database().await;
    let store = Postgres::open(&database.url, 2).unwrap();
    let mut holding = database.pool().begin().await.unwrap();
    sqlx::query("LOCK TABLE order_events IN ACCESS EXCLUSIVE MODE").execute(&mut *holding).await.unwrap();
    let mut most = 0;
    for _ in 0..3 {
        assert!(store.tail(0, 1).await.is_err(), "the table is locked");
        most = most.max(database.waiting("").await);
    }
    assert!(most > 0, "none of them came as far as the table");
    floor::until("the database has noticed that nobody waits any more", HEALED, async || {
        database.waiting("").await == 0
    })
    .await;
    holding.rollback().await.unwrap();
}
