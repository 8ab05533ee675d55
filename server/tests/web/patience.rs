//! A person who presses a button is answered within 6 s, whatever the database does.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on says so")]

use std::time::{Duration, Instant};

use reqwest::Response;

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
