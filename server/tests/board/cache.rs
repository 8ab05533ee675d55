//! The board's promises while everything works, on one server or two.
#![expect(clippy::unwrap_used, reason = "tests")]

use std::time::Duration;

use app::domain::{Entry, OrderId, OrderNumber, Revision};
use fred::interfaces::{HashesInterface as _, KeysInterface as _};
use server::board::{Away, Encoding, Form, Live};

use crate::floor::{
    self,
    meter::Meter,
    orders,
    server::{RARELY, SOON, Server, redis_says_what_the_log_says},
    shared::Shared,
};

#[tokio::test]
async fn a_change_made_by_plain_sql_is_in_the_near_board_and_in_redis() {
    let (database, (url, prefix)) = (floor::database().await, floor::redis());
    let shared = Shared::open(&url, &prefix).await;
    let before = orders::approve(database.pool(), "A-1").await;
    let server = Server::start(database.another(), &url, &prefix, RARELY);
    server.complete().await;
    let order = orders::approve(database.pool(), "A-2").await;
    orders::set_status(database.pool(), before, "PACKAGING").await;
    server.says_what_the_log_says(&database).await;
    redis_says_what_the_log_says(&shared, &database).await;
    let near = server.board.near().unwrap();
    assert_eq!(near.numbered(&"A-2".parse::<OrderNumber>().unwrap()).unwrap().card.id, order);
    assert_eq!(in_redis(&server, order).await.unwrap(), near.get(order).unwrap().entry());
    assert_eq!(orders::held(&server.board.from_redis().await.unwrap()), orders::held(&near));
    assert_eq!(orders::held(&server.board.from_postgres().await.unwrap()), orders::held(&near));

    orders::set_status(database.pool(), before, "SHIPPED").await;
    server.says_what_the_log_says(&database).await;
    redis_says_what_the_log_says(&shared, &database).await;
    assert!(server.board.near().unwrap().get(before).is_none());
    assert_eq!(in_redis(&server, before).await, None);
    server.end().await;
}

#[tokio::test]
async fn two_servers_on_one_redis_converge_and_share_the_refresh() {
    let (database, (url, prefix)) = (floor::database().await, floor::redis());
    let shared = Shared::open(&url, &prefix).await;
    let meter = Meter::begin();
    let one = Server::start(database.another(), &url, &prefix, RARELY);
    let two = Server::start(database.another(), &url, &prefix, RARELY);
    for number in 0..40 {
        let order = orders::approve(database.pool(), &format!("A-{number}")).await;
        let server = if number % 2 == 0 { &one } else { &two };
        server.board.committed();
        if number % 3 == 0 {
            orders::set_status(database.pool(), order, "SHIPPED").await;
        }
    }
    one.says_what_the_log_says(&database).await;
    two.says_what_the_log_says(&database).await;
    redis_says_what_the_log_says(&shared, &database).await;
    assert_eq!(one.board.near().unwrap().digest(), two.board.near().unwrap().digest());
    assert_eq!(meter.sum("board_cache_divergence_total", &[]), 0.0);
    one.end().await;
    two.end().await;
}

#[tokio::test]
async fn whoever_committed_sees_it_in_time_and_a_wait_for_the_future_ends() {
    let (database, (url, prefix)) = (floor::database().await, floor::redis());
    let server = Server::start(database.another(), &url, &prefix, RARELY);
    server.complete().await;
    let order = orders::approve(database.pool(), "A-1").await;
    let committed = orders::head(database.pool()).await;
    server.board.committed();
    let near = server.board.at_least(committed, SOON).await.unwrap();
    assert!(near.revision() >= committed && near.get(order).is_some());
    let future = Revision::new(committed.epoch, committed.rev + 1000);
    let near = server.board.at_least(future, Duration::from_millis(20)).await.unwrap();
    assert!(near.revision() < future);
    server.end().await;
}

#[tokio::test]
async fn the_changes_since_any_revision_rebuild_the_board() {
    let (database, (url, prefix)) = (floor::database().await, floor::redis());
    let meter = Meter::begin();
    let server = Server::start(database.another(), &url, &prefix, RARELY);
    server.complete().await;
    orders::approve(database.pool(), "A-first").await;
    server.says_what_the_log_says(&database).await;
    let loads = meter.sum("board_near_loads_total", &[]);
    let mut boards = vec![server.board.near().unwrap()];
    for number in 0..20 {
        let order = orders::approve(database.pool(), &format!("A-{number}")).await;
        if number % 4 == 0 {
            orders::set_status(database.pool(), order, "SHIPPED").await;
        }
        server.says_what_the_log_says(&database).await;
        boards.push(server.board.near().unwrap());
    }
    // One may still be on its way from the start.
    let more = meter.sum("board_near_loads_total", &[]) - loads;
    assert!(more <= 1.0, "changes alone are enough, but {more} boards were loaded");
    let last = orders::held(boards.last().unwrap());
    for board in &boards {
        let cards = |held: &orders::Projection| -> orders::Projection {
            held.iter().map(|(order, entry)| (*order, entry["card"].clone())).collect()
        };
        let mut rebuilt = cards(&orders::held(board));
        let Live::Changes(changes) = server.board.changes(board.revision(), 1000) else { panic!("reset") };
        let mut at = board.revision();
        for change in changes {
            assert!(change.revision.follows(at));
            at = change.revision;
            let sent = std::str::from_utf8(&change.event).unwrap();
            let data = sent.split_once("\ndata: ").unwrap().1.strip_suffix("\n\n").unwrap();
            let event: serde_json::Value = serde_json::from_str(data).unwrap();
            assert_eq!(event["revision"], at.to_string());
            match event.get("removed") {
                Some(id) => rebuilt.remove(&serde_json::from_value(id.clone()).unwrap()),
                None => rebuilt.insert(change.order, event["order"].clone()),
            };
        }
        assert_eq!(rebuilt, cards(&last));
    }
    server.end().await;
}

#[tokio::test]
async fn ready_made_bodies_say_their_revision_and_are_never_older_than_asked() {
    let (database, (url, prefix)) = (floor::database().await, floor::redis());
    let server = Server::start(database.another(), &url, &prefix, RARELY);
    server.complete().await;
    for number in 0..30 {
        orders::approve(database.pool(), &format!("A-{number}")).await;
        server.says_what_the_log_says(&database).await;
        let minimum = server.revision();
        for encoding in [Encoding::Identity, Encoding::Brotli, Encoding::Gzip] {
            let body = server.board.bytes(minimum, Form::Json, encoding).await.unwrap();
            assert!(body.revision >= minimum);
            let plain = decoded(&body.bytes, encoding);
            let board: serde_json::Value = serde_json::from_slice(&plain).unwrap();
            assert_eq!(board["revision"], body.revision.to_string());
            assert_eq!(board["orders"].as_array().unwrap().len(), number + 1);
            let relaxed = server.board.bytes(Revision::default(), Form::Json, encoding).await.unwrap();
            assert!(relaxed.revision <= server.revision());
        }
    }
    server.end().await;
}

/// One entry from Redis, asked again when a busy machine did not answer in time.
async fn in_redis(server: &Server, order: OrderId) -> Option<Entry> {
    let mut answer = Err(Away);
    floor::until("an answer", SOON, async || {
        answer = server.board.one_from_redis(order).await;
        answer.is_ok()
    })
    .await;
    answer.unwrap()
}

fn decoded(bytes: &[u8], encoding: Encoding) -> Vec<u8> {
    use std::io::Read as _;
    let mut plain = Vec::new();
    match encoding {
        Encoding::Identity => plain.extend_from_slice(bytes),
        Encoding::Gzip => drop(flate2::read::GzDecoder::new(bytes).read_to_end(&mut plain).unwrap()),
        Encoding::Brotli => drop(brotli::Decompressor::new(bytes, 4096).read_to_end(&mut plain).unwrap()),
    }
    plain
}

#[tokio::test]
async fn readers_of_the_near_board_ask_neither_redis_nor_the_database() {
    let (database, (url, prefix)) = (floor::database().await, floor::redis());
    let order = orders::approve(database.pool(), "A-1").await;
    let meter = Meter::begin();
    let server = Server::start(database.another(), &url, &prefix, Duration::from_millis(300));
    server.complete().await;
    for _ in 0..10_000 {
        let near = server.board.near().unwrap();
        assert!(near.get(order).is_some());
        tokio::task::yield_now().await;
    }
    server.board.bytes(server.revision(), Form::Json, Encoding::Brotli).await.unwrap();
    let asked = ["board_redis_commands_total", "store_statements_total"];
    for name in asked {
        assert_eq!(meter.sum(name, &["origin=\"request\""]), 0.0, "{name}");
        assert!(meter.sum(name, &["origin=\"background\""]) > 0.0, "{name} is counted at all");
    }
    server.board.from_postgres().await.unwrap();
    server.board.from_redis().await.unwrap();
    for name in asked {
        assert!(meter.sum(name, &["origin=\"request\""]) > 0.0, "{name} counts requests");
    }
    server.end().await;
}

#[tokio::test]
async fn a_full_refresh_is_made_once_a_period_for_all_servers() {
    let (database, (url, prefix)) = (floor::database().await, floor::redis());
    let meter = Meter::begin();
    let period = Duration::from_millis(800);
    let one = Server::start(database.another(), &url, &prefix, period);
    let two = Server::start(database.another(), &url, &prefix, period);
    let rounds = async || {
        meter.sum("board_refreshes_total", &["timer"]) >= 8.0
            && meter.sum("board_refreshes_total", &["skipped"]) >= 1.0
    };
    floor::until("both took turns", SOON * 3, rounds).await;
    assert_eq!(meter.sum("board_refreshes_total", &["failed"]), 0.0);
    one.end().await;
    two.end().await;
}

#[tokio::test]
async fn keys_of_another_form_are_left_alone() {
    let (database, (url, prefix)) = (floor::database().await, floor::redis());
    let shared = Shared::open(&url, &prefix).await;
    let other = format!("{prefix}:v0:o");
    let _: () = shared.client.hset(&other, ("@", "9:9:9:0:0")).await.unwrap();
    let server = Server::start(database.another(), &url, &prefix, RARELY);
    server.complete().await;
    redis_says_what_the_log_says(&shared, &database).await;
    let kept: Option<String> = shared.client.hget(&other, "@").await.unwrap();
    assert_eq!(kept.as_deref(), Some("9:9:9:0:0"));
    let stages: i64 = shared.client.exists(format!("{prefix}:v2:stage")).await.unwrap();
    assert_eq!(stages, 0);
    server.end().await;
}
