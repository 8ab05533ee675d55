//! The board's promises on one or two servers, with real PostgreSQL and Redis, whole and broken.

mod floor;

use std::{sync::Arc, time::Duration};

use app::domain::{OrderNumber, Revision};
use floor::{Database, meter::Meter, orders, redis::OwnRedis, shared::Shared};
use fred::interfaces::{HashesInterface as _, KeysInterface as _, LuaInterface as _};
use server::{
    board::{Board, Encoding, Live, Settings},
    clock::{SystemClock, SystemEntropy},
    store::Postgres,
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

const SOON: Duration = Duration::from_secs(10);

/// One server's board.
struct Server {
    board: Board,
    tasks: TaskTracker,
    stop: CancellationToken,
}

impl Server {
    fn start(store: Postgres, redis: &str, prefix: &str, refresh: Duration) -> Self {
        let mut settings = Settings::new(redis.to_owned(), Arc::new(SystemClock), Arc::new(SystemEntropy));
        settings.prefix = prefix.to_owned();
        settings.refresh_every = refresh;
        let (tasks, stop) = (TaskTracker::new(), CancellationToken::new());
        let board = Board::start(settings, store, &tasks, &stop).unwrap();
        Self { board, tasks, stop }
    }

    async fn complete(&self) {
        floor::until("a first board", SOON, async || self.board.near().is_some()).await;
    }

    fn revision(&self) -> Revision {
        *self.board.revisions().borrow()
    }

    /// Waits until the near board is at the log's head and says what the log says.
    async fn says_what_the_log_says(&self, database: &Database) {
        let head = orders::head(database.pool()).await;
        floor::until("the near board at the head", SOON, async || self.revision() >= head).await;
        assert_eq!(orders::held(&self.board.near().unwrap()), orders::logged(database.pool()).await);
    }

    async fn end(self) {
        self.stop.cancel();
        self.tasks.close();
        tokio::time::timeout(SOON, self.tasks.wait()).await.expect("all tasks end");
    }
}

async fn redis_says_what_the_log_says(shared: &Shared, database: &Database) {
    let head = orders::head(database.pool()).await.to_string();
    floor::until("Redis at the head", SOON, async || shared.revision().await.as_ref() == Some(&head)).await;
    assert_eq!(shared.held().await, orders::logged(database.pool()).await);
    let count = shared.held().await.len();
    assert_eq!(shared.mark().await.unwrap().split(':').nth(3), Some(count.to_string().as_str()));
}

const RARELY: Duration = Duration::from_secs(600);

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
    assert_eq!(near.numbered(&"A-2".parse::<OrderNumber>().unwrap()).unwrap().entry.card.id, order);
    assert_eq!(server.board.one_from_redis(order).await.unwrap().unwrap(), near.get(order).unwrap().entry);
    assert_eq!(orders::held(&server.board.from_redis().await.unwrap()), orders::held(&near));
    assert_eq!(orders::held(&server.board.from_postgres().await.unwrap()), orders::held(&near));

    orders::set_status(database.pool(), before, "SHIPPED").await;
    server.says_what_the_log_says(&database).await;
    redis_says_what_the_log_says(&shared, &database).await;
    assert!(server.board.near().unwrap().get(before).is_none());
    assert_eq!(server.board.one_from_redis(before).await.unwrap(), None);
    server.end().await;
}

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
    let Live::Changes(changes) = server.board.changes(cursor, 100) else { panic!("followers had to begin again") };
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
    orders::set_status(database.pool(), order, "SHIPPED").await;
    orders::approve(database.pool(), "A-2").await;
    cut_off.says_what_the_log_says(&database).await;
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
    floor::until("counted", SOON, async || meter.sum("board_cache_divergence_total", &["redis"]) == 1.0).await;
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
    let server = Server::start(database.another(), &url, &prefix, RARELY);
    server.complete().await;
    let mut boards = vec![server.board.near().unwrap()];
    for number in 0..20 {
        let order = orders::approve(database.pool(), &format!("A-{number}")).await;
        if number % 4 == 0 {
            orders::set_status(database.pool(), order, "SHIPPED").await;
        }
        server.says_what_the_log_says(&database).await;
        boards.push(server.board.near().unwrap());
    }
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
            let event: serde_json::Value = serde_json::from_slice(&change.json).unwrap();
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
            let body = server.board.bytes(minimum, encoding).await.unwrap();
            assert!(body.revision >= minimum);
            let plain = decoded(&body.bytes, encoding);
            let board: serde_json::Value = serde_json::from_slice(&plain).unwrap();
            assert_eq!(board["revision"], body.revision.to_string());
            assert_eq!(board["orders"].as_array().unwrap().len(), number + 1);
            let relaxed = server.board.bytes(Revision::default(), encoding).await.unwrap();
            assert!(relaxed.revision <= server.revision());
        }
    }
    server.end().await;
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
    server.board.bytes(server.revision(), Encoding::Brotli).await.unwrap();
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
        meter.sum("board_refreshes_total", &["timer"]) >= 8.0 && meter.sum("board_refreshes_total", &["skipped"]) >= 1.0
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
    let stages: i64 = shared.client.exists(format!("{prefix}:v1:stage")).await.unwrap();
    assert_eq!(stages, 0);
    server.end().await;
}
