//! Order messages over a real RabbitMQ: on the board, put aside, held, and never lost.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on says so")]

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use reqwest::Method;
use serde_json::{Value, json};
use server::{
    broker::{Broker, Settings},
    clock::{Entropy, SystemClock},
};
use sqlx::{AssertSqlSafe, Connection as _, PgConnection};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::{
    floor::{self, meter::Meter},
    rabbit::{self, DEAD, Lines, QUEUE, SOON, proxy::Proxy, reason, vhost},
    workshop::{Workshop, message::approval, workshop},
};

async fn orders(shop: &Workshop, wanted: i64) {
    let there = async || shop.count("SELECT count(*) FROM orders").await == wanted;
    floor::until("all orders are in the database", SOON, there).await;
}

/// What is told while messages wait for the database.
const HELD: Result<(), &str> = Err("messages wait there until the database is back");

/// Lets the database read and not write, as a standby does, or (`false`) write again.
pub(super) async fn read_only(shop: &Workshop, only: bool) {
    let (_, name) = shop.database.url.rsplit_once('/').unwrap();
    let mut admin = PgConnection::connect(&floor::address("TEST_DATABASE_URL")).await.unwrap();
    let alter = format!("ALTER DATABASE {name} SET default_transaction_read_only = {only}");
    sqlx::query(AssertSqlSafe(alter)).execute(&mut admin).await.unwrap();
    shop.database.cut().await;
}

/// Makes every pause as long as it may be.
#[derive(Debug)]
struct Longest;

impl Entropy for Longest {
    fn fill(&self, bytes: &mut [u8]) {
        bytes.fill(0xff);
    }
}

/// Nothing was put aside, and nothing waits any more but copies of what is in: those that were committed and not yet
/// acknowledged when a server ended.
async fn nothing_is_left(shop: &Workshop, rabbit: &rabbit::Vhost) {
    for copy in rabbit.take(QUEUE, 1000).await {
        let body: Value = serde_json::from_str(copy["payload"].as_str().unwrap()).unwrap();
        let known = sqlx::query_scalar("SELECT EXISTS (SELECT FROM inbox WHERE message_id = $1::text::uuid)");
        let known: bool =
            known.bind(body["message_id"].as_str()).fetch_one(shop.database.pool()).await.unwrap();
        assert!(known && copy["redelivered"] == true, "{copy}");
    }
    assert!(rabbit.take(DEAD, 1).await.is_empty());
}

#[tokio::test]
async fn an_approved_message_published_by_rabbitmq_s_own_tools_is_on_the_board() {
    let (shop, rabbit) = (workshop().await, vhost().await);
    let lines = Lines::start(&rabbit.url(), &shop.desk);
    lines.work().await;
    rabbit.publish(&approval("A-1").to_string()).await;
    let number = "A-1".parse().unwrap();
    let there = async || shop.desk.cache().near().unwrap().numbered(&number).is_some();
    floor::until("the order is on the board", SOON, there).await;
    lines.stop().await;
    nothing_is_left(&shop, &rabbit).await;
}

#[tokio::test]
async fn what_cannot_be_taken_in_is_put_aside_with_its_reason() {
    let (shop, rabbit) = (workshop().await, vhost().await);
    let lines = Lines::start(&rabbit.url(), &shop.desk);
    lines.work().await;
    let mut bad = approval("A 1");
    bad["order"]["quantity"] = json!("<script>alert(1)</script>");
    rabbit.publish(&bad.to_string()).await;
    let letters = rabbit.take_all(DEAD, 1).await;
    assert_eq!(reason(&letters[0]), "malformed");
    let headers = &letters[0]["properties"]["headers"];
    let detail = headers["x-detail"].as_str().unwrap();
    assert!(detail.contains("order.number must be") && detail.contains("order.quantity"), "{detail}");
    assert!(!detail.contains("script"), "the reason repeats nothing of the message: {detail}");
    assert_eq!(letters[0]["payload"], bad.to_string());
    assert_eq!(letters[0]["routing_key"], "order.status_changed");
    let long = " ".repeat(200_000);
    rabbit.publish(&long).await;
    rabbit.publish("не JSON").await;
    let letters = rabbit.take_all(DEAD, 2).await;
    assert_eq!((reason(&letters[0]), reason(&letters[1])), ("too_large", "malformed"));
    assert_eq!(letters[0]["payload"].as_str().unwrap().len(), 64 * 1024);
    let headers = &letters[0]["properties"]["headers"];
    assert_eq!((&headers["x-bytes"], &headers["x-is-cut"]), (&json!(200_000), &json!(true)));
    // The next good one is not held up.
    rabbit.publish(&approval("A-2").to_string()).await;
    orders(&shop, 1).await;
    lines.stop().await;
    nothing_is_left(&shop, &rabbit).await;
}

#[tokio::test]
async fn a_message_that_the_database_refuses_does_not_go_round_and_round() {
    let (shop, rabbit, meter) = (workshop().await, vhost().await, Meter::begin());
    let refuse = "ALTER TABLE orders ADD CONSTRAINT no_poison CHECK (title <> 'poison')";
    sqlx::raw_sql(refuse).execute(shop.database.pool()).await.unwrap();
    let lines = Lines::start(&rabbit.url(), &shop.desk);
    lines.work().await;
    let mut poison = approval("A-2");
    poison["order"]["title"] = json!("poison");
    let bodies = [approval("A-1"), poison, approval("A-3")].map(|it| it.to_string());
    rabbit.publisher().await.publish_all(bodies.iter().map(String::as_bytes)).await;
    orders(&shop, 2).await;
    let letters = rabbit.take_all(DEAD, 1).await;
    assert_eq!(reason(&letters[0]), "malformed");
    assert!((meter.sum("intake_messages_total", &["channel=\"amqp\"", "refused"]) - 1.0).abs() < 0.1);
    lines.stop().await;
    nothing_is_left(&shop, &rabbit).await;
}

#[tokio::test]
async fn while_the_database_is_away_messages_are_held_and_none_is_put_aside() {
    let (shop, rabbit) = (workshop().await, vhost().await);
    let lines = Lines::start(&rabbit.url(), &shop.desk);
    lines.work().await;
    shop.database.away(true).await;
    let bodies: Vec<String> = (0..300).map(|n| approval(&format!("A-{n}")).to_string()).collect();
    rabbit.publisher().await.publish_all(bodies.iter().map(String::as_bytes)).await;
    let held = async || lines.broker.check() == HELD;
    floor::until("messages are held", SOON, held).await;
    // The consumer is cancelled: what comes now stays in RabbitMQ.
    let consumers = async || {
        let queue = rabbit.ask(Method::GET, &format!("queues/{}/{QUEUE}", rabbit.name), Value::Null).await;
        queue["consumer_details"].as_array().is_some_and(Vec::is_empty)
    };
    floor::until("nobody consumes", SOON, consumers).await;
    shop.database.away(false).await;
    orders(&shop, 300).await;
    lines.work().await;
    lines.stop().await;
    nothing_is_left(&shop, &rabbit).await;
}

#[tokio::test]
async fn a_database_that_reads_and_does_not_write_is_asked_now_and_then_and_the_trouble_is_told() {
    let (shop, rabbit, meter) = (workshop().await, vhost().await, Meter::begin());
    let (tasks, stop) = (TaskTracker::new(), CancellationToken::new());
    let settings = Settings { url: rabbit.url(), clock: Arc::new(SystemClock), entropy: Arc::new(Longest) };
    let broker = Broker::start(&settings, &shop.desk, &tasks, &stop, &stop).unwrap();
    let _stops = stop.clone().drop_guard();
    floor::until("all directions work", SOON, async || broker.check().is_ok()).await;
    read_only(&shop, true).await;
    let begun = Instant::now();
    rabbit.publish(&approval("A-0").to_string()).await;
    floor::until("messages are held", SOON, async || broker.check() == HELD).await;
    let bodies: Vec<String> = (1..300).map(|n| approval(&format!("A-{n}")).to_string()).collect();
    rabbit.publisher().await.publish_all(bodies.iter().map(String::as_bytes)).await;
    let tried = async || {
        assert_eq!(broker.check(), HELD);
        meter.sum("intake_messages_total", &["channel=\"amqp\"", "unavailable"]) >= 5.0
    };
    floor::until("the first message was tried five times", SOON, tried).await;
    // 0.2 + 0.4 + 0.8 + 1.6 s.
    assert!(begun.elapsed() >= Duration::from_secs(3), "{:?}", begun.elapsed());
    assert!(rabbit.take(DEAD, 1).await.is_empty());
    read_only(&shop, false).await;
    orders(&shop, 300).await;
    floor::until("all directions work again", SOON, async || broker.check().is_ok()).await;
    assert_eq!(shop.count("SELECT count(*) FROM inbox WHERE outcome = 'accepted'").await, 300);
    stop.cancel();
    tasks.close();
    tasks.wait().await;
    nothing_is_left(&shop, &rabbit).await;
}

#[tokio::test]
async fn a_letter_that_the_database_does_not_write_is_told_of_and_kept_when_it_does() {
    let (shop, rabbit) = (workshop().await, vhost().await);
    let lines = Lines::start(&rabbit.url(), &shop.desk);
    lines.work().await;
    read_only(&shop, true).await;
    rabbit.publish("{\"bad\":").await;
    floor::until("the trouble is told", SOON, async || lines.broker.check() == HELD).await;
    assert_eq!(shop.count("SELECT count(*) FROM dead_letters").await, 0);
    read_only(&shop, false).await;
    lines.work().await;
    assert_eq!(shop.count("SELECT count(*) FROM dead_letters").await, 1);
}

#[tokio::test]
async fn good_messages_do_not_come_back_because_a_bad_one_cannot_be_put_aside() {
    let (shop, rabbit) = (workshop().await, vhost().await);
    let lines = Lines::start(&rabbit.url(), &shop.desk);
    lines.work().await;
    lines.stop().await;
    let address = floor::amqp();
    let (user, _) = address.split_once("://").unwrap().1.split_once(':').unwrap();
    let may_write = async |what: &str| {
        let may = json!({ "configure": ".*", "write": what, "read": ".*" });
        rabbit.ask(Method::PUT, &format!("permissions/{}/{user}", rabbit.name), may).await;
    };
    // The bad one comes first: whatever is taken from the queue is taken together with it.
    let good = (0..60).map(|n| approval(&format!("A-{n}")).to_string());
    let bodies: Vec<String> = std::iter::once("{\"bad\":".to_owned()).chain(good).collect();
    rabbit.publisher().await.publish_all(bodies.iter().map(String::as_bytes)).await;
    may_write("^(?!mes\\.dead$).*").await;
    let lines = Lines::start(&rabbit.url(), &shop.desk);
    orders(&shop, 60).await;
    let left = async || {
        let queue = rabbit.ask(Method::GET, &format!("queues/{}/{QUEUE}", rabbit.name), Value::Null).await;
        queue["messages"] == 1
    };
    floor::until("only the bad one is left", SOON, left).await;
    may_write(".*").await;
    assert_eq!(reason(&rabbit.take_all(DEAD, 1).await[0]), "malformed");
    lines.work().await;
    lines.stop().await;
    assert!(rabbit.take(QUEUE, 1).await.is_empty());
}

#[tokio::test]
async fn a_server_starts_without_a_broker_and_finds_it_when_it_comes() {
    let (shop, rabbit, proxy) = (workshop().await, vhost().await, Proxy::start().await);
    proxy.down();
    let lines = Lines::start(&rabbit.url_through(proxy.port), &shop.desk);
    let told = async || lines.broker.check() == Err("does not answer");
    floor::until("the trouble is told", SOON, told).await;
    proxy.up();
    lines.work().await;
    rabbit.publish(&approval("A-1").to_string()).await;
    orders(&shop, 1).await;
}

#[tokio::test]
async fn connections_that_are_cut_lose_nothing_and_double_nothing() {
    let (shop, rabbit, proxy) = (workshop().await, vhost().await, Proxy::start().await);
    let meter = Meter::begin();
    let lines = Lines::start(&rabbit.url_through(proxy.port), &shop.desk);
    lines.work().await;
    let publisher = rabbit.publisher().await;
    for round in 0..5 {
        let bodies: Vec<String> = (0..100).map(|n| approval(&format!("A-{round}-{n}")).to_string()).collect();
        publisher.publish_all(bodies.iter().map(String::as_bytes)).await;
        let some = async || shop.count("SELECT count(*) FROM orders").await > round * 100;
        floor::until("some of this round are there", SOON, some).await;
        proxy.cut();
    }
    orders(&shop, 500).await;
    assert_eq!(shop.count("SELECT count(*) FROM inbox WHERE outcome = 'accepted'").await, 500);
    assert!(meter.sum("broker_losses_total", &["line=\"intake\""]) >= 1.0);
    lines.work().await;
    lines.stop().await;
    nothing_is_left(&shop, &rabbit).await;
}

#[tokio::test]
async fn a_queue_that_was_made_otherwise_is_named_and_not_fought() {
    let (shop, rabbit) = (workshop().await, vhost().await);
    let classic = json!({ "durable": true, "arguments": { "x-queue-type": "classic" } });
    rabbit.ask(Method::PUT, &format!("queues/{}/{QUEUE}", rabbit.name), classic).await;
    let lines = Lines::start(&rabbit.url(), &shop.desk);
    let named = async || {
        lines.broker.check() == Err("a queue or exchange exists with other properties: the log says which")
    };
    floor::until("the trouble is told", SOON, named).await;
    // What a person does about it is enough.
    rabbit.delete_queue(QUEUE).await;
    lines.work().await;
    rabbit.publish(&approval("A-1").to_string()).await;
    orders(&shop, 1).await;
}

#[tokio::test]
async fn a_queue_that_is_deleted_under_the_consumer_is_made_again() {
    let (shop, rabbit) = (workshop().await, vhost().await);
    let lines = Lines::start(&rabbit.url(), &shop.desk);
    lines.work().await;
    rabbit.delete_queue(QUEUE).await;
    let lost = async || lines.broker.check().is_err();
    floor::until("the loss is noticed", SOON, lost).await;
    lines.work().await;
    rabbit.publish(&approval("A-1").to_string()).await;
    orders(&shop, 1).await;
}

#[tokio::test]
async fn what_a_stopping_server_leaves_another_one_takes_in() {
    let (shop, rabbit) = (workshop().await, vhost().await);
    let first = Lines::start(&rabbit.url(), &shop.desk);
    first.work().await;
    let bodies: Vec<String> = (0..400).map(|n| approval(&format!("A-{n}")).to_string()).collect();
    rabbit.publisher().await.publish_all(bodies.iter().map(String::as_bytes)).await;
    let some = async || shop.count("SELECT count(*) FROM orders").await > 0;
    floor::until("some are there", SOON, some).await;
    first.stop().await;
    let second = Lines::start(&rabbit.url(), &shop.another().await);
    orders(&shop, 400).await;
    second.work().await;
    second.stop().await;
    assert_eq!(shop.count("SELECT count(*) FROM inbox").await, 400);
    nothing_is_left(&shop, &rabbit).await;
}

#[tokio::test]
async fn what_a_killed_server_had_in_hand_another_one_takes_in() {
    let (shop, rabbit) = (workshop().await, vhost().await);
    let bodies: Vec<String> = (0..600).map(|n| approval(&format!("A-{n}")).to_string()).collect();
    let first = Lines::start_mortal(&rabbit.url(), &shop.another().await);
    first.work().await;
    rabbit.publisher().await.publish_all(bodies.iter().map(String::as_bytes)).await;
    let some = async || shop.count("SELECT count(*) FROM orders").await > 0;
    floor::until("some are there", SOON, some).await;
    first.kill();
    let second = Lines::start(&rabbit.url(), &shop.another().await);
    orders(&shop, 600).await;
    assert_eq!(shop.count("SELECT count(*) FROM inbox WHERE outcome = 'accepted'").await, 600);
    second.work().await;
    second.stop().await;
    nothing_is_left(&shop, &rabbit).await;
}
