//! Servers that freeze in the middle of a change: the others go on.
#![expect(clippy::unwrap_used, reason = "tests")]

use std::time::Duration;

use app::domain::{Amount, Command, OrderId, Role};
use server::{
    clock::{Clock as _, SystemClock},
    store::postgres::{
        Work,
        bonus::{Bonus, COMMAND},
        commands::Press,
    },
};
use uuid::Uuid;

use crate::{
    floor::{self, orders},
    workshop::{Workshop, press_once, workshop},
};

/// The statement with which a change begins.
const CHANGE: &str = include_str!("../../src/store/postgres/sql/put_bonus.sql");

/// A change by `user` that gets as far as having its order, if nobody else has it.
async fn change(mut work: Work, order: OrderId, user: Uuid) -> Work {
    let request = "frozen-1".parse().unwrap();
    let amount = Amount::from_hundredths(100);
    let now = SystemClock.now();
    let bonus = Bonus { order, version: 1, user, amount, request: &request, now, traceparent: None };
    assert!(work.put_bonus(&bonus).await.unwrap());
    work
}

/// The same change goes on until all that is left is its commit.
async fn settle(mut work: Work, order: OrderId, user: Uuid) -> Work {
    let request = "frozen-1".parse().unwrap();
    let press = Press { user, command: COMMAND, order, request: &request, version: 1, reason: None };
    work.store_receipt_of(&press).await.unwrap();
    work
}

async fn begin(shop: &Workshop) -> Work {
    shop.database.store.begin().await.unwrap()
}

#[tokio::test]
async fn who_freezes_before_its_commit_keeps_nobody_from_another_order() {
    let shop = workshop().await;
    let anna = shop.person("anna", Role::Operator).await;
    let boss = orders::user(shop.database.pool(), "boss").await;
    let (held, other) = (shop.order("A-1").await, shop.order("A-2").await);
    let work = change(begin(&shop).await, held, boss).await;
    let frozen = settle(work, held, boss).await;
    press_once(&shop.desk, &anna, Command::Take, other, 1).await.unwrap();
    press_once(&shop.desk, &anna, Command::Take, held, 1).await.unwrap();
    assert!(frozen.commit().await.is_err(), "it may not go on as if nothing had been");
}

#[tokio::test]
async fn two_that_freeze_one_behind_the_other_keep_nobody_from_their_order() {
    let shop = workshop().await;
    let anna = shop.person("anna", Role::Operator).await;
    let boss = orders::user(shop.database.pool(), "boss").await;
    let held = shop.order("A-1").await;
    let first = change(begin(&shop).await, held, boss).await;
    let second = tokio::spawn(change(begin(&shop).await, held, boss));
    let waits = async || shop.database.waiting(CHANGE).await == 1;
    floor::until("the second waits for the order", Duration::from_secs(5), waits).await;
    press_once(&shop.desk, &anna, Command::Take, held, 1).await.unwrap();
    assert!(first.commit().await.is_err(), "it may not go on as if nothing had been");
    assert!(second.await.unwrap().commit().await.is_err(), "nor may the other one");
}
