//! A server that has not heard of a change yet shows it to whoever has seen it, on every page and in every answer that says
//! where orders stand.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on says so")]

use std::time::Duration;

use app::domain::Role;
use serde_json::Value;

use crate::{
    floor,
    site::{Browser, Site, site_with},
};

/// Gives the order to this person, or takes it back, by a commit of which nobody is told; its place in the log.
async fn move_quietly(site: &Site, holder: Option<&str>) -> String {
    let pool = site.database.pool();
    let mut work = pool.begin().await.unwrap();
    // No trigger sees it: neither the log's nor the hint's.
    sqlx::query("SET LOCAL session_replication_role = replica").execute(&mut *work).await.unwrap();
    let change =
        "UPDATE orders SET version = version + 1, operator_id = (SELECT id FROM users WHERE login = $1),
        status = CASE WHEN $1 IS NULL THEN 'MANUFACTURING_APPROVED' ELSE 'MANUFACTURING_STARTED' END,
        status_since = CASE WHEN $1 IS NULL THEN approved_at ELSE now() END";
    sqlx::query(change).bind(holder).execute(&mut *work).await.unwrap();
    let number = "UPDATE board_clock SET rev = rev + 1";
    sqlx::query(number).execute(&mut *work).await.unwrap();
    let log = "INSERT INTO order_events
        SELECT c.rev, e.id, e.version, 'upsert', e.payload::text, clock_timestamp(), pg_current_xact_id()
        FROM board_entries e, board_clock c";
    sqlx::query(log).execute(&mut *work).await.unwrap();
    work.commit().await.unwrap();
    floor::orders::head(pool).await.to_string()
}

async fn told(browser: &Browser, path: &str, revision: &str) -> String {
    let ask = browser.get(path).header("accept", "text/html").header("x-board-min-rev", revision);
    let answer = ask.send().await.unwrap();
    assert_eq!(answer.status(), 200, "{path}");
    answer.text().await.unwrap()
}

/// What each says of an order that is taken, and does not say of one that is free.
const TAKEN: [(&str, &str); 8] = [
    ("/", "data-status=\"MANUFACTURING_STARTED\" data-version"),
    ("/orders/A-1", "data-status=\"MANUFACTURING_STARTED\" data-version"),
    ("/views", "data-operator=\"anna\""),
    ("/flow", "data-status=\"MANUFACTURING_STARTED\" data-count=\"1\""),
    ("/radar", "data-figure=\"silent\" data-count=\"0\""),
    ("/api/board", "\"status\":\"MANUFACTURING_STARTED\""),
    ("/api/board?q=A-1", "\"status\":\"MANUFACTURING_STARTED\""),
    ("/api/board/compact", "\"MANUFACTURING_STARTED\""),
];

async fn nothing_is_older(reads: &str) {
    let site = site_with(&["--cache", reads]).await;
    site.person("anna", Role::Operator).await;
    site.person("olga", Role::Supervisor).await;
    let olga = site.again("olga").await;
    site.order("A-1").await;
    sqlx::query("UPDATE orders SET approved_at = now() - interval '4 days', version = version + 1")
        .execute(site.database.pool())
        .await
        .unwrap();
    let there = async || olga.board("").await["orders"][0]["version"] == 2;
    floor::until("the order is on the board", Duration::from_secs(5), there).await;
    for round in 0..3 {
        for (path, words) in TAKEN {
            for holder in [Some("anna"), None] {
                let revision = move_quietly(&site, holder).await;
                let page = told(&olga, path, &revision).await;
                let says = page.contains(words);
                assert_eq!(says, holder.is_some(), "{reads}, {round}: {path} after {holder:?}");
            }
        }
        let before = floor::orders::head(site.database.pool()).await.to_string();
        for path in ["/api/models".to_owned(), format!("/api/models?after={before}")] {
            let revision = move_quietly(&site, Some("anna")).await;
            let manifest: Value = serde_json::from_str(&told(&olga, &path, &revision).await).unwrap();
            assert_eq!(manifest["revision"], revision.as_str(), "{reads}: {path}");
        }
    }
}

#[tokio::test]
async fn nothing_that_tells_of_orders_is_older_than_what_its_reader_has_seen() {
    nothing_is_older("near").await;
}

#[tokio::test]
async fn nor_is_it_when_redis_is_read_which_hears_of_it_later_than_this_server() {
    nothing_is_older("redis").await;
}
