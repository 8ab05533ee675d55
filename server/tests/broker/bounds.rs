//! The bounds that RabbitMQ itself knows of: how often a message may come back, and how many are on the way to a server.

use reqwest::Method;
use serde_json::Value;

use crate::{
    floor,
    rabbit::{Lines, QUEUE, SOON, Vhost, vhost},
    workshop::{message::approval, workshop},
};

/// On the way to one server at most.
const PREFETCH: u64 = 400;
/// A message must be able to come back more often than this.
const RETURNS: u64 = 50;

async fn queue(rabbit: &Vhost) -> Value {
    rabbit.ask(Method::GET, &format!("queues/{}/{QUEUE}", rabbit.name), Value::Null).await
}

#[tokio::test]
async fn the_queue_has_a_delivery_limit_and_its_consumer_a_bound() {
    let (shop, rabbit) = (workshop().await, vhost().await);
    let lines = Lines::start(&rabbit.url(), &shop.desk);
    lines.work().await;
    let told = queue(&rabbit).await;
    let limit = told["arguments"]["x-delivery-limit"].as_u64();
    assert!(limit.is_some_and(|limit| limit >= RETURNS), "{limit:?}");
    assert_eq!(told["arguments"]["x-queue-type"], "quorum");
    // RabbitMQ tells of consumers every few seconds.
    let mut bounds = Vec::new();
    let one = async || {
        let told = queue(&rabbit).await;
        let consumers = told["consumer_details"].as_array().cloned().unwrap_or_default();
        bounds = consumers.iter().map(|it| it["prefetch_count"].as_u64().unwrap()).collect();
        !bounds.is_empty()
    };
    floor::until("the consumer is told of", SOON, one).await;
    assert_eq!(bounds, [PREFETCH]);
    lines.stop().await;
}

#[tokio::test]
async fn a_server_that_cannot_take_anything_in_holds_no_more_than_its_bound() {
    let (shop, rabbit) = (workshop().await, vhost().await);
    let lines = Lines::start(&rabbit.url(), &shop.desk);
    lines.work().await;
    shop.database.away(true).await;
    let bodies: Vec<String> = (0..1_000).map(|n| approval(&format!("A-{n}")).to_string()).collect();
    rabbit.publisher().await.publish_all(bodies.iter().map(String::as_bytes)).await;
    let mut held = 0;
    let all_told = async || {
        let told = queue(&rabbit).await;
        let of = |name: &str| told[name].as_u64().unwrap_or_default();
        held = of("messages_unacknowledged");
        held > 0 && held + of("messages_ready") == 1_000
    };
    floor::until("every message is either held or in the queue", SOON, all_told).await;
    assert!(held <= PREFETCH, "{held} in the memory of a server that could take none");
    shop.database.away(false).await;
    let in_all = async || shop.count("SELECT count(*) FROM orders").await == 1_000;
    floor::until("all of them are in when it is back", SOON, in_all).await;
    lines.stop().await;
}
