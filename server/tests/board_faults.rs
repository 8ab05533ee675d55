//! The board's promises while PostgreSQL, Redis or what is in it is broken.

mod floor;

use std::time::Duration;

use floor::{
    meter::Meter,
    orders,
    redis::OwnRedis,
    server::{RARELY, SOON, Server, redis_says_what_the_log_says},
    shared::Shared,
};
use fred::interfaces::{HashesInterface as _, KeysInterface as _, LuaInterface as _};
use server::{board::Live, store::Postgres};

#[tokio::test]
async fn after_flushall_redis_is_complete_again_and_no_read_failed() {
    let (database, redis) = (floor::database().await, OwnRedis::start());
    let shared = Shared::open(&redis.url(), "{board}").await;
    for number in 0..50 {
        orders::approve(database.pool(), &format!("A-{number}")).await;
    }
    let server = Server::start(database.another(), &redis.url(), "{board}", RARELY);
    server.complete().await;
    redis_says_what_the_log_says(&shared, &database).await;
    let cursor = server.revision();
    for round in 0..3 {
        shared.flush().await;
        assert_eq!(server.board.near().unwrap().len(), 50 + round);
        orders::approve(database.pool(), &format!("B-{round}")).await;
        redis_says_what_the_log_says(&shared, &database).await;
        server.says_what_the_log_says(&database).await;
    }
    let Live::Changes(changes) = server.board.changes(cursor, 100) else {
        panic!("followers had to begin again")
    };
    assert_eq!(changes.len(), 3, "a flushed Redis is nothing that a follower notices");
    server.end().await;
}

#[tokio::test]
async fn while_redis_is_gone_the_near_board_follows_the_database_and_redis_heals_later() {
    let (database, mut redis) = (floor::database().await, OwnRedis::start());
    let shared = Shared::open(&redis.url(), "{board}").await;
    let first = orders::approve(database.pool(), "A-1").await;
    let server = Server::start(database.another(), &redis.url(), "{board}", RARELY);
    server.complete().await;
    redis_says_what_the_log_says(&shared, &database).await;
    redis.kill();
    floor::until("noticed", SOON, async || server.board.redis_is_away()).await;
    orders::approve(database.pool(), "A-2").await;
    orders::set_status(database.pool(), first, "CANCELLED").await;
    server.says_what_the_log_says(&database).await;
    let fresh = server.board.near().unwrap().fresh_at();
    floor::until("still certified", SOON, async || server.board.near().unwrap().fresh_at() > fresh).await;
    assert!(server.board.from_redis().await.is_err());
    redis.again();
    redis_says_what_the_log_says(&shared, &database).await;
    assert!(!server.board.redis_is_away());
    orders::approve(database.pool(), "A-3").await;
    redis_says_what_the_log_says(&shared, &database).await;
    server.says_what_the_log_says(&database).await;
    server.end().await;
}

#[tokio::test]
async fn a_frozen_redis_holds_nothing_up_and_late_commands_do_no_harm() {
    let (database, redis) = (floor::database().await, OwnRedis::start());
    let shared = Shared::open(&redis.url(), "{board}").await;
    orders::approve(database.pool(), "A-1").await;
    let meter = Meter::begin();
    let server = Server::start(database.another(), &redis.url(), "{board}", Duration::from_secs(1));
    server.complete().await;
    redis_says_what_the_log_says(&shared, &database).await;
    redis.freeze(true);
    for number in 0..5 {
        orders::approve(database.pool(), &format!("B-{number}")).await;
        server.says_what_the_log_says(&database).await;
    }
    redis.freeze(false);
    redis_says_what_the_log_says(&shared, &database).await;
    assert_eq!(meter.sum("board_cache_divergence_total", &[]), 0.0);
    server.end().await;
}

#[tokio::test]
async fn a_server_starts_without_redis() {
    let database = floor::database().await;
    orders::approve(database.pool(), "A-1").await;
    let mut redis = OwnRedis::start();
    redis.kill();
    let server = Server::start(database.another(), &redis.url(), "{board}", RARELY);
    server.complete().await;
    server.says_what_the_log_says(&database).await;
    redis.again();
    let shared = Shared::open(&redis.url(), "{board}").await;
    redis_says_what_the_log_says(&shared, &database).await;
    server.end().await;
}

#[tokio::test]
async fn without_the_database_a_server_starts_from_a_warm_redis_and_follows_the_others() {
    let (database, (url, prefix)) = (floor::database().await, floor::redis());
    let shared = Shared::open(&url, &prefix).await;
    let order = orders::approve(database.pool(), "A-1").await;
    let whole = Server::start(database.another(), &url, &prefix, RARELY);
    whole.complete().await;
    redis_says_what_the_log_says(&shared, &database).await;
    // Nothing listens on port 1.
    let nowhere = Postgres::open("postgres://app@127.0.0.1:1/none", 5).unwrap();
    let cut_off = Server::start(nowhere, &url, &prefix, RARELY);
    cut_off.complete().await;
    let cursor = cut_off.revision();
    orders::set_status(database.pool(), order, "SHIPPED").await;
    orders::approve(database.pool(), "A-2").await;
    cut_off.says_what_the_log_says(&database).await;
    let Live::Changes(changes) = cut_off.board.changes(cursor, 10) else {
        panic!("the stream was not followed")
    };
    assert_eq!(changes.len(), 2);
    let fresh = cut_off.board.near().unwrap().fresh_at();
    let certified = async || cut_off.board.near().unwrap().fresh_at() > fresh;
    floor::until("certified by the other server", SOON, certified).await;
    cut_off.end().await;
    whole.end().await;
}

#[tokio::test]
async fn without_the_database_reads_go_on_and_the_age_stands_still() {
    let (database, (url, prefix)) = (floor::database().await, floor::redis());
    orders::approve(database.pool(), "A-1").await;
    let server = Server::start(database.another(), &url, &prefix, RARELY);
    server.complete().await;
    server.says_what_the_log_says(&database).await;
    database.away(true).await;
    floor::until("noticed", SOON, async || server.board.postgres_is_away()).await;
    let before = server.board.near().unwrap();
    // A tick's worth of looks that all fail.
    let again = async || server.board.postgres_is_away() && server.board.from_postgres().await.is_err();
    floor::until("still away", SOON, again).await;
    let after = server.board.near().unwrap();
    assert_eq!((after.len(), after.fresh_at()), (1, before.fresh_at()));
    database.away(false).await;
    let fresh = async || server.board.near().unwrap().fresh_at() > before.fresh_at();
    floor::until("certified again", SOON, fresh).await;
    orders::approve(database.pool(), "A-2").await;
    server.says_what_the_log_says(&database).await;
    server.end().await;
}

#[tokio::test]
async fn a_deleted_stream_loses_nothing() {
    let (database, (url, prefix)) = (floor::database().await, floor::redis());
    let shared = Shared::open(&url, &prefix).await;
    let server = Server::start(database.another(), &url, &prefix, RARELY);
    server.complete().await;
    for number in 0..3 {
        orders::approve(database.pool(), &format!("A-{number}")).await;
        shared.delete(shared.stream()).await;
        orders::approve(database.pool(), &format!("B-{number}")).await;
        server.says_what_the_log_says(&database).await;
        redis_says_what_the_log_says(&shared, &database).await;
    }
    server.end().await;
}

#[tokio::test]
async fn a_deleted_board_is_built_again() {
    let (database, (url, prefix)) = (floor::database().await, floor::redis());
    let shared = Shared::open(&url, &prefix).await;
    orders::approve(database.pool(), "A-1").await;
    let server = Server::start(database.another(), &url, &prefix, RARELY);
    server.complete().await;
    redis_says_what_the_log_says(&shared, &database).await;
    shared.delete(shared.board()).await;
    redis_says_what_the_log_says(&shared, &database).await;
    server.end().await;
}

#[tokio::test]
async fn a_wrong_digest_is_counted_and_repaired() {
    let (database, (url, prefix)) = (floor::database().await, floor::redis());
    let shared = Shared::open(&url, &prefix).await;
    orders::approve(database.pool(), "A-1").await;
    let meter = Meter::begin();
    let server = Server::start(database.another(), &url, &prefix, RARELY);
    server.complete().await;
    redis_says_what_the_log_says(&shared, &database).await;
    assert_eq!(meter.sum("board_cache_divergence_total", &[]), 0.0);
    let right = digest(&shared).await;
    let head = orders::head(database.pool()).await;
    let wrong = format!("{}:{}:0:1:12345", head.epoch, head.rev);
    let _: () = shared.client.hset(shared.board(), ("@", wrong)).await.unwrap();
    floor::until("repaired", SOON, async || digest(&shared).await == right).await;
    floor::until("counted", SOON, async || meter.sum("board_cache_divergence_total", &["redis"]) == 1.0)
        .await;
    assert_eq!(meter.sum("board_cache_divergence_total", &["near"]), 0.0);
    server.end().await;
}

async fn digest(shared: &Shared) -> Option<String> {
    Some(shared.mark().await?.split(':').nth(4)?.to_owned())
}

#[tokio::test]
async fn a_field_that_was_removed_by_hand_comes_back_with_the_next_refresh() {
    let (database, (url, prefix)) = (floor::database().await, floor::redis());
    let shared = Shared::open(&url, &prefix).await;
    let order = orders::approve(database.pool(), "A-1").await;
    orders::approve(database.pool(), "A-2").await;
    let meter = Meter::begin();
    let server = Server::start(database.another(), &url, &prefix, Duration::from_millis(400));
    server.complete().await;
    redis_says_what_the_log_says(&shared, &database).await;
    let _: i64 = shared.client.hdel(shared.board(), order.to_string()).await.unwrap();
    let back = async || shared.client.hexists(shared.board(), order.to_string()).await.unwrap();
    floor::until("the field is back", SOON, back).await;
    assert_eq!(meter.sum("board_cache_divergence_total", &["redis"]), 1.0);
    assert_eq!(server.board.near().unwrap().len(), 2, "the near board never lost it");
    server.end().await;
}

#[tokio::test]
async fn a_corrupt_hash_is_never_loaded_into_a_server() {
    let (database, (url, prefix)) = (floor::database().await, floor::redis());
    let shared = Shared::open(&url, &prefix).await;
    let order = orders::approve(database.pool(), "A-1").await;
    orders::approve(database.pool(), "A-2").await;
    let first = Server::start(database.another(), &url, &prefix, RARELY);
    first.complete().await;
    redis_says_what_the_log_says(&shared, &database).await;
    first.end().await;
    let _: i64 = shared.client.hdel(shared.board(), order.to_string()).await.unwrap();
    let second = Server::start(database.another(), &url, &prefix, RARELY);
    second.complete().await;
    assert_eq!(second.board.near().unwrap().len(), 2);
    redis_says_what_the_log_says(&shared, &database).await;
    second.end().await;
}

#[tokio::test]
async fn a_database_on_a_later_timeline_replaces_what_redis_and_the_servers_hold() {
    let (database, (url, prefix)) = (floor::database().await, floor::redis());
    let shared = Shared::open(&url, &prefix).await;
    orders::approve(database.pool(), "A-1").await;
    let server = Server::start(database.another(), &url, &prefix, RARELY);
    server.complete().await;
    let lost = orders::approve(database.pool(), "A-2").await;
    redis_says_what_the_log_says(&shared, &database).await;
    server.says_what_the_log_says(&database).await;
    let before = server.revision();
    // A standby that never received the last commit takes over.
    let fail_over = "BEGIN; SET LOCAL session_replication_role = replica;
        DELETE FROM orders WHERE number = 'A-2'; DELETE FROM order_events WHERE rev = 2;
        UPDATE board_clock SET rev = 1, epoch_base = epoch_base + 1; COMMIT";
    sqlx::raw_sql(fail_over).execute(database.pool()).await.unwrap();
    floor::until("the new timeline", SOON, async || server.revision().epoch > before.epoch).await;
    server.says_what_the_log_says(&database).await;
    redis_says_what_the_log_says(&shared, &database).await;
    assert!(server.board.near().unwrap().get(lost).is_none());
    assert!(matches!(server.board.changes(before, 10), Live::Reset));
    orders::approve(database.pool(), "A-3").await;
    server.says_what_the_log_says(&database).await;
    redis_says_what_the_log_says(&shared, &database).await;
    server.end().await;
}

#[tokio::test]
async fn forgotten_scripts_are_taught_again() {
    let (database, redis) = (floor::database().await, OwnRedis::start());
    let shared = Shared::open(&redis.url(), "{board}").await;
    let server = Server::start(database.another(), &redis.url(), "{board}", RARELY);
    server.complete().await;
    redis_says_what_the_log_says(&shared, &database).await;
    let _: () = shared.client.script_flush(false).await.unwrap();
    orders::approve(database.pool(), "A-1").await;
    redis_says_what_the_log_says(&shared, &database).await;
    server.end().await;
}

#[tokio::test]
async fn a_redis_that_lost_its_newest_writes_catches_up_and_no_server_goes_back() {
    let (database, (url, prefix)) = (floor::database().await, floor::redis());
    let shared = Shared::open(&url, &prefix).await;
    let order = orders::approve(database.pool(), "A-1").await;
    let server = Server::start(database.another(), &url, &prefix, RARELY);
    server.complete().await;
    redis_says_what_the_log_says(&shared, &database).await;
    let replica = format!("{prefix}:replica");
    let _: bool = shared.client.copy(shared.board(), &replica, None, true).await.unwrap();
    let mut revisions = server.board.revisions();
    let watched = tokio::spawn(async move {
        let mut last = *revisions.borrow_and_update();
        while revisions.changed().await.is_ok() {
            let now = *revisions.borrow_and_update();
            assert!(now >= last, "{now} after {last}");
            last = now;
        }
    });
    orders::approve(database.pool(), "A-2").await;
    orders::set_status(database.pool(), order, "SHIPPED").await;
    redis_says_what_the_log_says(&shared, &database).await;
    let _: () = shared.client.rename(replica, shared.board()).await.unwrap();
    redis_says_what_the_log_says(&shared, &database).await;
    server.says_what_the_log_says(&database).await;
    assert!(server.board.near().unwrap().get(order).is_none());
    server.end().await;
    watched.await.unwrap();
}

#[tokio::test]
async fn a_redis_from_before_the_oldest_event_kept_gets_everything_anew() {
    let (database, (url, prefix)) = (floor::database().await, floor::redis());
    let shared = Shared::open(&url, &prefix).await;
    let order = orders::approve(database.pool(), "A-1").await;
    let first = Server::start(database.another(), &url, &prefix, RARELY);
    first.complete().await;
    redis_says_what_the_log_says(&shared, &database).await;
    first.end().await;
    orders::set_status(database.pool(), order, "SHIPPED").await;
    orders::approve(database.pool(), "A-2").await;
    let expected = orders::logged(database.pool()).await;
    sqlx::raw_sql("DELETE FROM order_events").execute(database.pool()).await.unwrap();
    let second = Server::start(database.another(), &url, &prefix, RARELY);
    let head = orders::head(database.pool()).await;
    floor::until("the near board at the head", SOON, async || second.revision() >= head).await;
    assert_eq!(orders::held(&second.board.near().unwrap()), expected);
    let there = async || shared.revision().await == Some(head.to_string());
    floor::until("Redis at the head", SOON, there).await;
    assert_eq!(shared.held().await, expected);
    second.end().await;
}

#[tokio::test]
async fn an_entry_that_cannot_be_read_costs_a_reload_and_nothing_else() {
    let (database, (url, prefix)) = (floor::database().await, floor::redis());
    let shared = Shared::open(&url, &prefix).await;
    orders::approve(database.pool(), "A-1").await;
    let meter = Meter::begin();
    let server = Server::start(database.another(), &url, &prefix, RARELY);
    server.complete().await;
    redis_says_what_the_log_says(&shared, &database).await;
    let expected = orders::actual(database.pool()).await;
    let nonsense = "WITH clock AS (UPDATE board_clock SET rev = rev + 1 RETURNING rev)
        INSERT INTO order_events SELECT rev, gen_random_uuid(), 1, 'upsert', '{}', now(), pg_current_xact_id() FROM clock";
    sqlx::raw_sql(nonsense).execute(database.pool()).await.unwrap();
    let head = orders::head(database.pool()).await;
    floor::until("the near board at the head", SOON, async || server.revision() >= head).await;
    assert_eq!(orders::held(&server.board.near().unwrap()), expected);
    let repaired = async || shared.client.hlen::<i64, _>(shared.board()).await.unwrap() == 2;
    floor::until("Redis is repaired", SOON, repaired).await;
    assert!(meter.sum("board_unreadable_total", &[]) > 0.0);
    server.end().await;
}

#[tokio::test]
async fn cut_connections_to_the_database_are_made_anew() {
    let (database, (url, prefix)) = (floor::database().await, floor::redis());
    let server = Server::start(database.another(), &url, &prefix, RARELY);
    server.complete().await;
    for number in 0..5 {
        database.cut().await;
        let approved = async || orders::head(database.pool()).await.rev > number;
        orders::approve(database.pool(), &format!("A-{number}")).await;
        floor::until("approved", SOON, approved).await;
        server.says_what_the_log_says(&database).await;
    }
    server.end().await;
}
