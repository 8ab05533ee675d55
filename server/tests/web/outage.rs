//! Redis goes away for ten seconds while signed-in people read pages, the board and orders over HTTP.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on says so")]

use std::{
    cell::Cell,
    time::{Duration, Instant},
};

use fred::interfaces::KeysInterface as _;
use futures_util::future::join_all;
use tokio::time::interval;

use crate::{
    floor::{
        self,
        server::{SOON, redis_says_what_the_log_says},
        shared::Shared,
    },
    site::{Browser, Site, site},
};

/// For how long Redis is away.
const OUTAGE: Duration = Duration::from_secs(10);
/// For how long it is flushed, over and over.
const FLUSHING: Duration = Duration::from_secs(5);
/// Each reader asks this often.
const PACE: Duration = Duration::from_millis(20);
/// What people read: the page, the board whole and filtered, actual orders.
const READ: [&str; 5] = ["/", "/api/board", "/api/board?mine=1", "/orders/A-1", "/orders/A-2"];

/// What one reader saw.
#[derive(Debug, Default)]
struct Seen {
    reads: usize,
    failed: Vec<String>,
}

/// Reads one address, again and again, until the outage is over.
async fn reader(browser: &Browser, path: &str, over: &Cell<bool>) -> Seen {
    let (mut seen, mut pace) = (Seen::default(), interval(PACE));
    while !over.get() {
        pace.tick().await;
        let answer = browser.get(path).header("accept", "text/html").send().await;
        let whole = match answer {
            Ok(answer) if answer.status() == 200 => answer.text().await.map_err(|error| error.to_string()),
            Ok(answer) => Err(answer.status().to_string()),
            Err(error) => Err(error.to_string()),
        };
        seen.reads += 1;
        seen.failed.extend(whole.err().map(|error| format!("{path}: {error}")));
    }
    seen
}

/// Readers read all the while that something happens to Redis; then Redis is complete without any help.
async fn no_read_fails_while(happens: impl AsyncFnOnce(&Site, &Browser)) {
    let site = site().await;
    let anna = site.operator("anna").await;
    let mine = site.order("A-1").await;
    for number in ["A-2", "A-3"] {
        site.order(number).await;
    }
    assert_eq!(anna.press("take", &mine, "1").await.status(), 200);
    let shared = Shared::open(&site.redis.url(), "{board}").await;
    redis_says_what_the_log_says(&shared, &site.database).await;

    let over = Cell::new(false);
    let readers = join_all(READ.map(|path| reader(&anna, path, &over)));
    let meanwhile = async {
        happens(&site, &anna).await;
        redis_says_what_the_log_says(&shared, &site.database).await;
        over.set(true);
    };
    let (seen, ()) = tokio::join!(readers, meanwhile);
    let failed: Vec<_> = seen.iter().flat_map(|seen| &seen.failed).collect();
    assert!(failed.is_empty(), "{failed:?}");
    let fewest = seen.iter().map(|seen| seen.reads).min().unwrap();
    println!("reads: {:?}", seen.iter().map(|seen| seen.reads).collect::<Vec<_>>());
    assert!(fewest >= 50, "every address was read often, but one only {fewest} times");
}

/// Ten seconds with a new order and a take every second; each is on the board in time.
async fn work_goes_on(site: &Site, browser: &Browser) {
    let (begun, mut pace) = (Instant::now(), interval(Duration::from_secs(1)));
    while begun.elapsed() < OUTAGE {
        pace.tick().await;
        let number = format!("B-{}", begun.elapsed().as_millis());
        let id = site.order(&number).await;
        let there = async || browser.board(&format!("?q={number}")).await["orders"][0]["number"] == *number;
        floor::until("the new order is on the board", SOON, there).await;
        assert_eq!(browser.press("take", &id, "1").await.status(), 200);
    }
}

/// The server has found out: otherwise the outage was none.
async fn noticed(site: &Site, state: &str) {
    let told = async || {
        let parts: serde_json::Value = site.get_admin("/readyz").await.json().await.unwrap();
        parts["parts"]["redis"]["state"] == state
    };
    floor::until(state, SOON, told).await;
}

#[tokio::test]
async fn while_redis_answers_nothing_for_ten_seconds_no_read_fails_and_it_is_complete_again() {
    no_read_fails_while(async |site, browser| {
        site.redis.freeze(true);
        tokio::join!(work_goes_on(site, browser), noticed(site, "away"));
        site.redis.freeze(false);
        noticed(site, "ok").await;
    })
    .await;
}

#[tokio::test]
async fn while_redis_is_stopped_for_ten_seconds_and_begins_empty_no_read_fails_and_it_is_complete_again() {
    no_read_fails_while(async |site, browser| {
        site.redis.stop();
        tokio::join!(work_goes_on(site, browser), noticed(site, "away"));
        site.redis.again();
        noticed(site, "ok").await;
    })
    .await;
}

#[tokio::test]
async fn while_redis_is_flushed_no_read_fails_and_it_is_complete_again() {
    no_read_fails_while(async |site, _| {
        let shared = Shared::open(&site.redis.url(), "{board}").await;
        let begun = Instant::now();
        while begun.elapsed() < FLUSHING {
            let _: () = shared.client.set("witness", 1, None, None, false).await.unwrap();
            shared.flush().await;
            redis_says_what_the_log_says(&shared, &site.database).await;
            assert_eq!(shared.client.exists::<i64, _>("witness").await.unwrap(), 0, "everything was gone");
        }
    })
    .await;
}

#[tokio::test]
async fn a_server_stops_in_order_while_redis_is_away() {
    for frozen in [true, false] {
        let site = site().await;
        let anna = site.operator("anna").await;
        anna.board("").await;
        if frozen {
            site.redis.freeze(true);
        } else {
            site.redis.stop();
        }
        noticed(&site, "away").await;
        site.life.stop().await;
        let open = (site.life.requests.len(), site.life.background.len());
        assert_eq!(open, (0, 0), "frozen: {frozen}: everything ended within its bound, and nothing was cut");
    }
}

#[tokio::test]
async fn a_read_that_fails_is_counted() {
    let site = site().await;
    let over = Cell::new(false);
    let stranger = site.stranger();
    let (seen, ()) = tokio::join!(reader(&stranger, "/api/board", &over), async {
        noticed(&site, "ok").await;
        over.set(true);
    });
    assert!(seen.reads > 0 && seen.failed.len() == seen.reads, "{seen:?}");
}
