//! What the queue that hears everything was told, and whether it is in order.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on says so")]

use std::collections::{HashMap, HashSet};

use app::domain::Command;
use serde_json::Value;

use crate::{
    floor,
    rabbit::{SOON, Vhost},
    workshop::Workshop,
};

/// An order's way through the workshop.
pub const WAY: [Command; 4] = [Command::Take, Command::Complete, Command::Pack, Command::Ship];

/// What a piece of news says.
pub fn said(news: &Value) -> Value {
    serde_json::from_str(news["payload"].as_str().unwrap()).unwrap()
}

/// All that was told, until everything of so many orders is there; in order of arrival.
pub async fn told(shop: &Workshop, rabbit: &Vhost, wanted: usize) -> Vec<Value> {
    let sent = async || shop.count("SELECT count(*) FROM outbox WHERE published_at IS NULL").await == 0;
    floor::until("nothing waits in the outbox", SOON, sent).await;
    let mut told: Vec<Value> = Vec::new();
    let begun = std::time::Instant::now();
    loop {
        let more = rabbit.take("world", 500).await;
        let is_over = more.is_empty();
        told.extend(more);
        let messages: HashSet<_> = told.iter().map(|it| it["properties"]["message_id"].to_string()).collect();
        if is_over && messages.len() >= wanted {
            return told;
        }
        assert!(begun.elapsed() < SOON, "{} of {wanted}", messages.len());
    }
}

/// Fails unless the first copy of each piece of news stands where it belongs: what a reader sees who drops what he knows.
/// The answer: how many further copies there were.
pub fn assert_in_order(told: &[Value], orders: usize) -> usize {
    let (mut seen, mut doubled) = (HashSet::new(), 0);
    let mut versions: HashMap<String, Vec<i64>> = HashMap::new();
    for news in told {
        if !seen.insert(news["properties"]["message_id"].to_string()) {
            doubled += 1;
            continue;
        }
        let said = said(news);
        assert_eq!(said["message_id"], news["properties"]["message_id"]);
        versions
            .entry(said["order"]["id"].to_string())
            .or_default()
            .push(said["order"]["version"].as_i64().unwrap());
    }
    assert_eq!(versions.len(), orders);
    for (order, versions) in versions {
        assert_eq!(versions, [2, 3, 4, 5], "{order}");
    }
    doubled
}
