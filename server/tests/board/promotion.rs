//! A real standby takes over from a primary that is lost with its newest commit.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on says so")]

use app::domain::Revision;
use server::{board::Live, store::Postgres};
use tokio::task::JoinHandle;

use crate::floor::{
    self,
    cluster::Cluster,
    door::Door,
    orders,
    redis::OwnRedis,
    server::{RARELY, SOON, Server},
    shared::Shared,
};

/// Follows a server's revision to its end; fails when it ever goes back. Says how often it moved.
fn never_goes_back(server: &Server) -> JoinHandle<usize> {
    let mut revisions = server.board.revisions();
    tokio::spawn(async move {
        let (mut last, mut moves) = (*revisions.borrow_and_update(), 0);
        while revisions.changed().await.is_ok() {
            let now = *revisions.borrow_and_update();
            assert!(now >= last, "{now} after {last}");
            (last, moves) = (now, moves + 1);
        }
        moves
    })
}

/// Waits until both servers and Redis are at the log's head and say what the log says.
async fn all_agree(servers: [&Server; 2], shared: &Shared, store: &Postgres) {
    let head = orders::head(store.pool()).await;
    let there = async || servers.iter().all(|server| server.revision() >= head);
    floor::until("both servers at the head", SOON, there).await;
    let shelved = async || shared.revision().await == Some(head.to_string());
    floor::until("Redis at the head", SOON, shelved).await;
    let expected = orders::logged(store.pool()).await;
    assert_eq!(shared.held().await, expected);
    for server in servers {
        assert_eq!(orders::held(&server.board.near().unwrap()), expected);
    }
}

#[tokio::test]
async fn a_promoted_standby_that_lacks_a_commit_raises_the_epoch_and_nobody_goes_back() {
    let primary = Cluster::start().await;
    let door = Door::to(primary.port()).await;
    let open = || Postgres::open(&primary.url(door.port), 5).unwrap();
    let store = open();
    store.migrate().await.unwrap();
    let standby = primary.standby().await;
    let redis = OwnRedis::start();
    let shared = Shared::open(&redis.url(), "{board}").await;
    let [one, two] = [open(), open()].map(|store| Server::start(store, &redis.url(), "{board}", RARELY));
    one.complete().await;
    two.complete().await;
    let kept = orders::approve(store.pool(), "A-1").await;
    all_agree([&one, &two], &shared, &store).await;
    standby.catches_up(&primary).await;
    standby.hears_no_more().await;
    let lost = orders::approve(store.pool(), "A-2").await;
    all_agree([&one, &two], &shared, &store).await;
    let before = one.revision();
    assert_eq!(before, Revision::new(1, 2));
    let watched = [never_goes_back(&one), never_goes_back(&two)];

    primary.kill();
    floor::until("noticed", SOON, async || one.board.postgres_is_away() && two.board.postgres_is_away())
        .await;
    assert!(one.board.near().unwrap().get(lost).is_some(), "reads go on from what was there");
    standby.promote().await;
    door.lead_to(standby.port());
    let risen = async || one.revision().epoch == 2 && two.revision().epoch == 2;
    floor::until("both servers are on the new timeline", SOON, risen).await;
    all_agree([&one, &two], &shared, &store).await;
    orders::approve(store.pool(), "A-3").await;
    all_agree([&one, &two], &shared, &store).await;
    assert_eq!(one.revision(), Revision::new(2, 2), "the number repeats, the epoch does not");
    for server in [&one, &two] {
        let near = server.board.near().unwrap();
        assert!(near.get(lost).is_none() && near.get(kept).is_some());
        assert!(matches!(server.board.changes(before, 10), Live::Reset), "followers begin again");
    }
    one.end().await;
    two.end().await;
    for watched in watched {
        assert!(watched.await.unwrap() >= 2, "the revision was watched as it moved");
    }
}
