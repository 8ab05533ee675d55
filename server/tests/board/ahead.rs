//! A database that was set back on its own timeline: the cache knows commits that are gone, and says so until somebody does
//! what the log's line tells them to.

use crate::floor::{
    self,
    ground::Ground,
    meter::Meter,
    server::{RARELY, SOON},
};

#[tokio::test]
async fn a_database_that_was_set_back_without_a_new_epoch_is_counted_until_it_is_given_one() {
    let ground = Ground::new().await;
    ground.approve("A-1").await;
    let meter = Meter::begin();
    let ahead = || meter.sum("board_ahead_total", &[]);
    let server = ground.server(RARELY).await;
    let lost = ground.approve("A-2").await;
    ground.redis_agrees().await;
    ground.near_agrees(&server).await;
    assert_eq!(ahead(), 0.0);

    // As somebody does who puts an older copy of the data in place of the database.
    let set_back = "BEGIN; SET LOCAL session_replication_role = replica;
        DELETE FROM orders WHERE number = 'A-2'; DELETE FROM order_events WHERE rev = 2;
        UPDATE board_clock SET rev = 1; COMMIT";
    sqlx::raw_sql(set_back).execute(ground.pool()).await.unwrap();
    floor::until("counted", SOON, async || ahead() > 0.0).await;
    let counted = ahead();
    floor::until("counted again and again", SOON, async || ahead() > counted).await;

    let new_epoch = "UPDATE board_clock SET epoch_base = epoch_base + 1";
    sqlx::raw_sql(new_epoch).execute(ground.pool()).await.unwrap();
    ground.near_agrees(&server).await;
    ground.redis_agrees().await;
    assert!(server.board.near().unwrap().get(lost).is_none());
    let counted = ahead();
    ground.approve("A-3").await;
    ground.near_agrees(&server).await;
    ground.redis_agrees().await;
    assert_eq!(ahead(), counted, "from then on it is as it was");
    server.end().await;
}
