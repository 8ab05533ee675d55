//! News out: complete, in order for every order, and told again rather than lost.

use std::{sync::Arc, time::Duration};

use app::domain::{Actor, Command, OrderId, Role};
use serde_json::Value;
use server::desk::{Desk, trace};
use tracing::Instrument as _;

use crate::{
    floor,
    intake::read_only,
    news::{WAY, assert_in_order, said, told},
    rabbit::{Lines, SOON, proxy::Proxy, vhost},
    workshop::{message::whole, press_once, workshop},
};

/// Leads an order through the workshop, at one server or another; each press until it is done.
async fn lead(desks: &[Arc<Desk>], actor: &Actor, id: OrderId) {
    for (at, (command, version)) in WAY.into_iter().zip(1..).enumerate() {
        let pressed = async || {
            let done = press_once(&desks[at % desks.len()], actor, command, id, version).await;
            // Cut while it was answered, it may have happened all the same.
            done.is_ok()
                || matches!(done, Err(app::domain::Refusal::Conflict { ref card, .. }) if card.version > version)
        };
        floor::until("the press is carried out", SOON, pressed).await;
    }
}

#[tokio::test]
async fn what_happens_in_the_workshop_is_told_with_all_that_was_promised() {
    let (shop, rabbit) = (workshop().await, vhost().await);
    let lines = Lines::start(&rabbit.url(), &shop.desk);
    lines.work().await;
    rabbit.listen().await;
    let anna = shop.person("anna", Role::Operator).await;
    let message = whole("A-1");
    assert_eq!(shop.post(&message).await, "accepted");
    let id = message["order"]["id"].as_str().unwrap().parse().unwrap();
    lead(std::slice::from_ref(&shop.desk), &anna, id).await;
    let told = told(&shop, &rabbit, 4).await;
    assert_eq!(assert_in_order(&told, 1), 0, "nothing is told twice when nothing goes wrong");
    let keys: Vec<_> = told.iter().map(|it| it["routing_key"].as_str().unwrap()).collect();
    assert_eq!(keys, ["order.started", "order.completed", "order.packaging", "order.shipped"]);
    let said = said(&told[0]);
    assert_eq!(said["type"], "order.started");
    assert_eq!(
        (&said["order"]["number"], &said["order"]["status"], &said["order"]["operator"]["login"]),
        (&Value::from("A-1"), &Value::from("MANUFACTURING_STARTED"), &Value::from("anna"))
    );
    assert!(said["occurred_at"].as_str().unwrap().ends_with('Z') && said.get("traceparent").is_some());
    assert_eq!(told[0]["properties"]["delivery_mode"], 2);
    lines.stop().await;
    let kept = "SELECT count(*) FROM outbox WHERE published_at IS NOT NULL";
    assert_eq!(shop.count(kept).await, 4);
}

#[tokio::test]
async fn what_happened_while_the_broker_was_away_is_told_when_it_is_back() {
    let (shop, rabbit, proxy) = (workshop().await, vhost().await, Proxy::start().await);
    let lines = Lines::start(&rabbit.url_through(proxy.port), &shop.desk);
    lines.work().await;
    rabbit.listen().await;
    proxy.down();
    let anna = shop.person("anna", Role::Operator).await;
    for n in 0..60 {
        let id = shop.order(&format!("A-{n}")).await;
        lead(std::slice::from_ref(&shop.desk), &anna, id).await;
    }
    assert_eq!(shop.count("SELECT count(*) FROM outbox WHERE published_at IS NULL").await, 240);
    proxy.up();
    assert_in_order(&told(&shop, &rabbit, 240).await, 60);
}

#[tokio::test]
async fn two_servers_tell_everything_in_order_whatever_is_cut_or_killed_between() {
    let (shop, rabbit, proxy) = (workshop().await, vhost().await, Proxy::start().await);
    let other = shop.another().await;
    let through = rabbit.url_through(proxy.port);
    let steady = Lines::start(&through, &shop.desk);
    steady.work().await;
    rabbit.listen().await;
    let anna = shop.person("anna", Role::Operator).await;
    let mut orders = Vec::new();
    for n in 0..40 {
        orders.push(shop.order(&format!("A-{n}")).await);
    }
    let (desks, doomed) = ([shop.desk.clone(), other], shop.another().await);
    let work = async {
        for four in orders.chunks(4) {
            futures_util::future::join_all(four.iter().map(|id| lead(&desks, &anna, *id))).await;
        }
    };
    let trouble = async {
        for round in 0..6 {
            let mortal = Lines::start_mortal(&rabbit.url(), &doomed);
            mortal.work().await;
            match round % 3 {
                // Between publishing and marking, as often as chance has it.
                0 => shop.database.cut().await,
                1 => proxy.cut(),
                _ => {}
            }
            mortal.kill();
        }
    };
    tokio::join!(work, trouble);
    let told = told(&shop, &rabbit, 160).await;
    let doubled = assert_in_order(&told, 40);
    println!("{} told, {doubled} of them again", told.len());
    assert_eq!(shop.count("SELECT count(*) FROM outbox").await, 160);
}

#[tokio::test]
async fn what_was_told_and_not_marked_is_told_again_under_the_same_name() {
    let (shop, rabbit) = (workshop().await, vhost().await);
    let lines = Lines::start(&rabbit.url(), &shop.desk);
    lines.work().await;
    rabbit.listen().await;
    let anna = shop.person("anna", Role::Operator).await;
    for n in 0..30 {
        let id = shop.order(&format!("A-{n}")).await;
        lead(std::slice::from_ref(&shop.desk), &anna, id).await;
    }
    let first = told(&shop, &rabbit, 120).await;
    lines.stop().await;
    // Exactly what a process leaves that is killed after the confirms and before the commit.
    let unmark =
        "UPDATE outbox SET published_at = NULL WHERE position > (SELECT min(position) + 50 FROM outbox)";
    sqlx::raw_sql(unmark).execute(shop.database.pool()).await.unwrap();
    let again = Lines::start(&rabbit.url(), &shop.another().await);
    let second = told(&shop, &rabbit, 1).await;
    again.stop().await;
    let all: Vec<Value> = first.into_iter().chain(second).collect();
    assert!(all.len() > 120);
    assert_eq!(assert_in_order(&all, 30), all.len() - 120);
}

#[tokio::test]
async fn nothing_is_told_while_the_database_could_not_note_it() {
    let (shop, rabbit) = (workshop().await, vhost().await);
    let lines = Lines::start(&rabbit.url(), &shop.desk);
    lines.work().await;
    lines.stop().await;
    rabbit.listen().await;
    let anna = shop.person("anna", Role::Operator).await;
    for n in 0..10 {
        let id = shop.order(&format!("A-{n}")).await;
        lead(std::slice::from_ref(&shop.desk), &anna, id).await;
    }
    read_only(&shop, true).await;
    let (heard, _traced) = floor::spans::listen();
    let lines = Lines::start(&rabbit.url(), &shop.desk);
    let looked = async || heard.all().iter().filter(|span| span.name == "waiting_news").count() >= 2;
    floor::until("the outbox was looked at again", SOON, looked).await;
    assert!(rabbit.take("world", 1).await.is_empty());
    read_only(&shop, false).await;
    assert_eq!(assert_in_order(&told(&shop, &rabbit, 40).await, 10), 0, "each was told once");
    lines.stop().await;
}

#[tokio::test]
async fn a_command_is_heard_of_at_once() {
    let (shop, rabbit) = (workshop().await, vhost().await);
    let lines = Lines::start(&rabbit.url(), &shop.desk);
    lines.work().await;
    let anna = shop.person("anna", Role::Operator).await;
    let id = shop.order("A-1").await;
    press_once(&shop.desk, &anna, Command::Take, id, 1).await.unwrap();
    let sent = async || shop.count("SELECT count(*) FROM outbox WHERE published_at IS NOT NULL").await == 1;
    floor::until("the news are told", Duration::from_secs(5), sent).await;
}

#[tokio::test]
async fn news_of_an_order_without_a_trace_belong_to_that_of_the_press_that_made_them() {
    const TRACE: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-";
    let (shop, rabbit) = (workshop().await, vhost().await);
    let lines = Lines::start(&rabbit.url(), &shop.desk);
    lines.work().await;
    rabbit.listen().await;
    let anna = shop.person("anna", Role::Operator).await;
    let id = shop.order("A-1").await;
    let (_heard, _traced) = floor::spans::listen();
    let press = tracing::info_span!("press");
    trace::follow(&press, format!("{TRACE}00f067aa0ba902b7-01").parse().ok());
    press_once(&shop.desk, &anna, Command::Take, id, 1).instrument(press).await.unwrap();
    let told = told(&shop, &rabbit, 1).await;
    let header = told[0]["properties"]["headers"]["traceparent"].as_str().unwrap();
    assert!(header.starts_with(TRACE), "{header}");
    let said = said(&told[0]);
    assert_eq!(said["traceparent"], header);
}
