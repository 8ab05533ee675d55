//! A reader who names a revision knows of a commit, also where nothing else has told of it.
#![expect(clippy::unwrap_used, reason = "tests")]

use std::time::{Duration, Instant};

use app::domain::Revision;

use crate::floor::{
    self,
    ground::Ground,
    meter::Meter,
    orders,
    server::{RARELY, SOON, Server},
};

/// How long a read may wait.
const PATIENCE: Duration = Duration::from_millis(150);

/// A change of which nobody is told: no hint of the database, and nothing in Redis.
async fn change_quietly(ground: &Ground) -> Revision {
    let quietly = "WITH clock AS (UPDATE board_clock SET rev = rev + 1 RETURNING rev)
        INSERT INTO order_events
        SELECT rev, gen_random_uuid(), 1, 'remove', NULL, now(), pg_current_xact_id() FROM clock";
    sqlx::raw_sql(quietly).execute(ground.pool()).await.unwrap();
    orders::head(ground.pool()).await
}

/// Waits for the moment right after a look at the log: the next one is not due for as long as it gets.
async fn after_a_look(server: &Server) {
    let before = server.board.near().unwrap().fresh_at();
    let looked = async || server.board.near().unwrap().fresh_at() > before;
    floor::until("a look at the log", SOON, looked).await;
}

#[tokio::test]
async fn a_reader_s_revision_is_read_from_the_log_though_no_hint_and_no_stream_has_told_of_it() {
    let ground = Ground::new().await;
    let server = ground.server(RARELY).await;
    let mut late = 0;
    for _ in 0..20 {
        after_a_look(&server).await;
        let revision = change_quietly(&ground).await;
        let near = server.board.at_least(revision, Duration::from_millis(80)).await.unwrap();
        late += usize::from(near.revision() < revision);
    }
    assert!(late <= 2, "{late} of 20 readers were shown an older board");
    server.end().await;
}

#[tokio::test]
async fn a_reader_waits_for_its_revision_alone_while_redis_is_gone() {
    let (ground, redis) = Ground::with_own_redis().await;
    let server = ground.server(RARELY).await;
    ground.redis_agrees().await;
    for away in ["frozen", "gone"] {
        if away == "frozen" {
            redis.freeze(true);
        } else {
            redis.freeze(false);
            redis.kill();
        }
        floor::until("noticed", SOON, async || server.board.redis_is_away()).await;
        let mut late = 0;
        for _ in 0..40 {
            let revision = change_quietly(&ground).await;
            let near = server.board.at_least(revision, PATIENCE).await.unwrap();
            late += usize::from(near.revision() < revision);
        }
        assert!(late <= 2, "{away}: {late} of 40 readers were shown an older board");
    }
    server.end().await;
}

#[tokio::test]
async fn who_names_a_revision_that_is_here_costs_no_statement() {
    let ground = Ground::new().await;
    let meter = Meter::begin();
    let server = ground.server(RARELY).await;
    ground.approve("A-1").await;
    ground.near_agrees(&server).await;
    let asked = || meter.sum("store_statements_total", &["origin=\"background\""]);
    let (before, begun) = (asked(), Instant::now());
    for _ in 0..2_000 {
        server.board.at_least(server.revision(), PATIENCE).await.unwrap();
        tokio::task::yield_now().await;
    }
    let looks = begun.elapsed().as_secs_f64() / 0.125;
    let more = asked() - before;
    assert!(more <= 2.0 * looks + 10.0, "{more} statements in {looks} looks");
    server.end().await;
}
