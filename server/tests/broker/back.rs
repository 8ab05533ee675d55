//! News of steps back, and news from two servers with which nothing goes wrong.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on says so")]

use std::sync::Arc;

use app::domain::{Actor, Command, OrderId, Role};
use futures_util::future::join_all;
use serde_json::{Value, json};
use server::desk::Desk;

use crate::{
    floor,
    news::{WAY, assert_in_order, said, told},
    rabbit::{Lines, SOON, vhost},
    workshop::{press_once, workshop},
};

/// Leads an order out of the workshop, every step at the other server than the one before it.
async fn lead(desks: &[Arc<Desk>; 2], actor: &Actor, id: OrderId) {
    for (at, (command, version)) in WAY.into_iter().zip(1..).enumerate() {
        press_once(&desks[at % 2], actor, command, id, version).await.unwrap();
    }
}

#[tokio::test]
async fn a_release_and_a_rework_are_told_under_keys_of_their_own() {
    let (shop, rabbit) = (workshop().await, vhost().await);
    let lines = Lines::start(&rabbit.url(), &shop.desk);
    lines.work().await;
    rabbit.listen().await;
    let anna = shop.person("anna", Role::Operator).await;
    let id = shop.order("A-1").await;
    let way = [Command::Take, Command::Release, Command::Take, Command::Complete, Command::Rework];
    for (command, version) in way.into_iter().zip(1..) {
        press_once(&shop.desk, &anna, command, id, version).await.unwrap();
    }
    let told = told(&shop, &rabbit, way.len()).await;
    lines.stop().await;
    let started = "MANUFACTURING_STARTED";
    let expected = [
        ("order.started", 2, started, true),
        ("order.released", 3, "MANUFACTURING_APPROVED", false),
        ("order.started", 4, started, true),
        ("order.completed", 5, "MANUFACTURING_COMPLETED", true),
        ("order.reworked", 6, started, true),
    ];
    assert_eq!(told.len(), expected.len(), "{told:?}");
    for (news, (key, version, status, is_somebody_s)) in told.iter().zip(expected) {
        let said = said(news);
        assert_eq!(news["routing_key"], key);
        assert_eq!((&said["type"], &said["message_id"]), (&json!(key), &news["properties"]["message_id"]));
        let order = &said["order"];
        assert_eq!((&order["id"], &order["number"]), (&json!(id.0.to_string()), &json!("A-1")), "{key}");
        assert_eq!((&order["version"], &order["status"]), (&json!(version), &json!(status)), "{key}");
        let operator = if is_somebody_s { json!("anna") } else { Value::Null };
        assert_eq!(order["operator"]["login"], operator, "{key}");
        assert!(said["occurred_at"].as_str().unwrap().ends_with('Z'), "{said}");
    }
}

#[tokio::test]
async fn two_servers_with_which_nothing_goes_wrong_tell_each_piece_of_news_exactly_once() {
    let (shop, rabbit) = (workshop().await, vhost().await);
    let desks = [shop.desk.clone(), shop.another().await];
    let lines = desks.each_ref().map(|desk| Lines::start(&rabbit.url(), desk));
    for lines in &lines {
        lines.work().await;
    }
    rabbit.listen().await;
    let anna = shop.person("anna", Role::Operator).await;
    let mut orders = Vec::new();
    for n in 0..40 {
        orders.push(shop.order(&format!("A-{n}")).await);
    }
    for four in orders.chunks(4) {
        join_all(four.iter().map(|id| lead(&desks, &anna, *id))).await;
    }
    let sent = async || shop.count("SELECT count(*) FROM outbox WHERE published_at IS NULL").await == 0;
    floor::until("nothing waits in the outbox", SOON, sent).await;
    // Whatever is to be told twice has been told by then.
    for lines in &lines {
        lines.stop().await;
    }
    let told = told(&shop, &rabbit, 160).await;
    assert_eq!((told.len(), assert_in_order(&told, orders.len())), (160, 0), "each once");
}
