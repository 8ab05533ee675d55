//! News of steps back, and news from two servers with which nothing goes wrong.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on says so")]

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use app::domain::{Actor, Command, OrderId, Role};
use futures_util::future::join_all;
use serde_json::{Value, json};
use server::desk::Desk;

use crate::{
    floor,
    rabbit::{Lines, SOON, Vhost, vhost},
    workshop::{Workshop, press_once, workshop},
};

/// All that lies in the queue that hears everything, once nothing waits to be sent.
async fn told(shop: &Workshop, rabbit: &Vhost) -> Vec<Value> {
    let sent = async || shop.count("SELECT count(*) FROM outbox WHERE published_at IS NULL").await == 0;
    floor::until("nothing waits in the outbox", SOON, sent).await;
    let mut told = Vec::new();
    loop {
        let more = rabbit.take("world", 500).await;
        if more.is_empty() {
            return told;
        }
        told.extend(more);
    }
}

/// Leads an order out of the workshop, every step at the other server than the one before it.
async fn lead(desks: &[Arc<Desk>; 2], actor: &Actor, id: OrderId) {
    let way = [Command::Take, Command::Complete, Command::Pack, Command::Ship];
    for (at, (command, version)) in way.into_iter().zip(1..).enumerate() {
        press_once(&desks[at % 2], actor, command, id, version).await.unwrap();
    }
}

fn said(news: &Value) -> Value {
    serde_json::from_str(news["payload"].as_str().unwrap()).unwrap()
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
    let told = told(&shop, &rabbit).await;
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
    let told = told(&shop, &rabbit).await;
    let names: HashSet<_> = told.iter().map(|it| it["properties"]["message_id"].to_string()).collect();
    assert_eq!((told.len(), names.len()), (160, 160), "each once");
    let mut versions: HashMap<String, Vec<i64>> = HashMap::new();
    for news in &told {
        let order = &said(news)["order"];
        versions.entry(order["id"].to_string()).or_default().push(order["version"].as_i64().unwrap());
    }
    assert_eq!(versions.len(), orders.len());
    for (order, versions) in versions {
        assert_eq!(versions, [2, 3, 4, 5], "{order}");
    }
}
