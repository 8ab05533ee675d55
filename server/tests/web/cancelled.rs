//! An order that is cancelled under an operator's hands: its operator is told until they say that they know.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on says so")]

use std::time::Duration;

use serde_json::json;

use crate::{
    floor,
    site::{Browser, Site, site},
    workshop::message::{approval, message},
};

/// Orders whose end a person's page tells of.
async fn told(browser: &Browser) -> Vec<String> {
    let page = browser.open("/").await.text().await.unwrap();
    let parts = page.split("data-over=\"").skip(1);
    parts.map(|part| part.split('"').next().unwrap().to_owned()).collect()
}

/// An order that this person has taken, and the shop's word that it is cancelled.
async fn cancelled(site: &Site, operator: &Browser, number: &str) -> String {
    let approved = approval(number);
    assert_eq!(site.post(approved.to_string()).await.status(), 201);
    let id = approved["order"]["id"].as_str().unwrap().to_owned();
    let there = async || operator.board("").await["orders"].to_string().contains(&id);
    floor::until("the order is on the board", Duration::from_secs(5), there).await;
    assert_eq!(operator.press("take", &id, "1").await.status(), 200);
    let mut over = message("CANCELLED", number, 9);
    over["order"]["id"] = json!(id);
    assert!(site.post(over.to_string()).await.status().is_success());
    id
}

#[tokio::test]
async fn whoever_had_a_cancelled_order_is_told_on_every_page_until_they_say_that_they_know() {
    let site = site().await;
    let (anna, boris) = (site.operator("anna").await, site.operator("boris").await);
    let id = cancelled(&site, &anna, "A-1").await;
    let hers = async || told(&anna).await == std::slice::from_ref(&id);
    floor::until("she is told", Duration::from_secs(5), hers).await;
    assert_eq!(told(&boris).await, Vec::<String>::new(), "it was not his");

    // Another person's word changes nothing, nor does one about what is no order.
    assert_eq!(boris.send("/api/known", &[("id", &id)]).await.status(), 200);
    assert_eq!(anna.send("/api/known", &[("id", "A-1")]).await.status(), 422);
    assert_eq!(told(&anna).await, std::slice::from_ref(&id));

    // A plain form, as without a script, and once more.
    for _ in 0..2 {
        assert_eq!(anna.submit("/", "/api/known", &[("id", &id)]).await.status(), 303);
        assert_eq!(told(&anna).await, Vec::<String>::new());
    }
}

#[tokio::test]
async fn an_order_that_nobody_had_or_that_was_shipped_is_told_to_nobody() {
    let site = site().await;
    let anna = site.operator("anna").await;
    let free = approval("A-1");
    assert_eq!(site.post(free.to_string()).await.status(), 201);
    let mut over = message("CANCELLED", "A-1", 9);
    over["order"]["id"] = free["order"]["id"].clone();
    assert!(site.post(over.to_string()).await.status().is_success());
    let shipped = site.order("A-2").await;
    for (at, command) in ["take", "complete", "pack", "ship"].into_iter().enumerate() {
        let version = (at + 1).to_string();
        assert_eq!(anna.press(command, &shipped, &version).await.status(), 200);
    }
    // This one comes after both, so whatever they would bring is there with it.
    let third = cancelled(&site, &anna, "A-3").await;
    let told_of = async || told(&anna).await == std::slice::from_ref(&third);
    floor::until("only the third is told", Duration::from_secs(5), told_of).await;
}
