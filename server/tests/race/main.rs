//! The race for one order over the network: everybody presses at once, one wins, the others are told who. A program of
//! its own, because it counts the connections of its process.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on says so")]

#[path = "../floor/mod.rs"]
mod floor;
#[path = "../site/mod.rs"]
#[expect(dead_code, reason = "all of the site is there for the tests of the web, other programs use a part")]
mod site;
#[path = "../workshop/mod.rs"]
mod workshop;

use std::{
    sync::atomic::{AtomicUsize, Ordering},
    time::Duration,
};

use futures_util::future::join_all;
use serde_json::Value;
use tokio::sync::Barrier;

use site::{Browser, Site, site};

/// Operators at their benches, each with one connection that is kept.
const CONNECTIONS: usize = 32;
/// Presses of one button, by all of them together.
const TAKES: usize = 1_000;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_a_thousand_takes_from_32_connections_one_wins_and_999_are_told_who() {
    let site = site().await;
    let id = site.order("A-1").await;
    site.order("A-2").await;
    let mut crowd = Vec::new();
    for n in 0..CONNECTIONS {
        crowd.push(site.operator(&format!("op{n}")).await);
    }
    let both = async || crowd[0].board("").await["orders"].as_array().unwrap().len() == 2;
    floor::until("both orders are on the board", Duration::from_secs(5), both).await;
    // A server at work has its connections to the database open; unoptimized, opening 16 at once takes seconds.
    for _ in 0..3 {
        join_all(crowd.iter().map(async |browser| browser.open("/orders/NOPE").await.text().await.is_ok()))
            .await;
    }
    let accepted = accepted(&site).await;
    let (start, pressed) = (Barrier::new(CONNECTIONS), AtomicUsize::new(0));
    let race = join_all(crowd.iter().map(async |browser| {
        let mut answers = Vec::new();
        start.wait().await;
        while pressed.fetch_add(1, Ordering::Relaxed) < TAKES {
            answers.push(take(browser, &id).await);
        }
        assert!(!answers.is_empty(), "everybody raced");
        answers
    }));
    let answers: Vec<(u16, Value)> = race.await.into_iter().flatten().collect();
    let opened = self::accepted(&site).await - accepted;
    // Each of the 32 may have begun anew, and the question itself takes one.
    assert!(opened <= 33.0, "connections are kept from press to press, but {opened} were opened");

    let (won, lost): (Vec<_>, Vec<_>) = answers.iter().partition(|(status, _)| *status == 200);
    assert_eq!((won.len(), lost.len()), (1, TAKES - 1));
    let card = &won[0].1["order"];
    assert!(card["operator"]["login"].as_str().unwrap().starts_with("op"), "{card}");
    for (status, conflict) in lost {
        assert_eq!((*status, &conflict["order"]), (409, card), "a conflict says who won");
        assert_eq!(conflict["next_free"], "A-2", "and what is free");
    }
    for (rows, statement) in [
        (1, "SELECT count(*) FROM order_history WHERE source = 'mes'"),
        (1, "SELECT count(*) FROM command_receipts"),
        (1, "SELECT count(*) FROM outbox"),
        (3, "SELECT rev FROM board_clock"),
    ] {
        let counted: i64 = sqlx::query_scalar(statement).fetch_one(site.database.pool()).await.unwrap();
        assert_eq!(counted, rows, "{statement}");
    }
}

/// One press: the answer's status and what it says.
async fn take(browser: &Browser, id: &str) -> (u16, Value) {
    let answer = browser.press("take", id, "1").await;
    (answer.status().as_u16(), answer.json().await.unwrap())
}

/// Connections that the server has accepted so far.
async fn accepted(site: &Site) -> f64 {
    let text = site.get_admin("/metrics").await.text().await.unwrap();
    let line = text.lines().find_map(|line| line.strip_prefix("http_connections_total ")).unwrap();
    line.parse().unwrap()
}
