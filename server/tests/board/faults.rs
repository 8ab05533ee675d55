//! The board's promises while PostgreSQL, Redis or what is in it is broken.

use std::time::{Duration, Instant};

use fred::interfaces::{HashesInterface as _, KeysInterface as _, LuaInterface as _};
use server::board::Live;

use crate::floor::{
    self,
    ground::Ground,
    meter::Meter,
    orders,
    server::{RARELY, SOON},
    shared::Shared,
};

#[tokio::test]
async fn after_flushall_redis_is_complete_again_and_no_read_failed() {
    let (ground, _redis) = Ground::with_own_redis().await;
    for number in 0..50 {
        ground.approve(&format!("A-{number}")).await;
    }
    let server = ground.server(RARELY).await;
    ground.redis_agrees().await;
    let cursor = server.revision();
    for round in 0..3 {
        ground.shared.flush().await;
        assert_eq!(server.board.near().unwrap().len(), 50 + round);
        ground.approve(&format!("B-{round}")).await;
        ground.redis_agrees().await;
        ground.near_agrees(&server).await;
    }
    let Live::Changes(changes) = server.board.changes(cursor, 100) else {
        panic!("followers had to begin again")
    };
    assert_eq!(changes.len(), 3, "a flushed Redis is nothing that a follower notices");
    server.end().await;
}

/// A refresh that nobody waits for takes its time: four seconds here, for 2,000 orders.
#[tokio::test]
async fn an_emptied_redis_does_not_wait_for_a_refresh_that_takes_its_time() {
    let (ground, redis) = Ground::with_own_redis().await;
    for number in 0..2_000 {
        ground.approve(&format!("A-{number}")).await;
    }
    let server = ground.server(Duration::from_secs(8)).await;
    ground.redis_agrees().await;
    let staged = async || redis.told(&["KEYS", "*stage*"]).contains("stage");
    floor::until("the one that nobody waits for has begun", SOON * 2, staged).await;
    ground.shared.flush().await;
    let whole = async || ground.shared.mark().await.is_some();
    floor::until("Redis is whole again", Duration::from_secs(3), whole).await;
    server.end().await;
}

#[tokio::test]
async fn while_redis_is_gone_the_near_board_follows_the_database_and_redis_heals_later() {
    let (ground, redis) = Ground::with_own_redis().await;
    let first = ground.approve("A-1").await;
    let server = ground.server(RARELY).await;
    ground.redis_agrees().await;
    redis.kill();
    floor::until("noticed", SOON, async || server.board.redis_is_away()).await;
    ground.approve("A-2").await;
    ground.set_status(first, "CANCELLED").await;
    ground.near_agrees(&server).await;
    let fresh = server.board.near().unwrap().fresh_at();
    floor::until("still certified", SOON, async || server.board.near().unwrap().fresh_at() > fresh).await;
    assert!(server.board.from_redis().await.is_err());
    redis.again();
    ground.redis_agrees().await;
    assert!(!server.board.redis_is_away());
    ground.approve("A-3").await;
    ground.redis_agrees().await;
    ground.near_agrees(&server).await;
    server.end().await;
}

#[tokio::test]
async fn a_frozen_redis_holds_nothing_up_and_late_commands_do_no_harm() {
    let (ground, redis) = Ground::with_own_redis().await;
    ground.approve("A-1").await;
    let meter = Meter::begin();
    let server = ground.server(Duration::from_secs(1)).await;
    ground.redis_agrees().await;
    redis.freeze(true);
    for number in 0..5 {
        ground.approve(&format!("B-{number}")).await;
        ground.near_agrees(&server).await;
    }
    redis.freeze(false);
    ground.redis_agrees().await;
    assert_eq!(meter.sum("board_cache_divergence_total", &[]), 0.0);
    server.end().await;
}

#[tokio::test]
async fn a_server_stops_without_waiting_for_a_redis_that_is_away() {
    for away in ["frozen", "gone", "never there"] {
        let mut quickest = Duration::MAX;
        for _ in 0..3 {
            let (ground, redis) = Ground::with_own_redis().await;
            if away == "never there" {
                redis.kill();
            }
            let server = ground.server(RARELY).await;
            match away {
                "frozen" => redis.freeze(true),
                "gone" => redis.kill(),
                _ => {}
            }
            floor::until("noticed", SOON, async || server.board.redis_is_away()).await;
            let begun = Instant::now();
            server.end().await;
            quickest = quickest.min(begun.elapsed());
        }
        // A busy machine may be late by chance, but not three times.
        assert!(quickest < Duration::from_millis(500), "{away}: {quickest:?}");
    }
}

#[tokio::test]
async fn a_server_starts_without_redis() {
    let (ground, redis) = Ground::with_own_redis().await;
    ground.approve("A-1").await;
    redis.kill();
    let server = ground.server(RARELY).await;
    ground.near_agrees(&server).await;
    redis.again();
    ground.redis_agrees().await;
    server.end().await;
}

#[tokio::test]
async fn without_the_database_a_server_starts_from_a_warm_redis_and_follows_the_others() {
    let ground = Ground::new().await;
    let order = ground.approve("A-1").await;
    let whole = ground.server(RARELY).await;
    ground.redis_agrees().await;
    let cut_off = ground.server_without_database(RARELY).await;
    let cursor = cut_off.revision();
    ground.set_status(order, "SHIPPED").await;
    ground.approve("A-2").await;
    ground.near_agrees(&cut_off).await;
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
    let ground = Ground::new().await;
    ground.approve("A-1").await;
    let server = ground.server(RARELY).await;
    ground.near_agrees(&server).await;
    ground.database.away(true).await;
    floor::until("noticed", SOON, async || server.board.postgres_is_away()).await;
    let before = server.board.near().unwrap();
    // A tick's worth of looks that all fail.
    let again = async || server.board.postgres_is_away() && server.board.from_postgres().await.is_err();
    floor::until("still away", SOON, again).await;
    let after = server.board.near().unwrap();
    assert_eq!((after.len(), after.fresh_at()), (1, before.fresh_at()));
    ground.database.away(false).await;
    let fresh = async || server.board.near().unwrap().fresh_at() > before.fresh_at();
    floor::until("certified again", SOON, fresh).await;
    ground.approve("A-2").await;
    ground.near_agrees(&server).await;
    server.end().await;
}

#[tokio::test]
async fn a_deleted_stream_loses_nothing() {
    let ground = Ground::new().await;
    let server = ground.server(RARELY).await;
    for number in 0..3 {
        ground.approve(&format!("A-{number}")).await;
        ground.shared.delete(ground.shared.stream()).await;
        ground.approve(&format!("B-{number}")).await;
        ground.near_agrees(&server).await;
        ground.redis_agrees().await;
    }
    server.end().await;
}

#[tokio::test]
async fn a_deleted_board_is_built_again() {
    let ground = Ground::new().await;
    ground.approve("A-1").await;
    let server = ground.server(RARELY).await;
    ground.redis_agrees().await;
    ground.shared.delete(ground.shared.board()).await;
    ground.redis_agrees().await;
    server.end().await;
}

#[tokio::test]
async fn a_wrong_digest_is_counted_and_repaired() {
    let ground = Ground::new().await;
    ground.approve("A-1").await;
    let meter = Meter::begin();
    let server = ground.server(RARELY).await;
    ground.redis_agrees().await;
    assert_eq!(meter.sum("board_cache_divergence_total", &[]), 0.0);
    let right = digest(&ground.shared).await;
    let head = orders::head(ground.pool()).await;
    let wrong = format!("{}:{}:0:1:12345", head.epoch, head.rev);
    let _: () = ground.shared.client.hset(ground.shared.board(), ("@", wrong)).await.unwrap();
    floor::until("repaired", SOON, async || digest(&ground.shared).await == right).await;
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
    let ground = Ground::new().await;
    let order = ground.approve("A-1").await;
    ground.approve("A-2").await;
    let meter = Meter::begin();
    let server = ground.server(Duration::from_millis(400)).await;
    ground.redis_agrees().await;
    let _: i64 = ground.shared.client.hdel(ground.shared.board(), order.to_string()).await.unwrap();
    let back = async || ground.shared.client.hexists(ground.shared.board(), order.to_string()).await.unwrap();
    floor::until("the field is back", SOON, back).await;
    // It is back before the server has heard so.
    floor::until("counted", SOON, async || meter.sum("board_cache_divergence_total", &["redis"]) == 1.0)
        .await;
    assert_eq!(server.board.near().unwrap().len(), 2, "the near board never lost it");
    server.end().await;
}

#[tokio::test]
async fn a_corrupt_hash_is_never_loaded_into_a_server() {
    let ground = Ground::new().await;
    let order = ground.approve("A-1").await;
    ground.approve("A-2").await;
    let first = ground.server(RARELY).await;
    ground.redis_agrees().await;
    first.end().await;
    let _: i64 = ground.shared.client.hdel(ground.shared.board(), order.to_string()).await.unwrap();
    let second = ground.server(RARELY).await;
    assert_eq!(second.board.near().unwrap().len(), 2);
    ground.redis_agrees().await;
    second.end().await;
}

#[tokio::test]
async fn a_database_on_a_later_timeline_replaces_what_redis_and_the_servers_hold() {
    let ground = Ground::new().await;
    ground.approve("A-1").await;
    let server = ground.server(RARELY).await;
    let lost = ground.approve("A-2").await;
    ground.redis_agrees().await;
    ground.near_agrees(&server).await;
    let before = server.revision();
    // A standby that never received the last commit takes over.
    let fail_over = "BEGIN; SET LOCAL session_replication_role = replica;
        DELETE FROM orders WHERE number = 'A-2'; DELETE FROM order_events WHERE rev = 2;
        UPDATE board_clock SET rev = 1, epoch_base = epoch_base + 1; COMMIT";
    sqlx::raw_sql(fail_over).execute(ground.pool()).await.unwrap();
    floor::until("the new timeline", SOON, async || server.revision().epoch > before.epoch).await;
    ground.near_agrees(&server).await;
    ground.redis_agrees().await;
    assert!(server.board.near().unwrap().get(lost).is_none());
    assert!(matches!(server.board.changes(before, 10), Live::Reset));
    ground.approve("A-3").await;
    ground.near_agrees(&server).await;
    ground.redis_agrees().await;
    server.end().await;
}

#[tokio::test]
async fn forgotten_scripts_are_taught_again() {
    let (ground, _redis) = Ground::with_own_redis().await;
    let server = ground.server(RARELY).await;
    ground.redis_agrees().await;
    let _: () = ground.shared.client.script_flush(false).await.unwrap();
    ground.approve("A-1").await;
    ground.redis_agrees().await;
    server.end().await;
}

#[tokio::test]
async fn a_redis_that_lost_its_newest_writes_catches_up_and_no_server_goes_back() {
    let ground = Ground::new().await;
    let order = ground.approve("A-1").await;
    let server = ground.server(RARELY).await;
    ground.redis_agrees().await;
    let replica = format!("{}:replica", ground.shared.board());
    let _: bool = ground.shared.client.copy(ground.shared.board(), &replica, None, true).await.unwrap();
    let mut revisions = server.board.revisions();
    let watched = tokio::spawn(async move {
        let mut last = *revisions.borrow_and_update();
        while revisions.changed().await.is_ok() {
            let now = *revisions.borrow_and_update();
            assert!(now >= last, "{now} after {last}");
            last = now;
        }
    });
    ground.approve("A-2").await;
    ground.set_status(order, "SHIPPED").await;
    ground.redis_agrees().await;
    let _: () = ground.shared.client.rename(replica, ground.shared.board()).await.unwrap();
    ground.redis_agrees().await;
    ground.near_agrees(&server).await;
    assert!(server.board.near().unwrap().get(order).is_none());
    server.end().await;
    watched.await.unwrap();
}

#[tokio::test]
async fn a_redis_from_before_the_oldest_event_kept_gets_everything_anew() {
    let ground = Ground::new().await;
    let order = ground.approve("A-1").await;
    let first = ground.server(RARELY).await;
    ground.redis_agrees().await;
    first.end().await;
    ground.set_status(order, "SHIPPED").await;
    ground.approve("A-2").await;
    let expected = orders::logged(ground.pool()).await;
    sqlx::raw_sql("DELETE FROM order_events").execute(ground.pool()).await.unwrap();
    let second = ground.server(RARELY).await;
    let head = orders::head(ground.pool()).await;
    floor::until("the near board at the head", SOON, async || second.revision() >= head).await;
    assert_eq!(orders::held(&second.board.near().unwrap()), expected);
    let there = async || ground.shared.revision().await == Some(head.to_string());
    floor::until("Redis at the head", SOON, there).await;
    assert_eq!(ground.shared.held().await, expected);
    second.end().await;
}

#[tokio::test]
async fn an_entry_that_cannot_be_read_costs_a_reload_and_nothing_else() {
    let ground = Ground::new().await;
    ground.approve("A-1").await;
    let meter = Meter::begin();
    let server = ground.server(RARELY).await;
    ground.redis_agrees().await;
    let expected = orders::actual(ground.pool()).await;
    let nonsense = "WITH clock AS (UPDATE board_clock SET rev = rev + 1 RETURNING rev)
        INSERT INTO order_events SELECT rev, gen_random_uuid(), 1, 'upsert', '{}', now(), pg_current_xact_id() FROM clock";
    sqlx::raw_sql(nonsense).execute(ground.pool()).await.unwrap();
    let head = orders::head(ground.pool()).await;
    floor::until("the near board at the head", SOON, async || server.revision() >= head).await;
    assert_eq!(orders::held(&server.board.near().unwrap()), expected);
    let repaired = async || ground.shared.client.hlen::<i64, _>(ground.shared.board()).await.unwrap() == 2;
    floor::until("Redis is repaired", SOON, repaired).await;
    assert!(meter.sum("board_unreadable_total", &[]) > 0.0);
    server.end().await;
}

#[tokio::test]
async fn cut_connections_to_the_database_are_made_anew() {
    let ground = Ground::new().await;
    let server = ground.server(RARELY).await;
    for number in 0..5 {
        ground.database.cut().await;
        let approved = async || orders::head(ground.pool()).await.rev > number;
        ground.approve(&format!("A-{number}")).await;
        floor::until("approved", SOON, approved).await;
        ground.near_agrees(&server).await;
    }
    server.end().await;
}
