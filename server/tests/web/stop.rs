//! A server that is told to stop while somebody waits for a command, a stream is open and a refresh is running.

use std::time::{Duration, Instant};

use futures_util::StreamExt as _;
use serde_json::Value;

use crate::{
    floor::{
        self,
        server::{RARELY, Server, redis_says_what_the_log_says},
        shared::Shared,
    },
    site::site,
};

/// A press of a button, and a part of a refresh, as the database knows them.
pub const PRESS: &str = include_str!("../../src/store/postgres/sql/press_command.sql");
pub const REFRESH: &str = include_str!("../../src/store/postgres/sql/entries.sql");
/// What is promised.
pub const STOPS: Duration = Duration::from_secs(10);

#[tokio::test]
async fn what_has_begun_ends_in_order_and_nothing_is_cut() {
    let site = site().await;
    let anna = site.operator("anna").await;
    let order = site.order("A-1").await;
    let shared = Shared::open(&site.redis.url(), "{board}").await;
    redis_says_what_the_log_says(&shared, &site.database).await;
    let stream = anna.get("/live").send().await.unwrap();
    let mut stream = Box::pin(stream.bytes_stream());

    // Somebody holds what the refresh reads and the command writes.
    let mut holding = site.database.pool().begin().await.unwrap();
    sqlx::query("LOCK TABLE order_history IN ACCESS EXCLUSIVE MODE").execute(&mut *holding).await.unwrap();
    shared.flush().await;
    let press = tokio::spawn({
        let (anna, order) = (anna.clone(), order.clone());
        async move { anna.press("take", &order, "1").await }
    });
    let both = async || {
        let (press, refresh) = (site.database.waiting(PRESS).await, site.database.waiting(REFRESH).await);
        (press, refresh) == (1, 1)
    };
    floor::until("the command and the refresh wait", Duration::from_secs(5), both).await;

    let begun = Instant::now();
    let let_go = async {
        tokio::time::sleep(Duration::from_millis(700)).await;
        assert!(!press.is_finished(), "the command still waits while the server stops");
        holding.commit().await.unwrap();
        press.await.unwrap()
    };
    let (answer, ()) = tokio::join!(let_go, site.life.stop());
    assert!(begun.elapsed() < STOPS, "{:?}", begun.elapsed());
    assert_eq!(answer.status(), 200, "who waited has the receipt");
    let receipt: Value = answer.json().await.unwrap();
    assert_eq!(receipt["order"]["status"], "MANUFACTURING_STARTED");
    while let Some(part) = stream.next().await {
        part.expect("the stream ends as streams end, and is not broken off");
    }
    let open = (site.life.requests.len(), site.life.background.len());
    assert_eq!(open, (0, 0), "everything ended by itself");
    let taken = "SELECT status FROM orders WHERE number = 'A-1'";
    let status: String = sqlx::query_scalar(taken).fetch_one(site.database.pool()).await.unwrap();
    assert_eq!(status, "MANUFACTURING_STARTED");
    assert!(anna.get("/api/board").send().await.is_err(), "nobody is served any more");

    // A refresh is left where it is: the next server does it, and finds nothing half done in its way.
    let next = Server::start(site.database.another(), &site.redis.url(), "{board}", RARELY);
    next.complete().await;
    redis_says_what_the_log_says(&shared, &site.database).await;
    next.end().await;
}
