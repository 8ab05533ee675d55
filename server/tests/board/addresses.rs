//! `REDIS_URL` in each of its forms: behind Sentinels, as a cluster, by TLS. The board moves with the primary, and is
//! whole again by itself.
#![expect(clippy::unwrap_used, reason = "tests")]

use std::{path::Path, time::Duration};

use serde_json::Value;

use crate::floor::{
    self, Database,
    ground::Ground,
    program::Program,
    redis_cluster::RedisCluster,
    sentinel::Watched,
    server::{RARELY, redis_says_what_the_log_says},
    shared::Shared,
    tls::TlsRedis,
};

/// The key of the board's hash.
const BOARD: &str = "{board}:v2:o";

/// Failing over takes seconds, and a busy machine may need several of them for each try.
const PATIENCE: Duration = Duration::from_secs(60);

/// The board is at the log's head: on the server at once, and in this Redis as soon as it is the one that is written.
async fn whole(ground: &Ground, server: &floor::server::Server, redis: &str) {
    ground.near_agrees(server).await;
    let shared = Shared::open(redis, "{board}").await;
    let head = floor::orders::head(ground.pool()).await.to_string();
    let there = async || shared.revision().await.as_ref() == Some(&head);
    floor::until("the board is in the new primary", PATIENCE, there).await;
    redis_says_what_the_log_says(&shared, &ground.database).await;
}

#[tokio::test]
async fn behind_sentinels_the_board_follows_the_primary() {
    let watched = Watched::start().await;
    let ground = Ground::with_redis(watched.url()).await;
    let server = ground.server(RARELY).await;
    ground.approve("A-1").await;
    whole(&ground, &server, &watched.url_of(0)).await;

    // Lost with its machine, and one of the Sentinels with it.
    watched.follows(1).await;
    watched.servers[0].kill();
    ground.approve("A-2").await;
    ground.near_agrees(&server).await;
    watched.is_primary(1).await;
    whole(&ground, &server, &watched.url_of(1)).await;

    // It comes back, as a replica; then the roles change with nothing broken.
    watched.servers[0].again();
    watched.follows(0).await;
    ground.approve("A-3").await;
    whole(&ground, &server, &watched.url_of(1)).await;
    watched.change_roles().await;
    watched.is_primary(0).await;
    ground.approve("A-4").await;
    whole(&ground, &server, &watched.url_of(0)).await;
    server.end().await;
}

#[tokio::test]
async fn a_primary_that_hangs_is_left_and_what_it_says_when_it_wakes_counts_for_nothing() {
    let watched = Watched::start().await;
    let ground = Ground::with_redis(watched.url()).await;
    let server = ground.server(RARELY).await;
    let order = ground.approve("A-1").await;
    whole(&ground, &server, &watched.url_of(0)).await;

    watched.follows(1).await;
    watched.servers[0].freeze(true);
    ground.set_status(order, "MANUFACTURING_STARTED").await;
    ground.near_agrees(&server).await;
    watched.is_primary(1).await;
    whole(&ground, &server, &watched.url_of(1)).await;
    watched.servers[0].freeze(false);
    ground.set_status(order, "MANUFACTURING_COMPLETED").await;
    whole(&ground, &server, &watched.url_of(1)).await;
    watched.follows(0).await;
    whole(&ground, &server, &watched.url_of(1)).await;
    server.end().await;
}

#[tokio::test]
async fn in_a_cluster_the_board_follows_the_primary_of_its_keys() {
    let cluster = RedisCluster::start().await;
    let ground = Ground::with_redis(cluster.url()).await;
    let server = ground.server(RARELY).await;
    ground.approve("A-1").await;
    let holder = cluster.holder(BOARD, None).await;
    whole(&ground, &server, &holder.url()).await;

    holder.kill();
    ground.approve("A-2").await;
    ground.near_agrees(&server).await;
    let next = cluster.holder(BOARD, Some(holder.port())).await;
    whole(&ground, &server, &next.url()).await;

    // It comes back, as a replica, and takes its keys again with nothing broken.
    holder.again();
    cluster.follows(holder).await;
    cluster.hand_over(BOARD, holder).await;
    ground.approve("A-3").await;
    whole(&ground, &server, &holder.url()).await;
    server.end().await;
}

/// The program itself, with what authorities it trusts: that is the environment's, which a test can't change.
fn trusting(authority: &Path, database: &Database, redis: &str) -> Program {
    Program::start(&database.url, redis, &[("SSL_CERT_FILE", authority.to_str().unwrap())])
}

/// Waits until the program says so of Redis.
async fn says_of_redis(program: &Program, state: &str) {
    let says = async || {
        let Some(answer) = program.told("/readyz").await else { return false };
        let told: Value = answer.json().await.unwrap_or_default();
        told["parts"]["board"]["state"] == "ok" && told["parts"]["redis"]["state"] == state
    };
    floor::until(&format!("/readyz says that Redis is {state}"), Duration::from_secs(30), says).await;
}

#[tokio::test]
async fn by_tls_the_board_is_filled_when_the_certificate_is_right_and_never_when_it_is_not() {
    let database = floor::database().await;
    floor::orders::approve(database.pool(), "A-1").await;
    let redis = TlsRedis::start("IP:127.0.0.1");
    let program = trusting(&redis.authority(), &database, &redis.url());
    says_of_redis(&program, "ok").await;
    // The mark and one order.
    let filled = async || redis.told(&["HLEN", BOARD]).trim() == "2";
    floor::until("the board is in Redis", Duration::from_secs(10), filled).await;
    drop(program);

    // Another authority's word counts for nothing, nor does a certificate for another name.
    let stranger = TlsRedis::start("DNS:redis.example");
    for (redis, authority) in [(&redis, stranger.authority()), (&stranger, stranger.authority())] {
        let before = redis.told(&["HGET", BOARD, "@"]);
        let program = trusting(&authority, &database, &redis.url());
        says_of_redis(&program, "away").await;
        assert_eq!(redis.told(&["HGET", BOARD, "@"]), before);
    }
}

#[tokio::test]
async fn a_redis_that_speaks_tls_alone_is_not_asked_without_it() {
    let database = floor::database().await;
    let redis = TlsRedis::start("IP:127.0.0.1");
    let plain = redis.url().replace("rediss://", "redis://");
    says_of_redis(&trusting(&redis.authority(), &database, &plain), "away").await;
}
