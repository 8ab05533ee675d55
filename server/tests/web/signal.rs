//! The program as it is run is told to stop by a signal, with work under way.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on says so")]

use std::time::{Duration, Instant};

use serde_json::Value;
use sqlx::{Postgres, Transaction};

use super::stop::{PRESS, REFRESH, STOPS};
use crate::{
    floor::{self, program::Program, server::redis_says_what_the_log_says, shared::Shared},
    site::{Browser, Site, header, site},
};

/// A program with one order on its board, and somebody who is signed in there.
async fn at_work() -> (Site, Program, Browser, String) {
    let site = site().await;
    let anna = site.operator("anna").await;
    let order = site.order("A-1").await;
    // Nobody but the program is to ask the database.
    let program = site.program_instead(&site.database.url).await;
    let anna = anna.at(&program.url);
    assert_eq!(anna.open("/").await.status(), 200);
    (site, program, anna, order)
}

/// Holds what a refresh reads and a command writes, until a refresh waits for it.
async fn with_a_refresh_under_way(site: &Site) -> Transaction<'static, Postgres> {
    let shared = Shared::open(&site.redis.url(), "{board}").await;
    redis_says_what_the_log_says(&shared, &site.database).await;
    let mut holding = site.database.pool().begin().await.unwrap();
    sqlx::query("LOCK TABLE order_history IN ACCESS EXCLUSIVE MODE").execute(&mut *holding).await.unwrap();
    shared.flush().await;
    let waits = async || site.database.waiting(REFRESH).await == 1;
    floor::until("a refresh is under way", Duration::from_secs(5), waits).await;
    holding
}

#[tokio::test]
async fn a_signal_cuts_nothing_and_the_program_ends_well() {
    let (site, mut program, anna, order) = at_work().await;
    let mut stream = anna.get("/live").send().await.unwrap();
    assert_eq!(header(stream.headers(), "content-type"), "text/event-stream");
    let holding = with_a_refresh_under_way(&site).await;
    let press = tokio::spawn({
        let (anna, order) = (anna.clone(), order.clone());
        async move { anna.press("take", &order, "1").await }
    });
    let waits = async || site.database.waiting(PRESS).await == 1;
    floor::until("a command is under way", Duration::from_secs(5), waits).await;

    let begun = Instant::now();
    program.tell_to_stop();
    let mut told = Vec::new();
    while let Some(part) =
        stream.chunk().await.expect("the stream ends as streams end, and is not broken off")
    {
        told.extend(part);
    }
    let told = String::from_utf8(told).unwrap();
    assert!(told.is_empty() || told.ends_with("\n\n"), "no event is cut in two: {told}");
    let under_way = (site.database.waiting(PRESS).await, site.database.waiting(REFRESH).await);
    assert_eq!(under_way, (1, 1), "the stream has ended by itself, and the program has not");
    let refused = async || anna.get("/api/board").send().await.is_err();
    floor::until("nobody is served any more", Duration::from_secs(2), refused).await;
    assert!(!press.is_finished(), "the command still waits while the program stops");
    holding.commit().await.unwrap();

    let answer = press.await.unwrap();
    assert_eq!(answer.status(), 200, "who waited has the receipt");
    let receipt: Value = answer.json().await.unwrap();
    assert_eq!(receipt["order"]["status"], "MANUFACTURING_STARTED");
    let status = program.ended(STOPS.saturating_sub(begun.elapsed())).await;
    assert_eq!(status.code(), Some(0), "{status}");
    let taken = "SELECT status FROM orders WHERE number = 'A-1'";
    let taken: String = sqlx::query_scalar(taken).fetch_one(site.database.pool()).await.unwrap();
    assert_eq!(taken, "MANUFACTURING_STARTED");
}

#[tokio::test]
async fn a_refresh_that_gets_no_further_keeps_no_program_from_ending_well() {
    let (site, mut program, ..) = at_work().await;
    let holding = with_a_refresh_under_way(&site).await;
    program.tell_to_stop();
    let status = program.ended(STOPS).await;
    assert_eq!(status.code(), Some(0), "{status}");
    holding.rollback().await.unwrap();
}
