//! A person who presses a button is answered within 6 s, whatever the database does.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on says so")]

use std::time::{Duration, Instant};

use reqwest::Response;
use tokio::task::JoinSet;

use super::stop::PRESS;
use crate::{
    floor,
    proxy::{Mode, Proxy},
    site::{Browser, header, site},
};

/// What is promised, and how late a busy machine may be with it.
const ANSWERED: Duration = Duration::from_secs(6);
const SLACK: Duration = Duration::from_millis(700);
/// The press that is made again and again.
const REQUEST: &str = "press-1";
/// More than could be waited for one behind the other, if each were waited for.
const MANY: i64 = 6;

async fn take(anna: &Browser, order: &str) -> (Response, Duration) {
    let begun = Instant::now();
    let answer = anna.send("/api/take", &[("id", order), ("version", "1"), ("request_id", REQUEST)]).await;
    (answer, begun.elapsed())
}

/// The answer says that trying again is all there is to do, in time.
fn put_off((answer, took): &(Response, Duration)) {
    println!("answered after {took:?}");
    assert!(*took < ANSWERED + SLACK, "{took:?}");
    assert_eq!(answer.status(), 503);
    let after: u64 = header(answer.headers(), "retry-after").parse().unwrap();
    assert!((1..=30).contains(&after), "{after} s");
}

#[tokio::test]
async fn who_waits_for_an_order_that_somebody_holds_is_told_to_try_again() {
    let site = site().await;
    let anna = site.operator("anna").await;
    let order = site.order("A-1").await;
    let mut holding = site.database.pool().begin().await.unwrap();
    sqlx::query("SELECT FROM orders FOR UPDATE").execute(&mut *holding).await.unwrap();
    let waits = async || {
        let waits = async || site.database.waiting(PRESS).await == 1;
        floor::until("the command waits for the order", Duration::from_secs(5), waits).await;
    };
    let (answer, ()) = tokio::join!(take(&anna, &order), waits());
    put_off(&answer);
    let gone = async || site.database.waiting(PRESS).await == 0;
    floor::until("nobody is left waiting in the database", Duration::from_secs(5), gone).await;
    holding.rollback().await.unwrap();
    assert_eq!(anna.board("").await["orders"][0]["version"], 1, "nothing has changed");
    assert_eq!(take(&anna, &order).await.0.status(), 200, "and trying again is all it takes");
}

#[tokio::test]
async fn who_waits_for_a_database_that_fell_silent_is_told_to_try_again() {
    let site = site().await;
    let anna = site.operator("anna").await;
    let order = site.order("A-1").await;
    let line = Proxy::to(site.database.host().to_owned()).await.unwrap();
    let program = site.program_instead(&site.database.url_by(line.port)).await;
    let anna = anna.at(&program.url);
    assert_eq!(anna.open("/").await.status(), 200);
    let lost = || line.counts.lost.load(std::sync::atomic::Ordering::Relaxed);

    // While the command is under way.
    let mut holding = site.database.pool().begin().await.unwrap();
    sqlx::query("SELECT FROM orders FOR UPDATE").execute(&mut *holding).await.unwrap();
    let falls_silent = async || {
        let waits = async || site.database.waiting(PRESS).await == 1;
        floor::until("the command waits for the order", Duration::from_secs(5), waits).await;
        line.set(Mode::HalfOpen);
        holding.rollback().await.unwrap();
    };
    let (answer, ()) = tokio::join!(take(&anna, &order), falls_silent());
    put_off(&answer);
    // And before the next one begins.
    let before = lost();
    put_off(&take(&anna, &order).await);
    assert!(before > 0 && lost() > before, "something was lost on the way, both times");

    line.set(Mode::Whole);
    let done = async || take(&anna, &order).await.0.status() == 200;
    floor::until("trying again is all it takes", Duration::from_secs(10), done).await;
}

#[tokio::test]
async fn many_presses_of_a_server_whose_line_fell_silent_keep_nobody_else_waiting() {
    let site = site().await;
    let anna = site.operator("anna").await;
    let free = site.order("A-0").await;
    let line = Proxy::to(site.database.host().to_owned()).await.unwrap();
    let program = site.program(&site.database.url_by(line.port), &[]);
    program.ready().await;
    let there = anna.at(&program.url);
    assert_eq!(there.open("/").await.status(), 200);

    let mut orders = Vec::new();
    for n in 1..=MANY {
        orders.push(site.order(&format!("A-{n}")).await);
    }

    // They have their orders, and all that they wait for is their place in the log.
    let mut holding = site.database.pool().begin().await.unwrap();
    sqlx::query("SELECT FROM board_clock FOR UPDATE").execute(&mut *holding).await.unwrap();
    let mut presses = JoinSet::new();
    for order in orders {
        let there = there.clone();
        presses.spawn(async move { take(&there, &order).await });
    }
    let wait = async || site.database.waiting(PRESS).await == MANY;
    floor::until("all of them wait for the clock", Duration::from_secs(5), wait).await;
    line.set(Mode::HalfOpen);
    holding.rollback().await.unwrap();

    assert_eq!(take(&anna, &free).await.0.status(), 200, "somebody else has their order");
    while let Some(answer) = presses.join_next().await {
        put_off(&answer.unwrap());
    }
    assert!(line.counts.lost.load(std::sync::atomic::Ordering::Relaxed) > 0, "their answers were lost");
    let taken = "SELECT count(*) FROM orders WHERE status = 'MANUFACTURING_STARTED'";
    let taken: i64 = sqlx::query_scalar(taken).fetch_one(site.database.pool()).await.unwrap();
    assert_eq!(taken, MANY + 1, "what they asked for is done all the same: to press again finds it");
}
