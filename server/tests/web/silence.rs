//! Reads of signed-in people ask nobody: neither PostgreSQL nor Redis. Counted by the product, and by the two
//! themselves; and where reads do ask (`CACHE=redis`, `CACHE=off`), the same counts show it.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on says so")]

use std::time::Duration;

use crate::{
    floor::{self, meter::Meter, shared::Shared, witness},
    site::{Browser, Site, site, site_with},
};

const STATEMENTS: &str = "store_statements_total";
const COMMANDS: &str = "board_redis_commands_total";

/// A site with four orders, one of them taken, and the person who took it.
async fn at_work(site: &Site) -> Browser {
    let anna = site.operator("anna").await;
    for number in ["A-1", "A-2", "A-3"] {
        site.order(number).await;
    }
    let id = site.order("A-4").await;
    assert_eq!(anna.press("take", &id, "1").await.status(), 200);
    let all = async || anna.board("").await["orders"].as_array().unwrap().len() == 4;
    floor::until("four orders are on the board", Duration::from_secs(5), all).await;
    // The first request of a session may cost a statement.
    assert_eq!(anna.open("/").await.status(), 200);
    // Something is new to her, so her watermark is looked at on every read.
    assert_eq!(anna.board("?new=1").await["orders"].as_array().unwrap().len(), 3);
    anna
}

async fn read(browser: &Browser, path: &str, times: usize) {
    for _ in 0..times {
        let answer = browser.get(path).header("accept", "text/html").send().await.unwrap();
        assert_eq!(answer.status(), 200, "{path}");
        answer.bytes().await.unwrap();
    }
}

/// Statements and commands that requests have caused.
fn asked(meter: &Meter) -> (f64, f64) {
    let of = |name| meter.sum(name, &["origin=\"request\""]);
    (of(STATEMENTS), of(COMMANDS))
}

/// What PostgreSQL and Redis say of it.
async fn told(site: &Site, shared: &Shared) -> (u64, u64) {
    (witness::transactions(&site.database).await, witness::commands(shared).await)
}

#[tokio::test]
async fn ten_thousand_reads_issue_no_statement_and_no_command() {
    let site = site().await;
    let meter = Meter::begin();
    let anna = at_work(&site).await;
    let shared = Shared::open(&site.redis.url(), "{board}").await;
    let background = || [STATEMENTS, COMMANDS].map(|name| meter.sum(name, &["origin=\"background\""]));
    let refreshed = || meter.sum("board_refreshes_total", &["outcome=\"done\""]);
    let (before, went_on, outside) = (asked(&meter), background(), told(&site, &shared).await);
    let complete = refreshed();

    read(&anna, "/api/board", 5_000).await;
    read(&anna, "/api/board?mine=1", 1_000).await;
    read(&anna, "/api/board?new=1", 1_000).await;
    read(&anna, "/api/models", 1_700).await;
    read(&anna, "/", 300).await;
    read(&anna, "/orders/A-1", 500).await;
    read(&anna, "/orders/A-4", 500).await;
    // People go on reading until the board was read anew beneath them.
    let anew = async || {
        read(&anna, "/api/board", 50).await;
        refreshed() > complete
    };
    floor::until("the board is refreshed while people read", Duration::from_secs(45), anew).await;

    assert_eq!(asked(&meter), before);
    for (after, before) in background().into_iter().zip(went_on) {
        assert!(after > before, "the server's own work went on meanwhile");
    }
    let (transactions, commands) = told(&site, &shared).await;
    let (transactions, commands) = (transactions - outside.0, commands - outside.1);
    println!("meanwhile {transactions} transactions and {commands} commands, all of the server's own work");
    assert!(transactions < 10_000, "{transactions}: as many as reads");
    assert!(commands < 10_000, "{commands}: as many as reads");
}

#[tokio::test]
async fn reads_that_ask_redis_are_counted() {
    let site = site_with(&["--cache", "redis"]).await;
    let meter = Meter::begin();
    let anna = at_work(&site).await;
    let shared = Shared::open(&site.redis.url(), "{board}").await;
    let (before, outside) = (asked(&meter), told(&site, &shared).await);
    read(&anna, "/api/board", 200).await;
    read(&anna, "/orders/A-1", 100).await;
    let (statements, commands) = asked(&meter);
    assert!(commands - before.1 >= 300.0, "{commands} after {}", before.1);
    assert_eq!(statements, before.0, "Redis answers alone");
    assert!(told(&site, &shared).await.1 - outside.1 >= 300, "Redis says so, too");
}

#[tokio::test]
async fn reads_that_ask_the_database_are_counted() {
    let site = site_with(&["--cache", "off"]).await;
    let meter = Meter::begin();
    let anna = at_work(&site).await;
    let shared = Shared::open(&site.redis.url(), "{board}").await;
    let (before, outside) = (asked(&meter), told(&site, &shared).await);
    read(&anna, "/api/board", 200).await;
    read(&anna, "/orders/A-1", 100).await;
    let (statements, commands) = asked(&meter);
    assert!(statements - before.0 >= 300.0, "{statements} after {}", before.0);
    assert_eq!(commands, before.1, "the database answers alone");
    let says_so = async || told(&site, &shared).await.0 - outside.0 >= 300;
    floor::until("PostgreSQL says so, too", Duration::from_secs(20), says_so).await;
}
