//! What the program tells its monitoring of the board: each gauge moves with what it tells of, and comes back.

use std::time::Instant;

use app::domain::Role;
use fred::interfaces::HashesInterface as _;

use crate::{
    floor::{
        self,
        behind::fall_behind,
        program::Program,
        server::{SOON, redis_says_what_the_log_says},
        shared::Shared,
    },
    site::{Browser, Site, site},
};

const POSTGRES: &str = "board_source_up{source=\"postgres\"}";
const REDIS: &str = "board_source_up{source=\"redis\"}";
const LAG: &str = "board_near_lag";
const AGE: &str = "board_near_age_seconds";
const DIFFERENCES: &str = "board_differences";

/// A program with two orders on its board, and a supervisor.
async fn watched() -> (Site, Program, Browser, Vec<String>) {
    let site = site().await;
    site.person("vera", Role::Supervisor).await;
    let vera = site.again("vera").await;
    let orders = vec![site.order("A-1").await, site.order("A-2").await];
    let program = site.program_instead(&site.database.url).await;
    let vera = vera.at(&program.url);
    (site, program, vera, orders)
}

async fn comes_to(program: &Program, series: &str, value: f64) {
    let what = format!("{series} {value}");
    floor::until(&what, SOON, async || program.counted(series).await == Some(value)).await;
}

#[tokio::test]
async fn the_lag_is_how_many_changes_the_board_lacks() {
    let (site, program, ..) = watched().await;
    comes_to(&program, LAG, 0.0).await;
    let holding = fall_behind(&site.database, 3).await;
    comes_to(&program, LAG, 3.0).await;
    holding.rollback().await.unwrap();
    comes_to(&program, LAG, 0.0).await;
}

#[tokio::test]
async fn without_the_database_the_source_is_down_and_the_age_grows_second_by_second() {
    let (site, program, ..) = watched().await;
    comes_to(&program, POSTGRES, 1.0).await;
    let young = async || program.counted(AGE).await.is_some_and(|age| age < 1.0);
    floor::until("the board is young", SOON, young).await;
    site.database.away(true).await;
    let begun = Instant::now();
    comes_to(&program, POSTGRES, 0.0).await;
    floor::until("the board grows old", SOON, async || program.counted(AGE).await.unwrap() > 3.0).await;
    let (age, passed) = (program.counted(AGE).await.unwrap(), begun.elapsed().as_secs_f64());
    // What was certified when it went away is a tick old at most, and a busy machine's tick is late.
    assert!(age <= passed + 2.0, "{age} s after {passed} s");
    assert_eq!(program.counted(REDIS).await, Some(1.0), "the other source is there");
    site.database.away(false).await;
    comes_to(&program, POSTGRES, 1.0).await;
    floor::until("the board is young again", SOON, young).await;
}

#[tokio::test]
async fn without_redis_its_source_is_down_and_the_board_stays_young() {
    let (site, program, ..) = watched().await;
    comes_to(&program, REDIS, 1.0).await;
    site.redis.stop();
    comes_to(&program, REDIS, 0.0).await;
    assert_eq!(program.counted(POSTGRES).await, Some(1.0), "the other source is there");
    let young = async || program.counted(AGE).await.is_some_and(|age| age < 1.0);
    floor::until("the board is young all the same", SOON, young).await;
    site.redis.again();
    comes_to(&program, REDIS, 1.0).await;
}

#[tokio::test]
async fn the_differences_are_what_the_last_comparison_found() {
    let (site, program, vera, orders) = watched().await;
    let shared = Shared::open(&site.redis.url(), "{board}").await;
    redis_says_what_the_log_says(&shared, &site.database).await;
    shared.keep_refreshes_away().await;
    let whole: String = shared.client.hget(shared.board(), &orders[0]).await.unwrap();
    let _: i64 = shared.client.hdel(shared.board(), &orders[0]).await.unwrap();
    assert_eq!(program.counted(DIFFERENCES).await, None, "nothing has been compared yet");
    assert_eq!(vera.open("/cache?compare=1").await.status(), 200);
    assert_eq!(program.counted(DIFFERENCES).await, Some(2.0), "an order that is missing, and the sum");
    let _: i64 = shared.client.hset(shared.board(), (&orders[0], whole)).await.unwrap();
    // A comparison is shown for ten seconds before another is made.
    let compared = async || {
        vera.open("/cache?compare=1").await;
        program.counted(DIFFERENCES).await == Some(0.0)
    };
    floor::until("the next one finds nothing", SOON, compared).await;
    assert_eq!(program.counted("board_comparisons_total").await, Some(2.0));
}
