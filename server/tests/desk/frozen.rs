//! Servers that freeze in the middle of a batch of messages: the others go on.
#![expect(clippy::unwrap_used, reason = "tests")]

use std::{
    sync::atomic::{AtomicUsize, Ordering},
    time::Duration,
};

use app::domain::{Command, OrderId, Role};
use futures_util::future::join_all;
use server::{
    clock::{Clock as _, SystemClock},
    store::postgres::Work,
};

use crate::{
    floor,
    workshop::{Workshop, press_once, workshop},
};

/// The statement with which the batch has its order.
const CHANGE: &str = include_str!("../../src/store/postgres/sql/cancel_order.sql");

/// A batch that gets as far as having this order, if nobody else has it.
async fn cancel(mut work: Work, order: OrderId) -> Work {
    assert!(work.cancel_order(order, SystemClock.now(), None).await.unwrap());
    work
}

async fn begin(shop: &Workshop) -> Work {
    shop.database.store.begin().await.unwrap()
}

#[tokio::test]
async fn who_freezes_before_its_commit_keeps_nobody_from_another_order() {
    let shop = workshop().await;
    let anna = shop.person("anna", Role::Operator).await;
    let (held, other) = (shop.order("A-1").await, shop.order("A-2").await);
    let mut frozen = cancel(begin(&shop).await, held).await;
    // From here on it has the clock, too, and all that is left is its commit.
    frozen.log_new_orders(&[held]).await.unwrap();
    press_once(&shop.desk, &anna, Command::Take, other, 1).await.unwrap();
    press_once(&shop.desk, &anna, Command::Take, held, 1).await.unwrap();
    assert!(frozen.commit().await.is_err(), "it may not go on as if nothing had been");
}

#[tokio::test]
async fn two_that_freeze_one_behind_the_other_keep_nobody_from_their_order() {
    let shop = workshop().await;
    let anna = shop.person("anna", Role::Operator).await;
    let held = shop.order("A-1").await;
    let first = cancel(begin(&shop).await, held).await;
    let second = tokio::spawn(cancel(begin(&shop).await, held));
    let waits = async || shop.database.waiting(CHANGE).await == 1;
    floor::until("the second waits for the order", Duration::from_secs(5), waits).await;
    press_once(&shop.desk, &anna, Command::Take, held, 1).await.unwrap();
    assert!(first.commit().await.is_err(), "it may not go on as if nothing had been");
    assert!(second.await.unwrap().commit().await.is_err(), "nor may the other one");
}

#[tokio::test]
async fn a_server_never_has_more_than_two_of_them_under_way() {
    let shop = workshop().await;
    let (under_way, most) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let aside = shop.database.store.aside(4);
    let works = (0..8).map(async |n| {
        let store = if n % 2 == 0 { &shop.database.store } else { &aside };
        let mut work = store.begin().await.unwrap();
        most.fetch_max(under_way.fetch_add(1, Ordering::Relaxed) + 1, Ordering::Relaxed);
        assert!(!work.cancel_order(OrderId(uuid::Uuid::nil()), SystemClock.now(), None).await.unwrap());
        under_way.fetch_sub(1, Ordering::Relaxed);
        work.roll_back().await.unwrap();
    });
    join_all(works).await;
    assert_eq!(most.into_inner(), 2);
}
