//! What a change weighs on the stream.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on says so")]

use std::time::Duration;

use serde_json::{Value, json};

use crate::{floor, live::Stream, site::site, workshop::message::approval};

const RING: &[u8] = include_bytes!("../../src/model/tests/files/plain.glb");

/// All changes of an order on its way to the last bench, as bytes on the wire: with a model, a date, a trace and somebody
/// who makes it, and without a comment.
async fn changes_without_a_comment() -> Vec<String> {
    let site = site().await;
    let anna = site.operator("anna").await;
    site.s3.put("ring.glb", RING).await;
    let mut message = approval("A-104233");
    assert!(message["order"]["title"].is_string() && message["order"]["comment"].is_null());
    message["order"]["model"] = json!({ "key": "ring.glb", "size": RING.len() });
    message["order"]["due_at"] = json!("2026-12-14T00:00:00Z");
    message["traceparent"] = json!("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01");
    assert_eq!(site.post(message.to_string()).await.status(), 201);
    let ready = async || anna.board("").await["orders"][0]["model"]["sha256"].is_string();
    floor::until("the model is ready", Duration::from_secs(20), ready).await;
    let id = message["order"]["id"].as_str().unwrap();
    let mut last = Value::Null;
    for (command, version) in [("take", "1"), ("complete", "2"), ("pack", "3")] {
        let answer = anna.press(command, id, version).await;
        assert_eq!(answer.status(), 200, "{command}");
        last = answer.json().await.unwrap();
    }
    let there = async || anna.board("").await["revision"] == last["revision"];
    floor::until("all changes are there", Duration::from_secs(5), there).await;
    let mut live = Stream::open(&anna, "?after=1.0", None).await;
    let last = format!("id: {}\n", last["revision"].as_str().unwrap());
    assert!(live.has(&last).await);
    // Whatever is written follows, and with it the end of the last change.
    assert!(live.has("event: tick").await);
    let events = live.text.split_inclusive("\n\n");
    events.filter(|event| event.contains("event: order")).map(str::to_owned).collect()
}

#[tokio::test]
async fn a_change_costs_a_board_at_most_1_kb_and_6_kb_at_the_limits() {
    let changes = changes_without_a_comment().await;
    assert!(changes.len() >= 5, "approved, measured, taken, made, packed: {changes:#?}");
    for change in &changes {
        assert!(change.len() <= 1_024, "{} bytes without a comment: {change}", change.len());
    }
    let packed = changes.last().unwrap();
    for part in
        ["\"sha256\":\"", "\"login\":\"anna\"", "\"due_at\":\"2026", "4bf92f3577b34da6a3ce929d0e0e4736"]
    {
        assert!(packed.contains(part), "{part} is not in {packed}");
    }

    // Letters of one to four bytes, and those that JSON writes with two or six.
    for letter in ["x", "Щ", "😀", "\"", "\\", "\n", "\u{1}", "\u{7f}"] {
        let (size, comment) = at_the_limits(letter).await;
        assert!(size <= 6 * 1_024, "{size} bytes at the limits of {letter:?}");
        let told = comment.strip_suffix('…').unwrap_or(&comment);
        assert!(letter.repeat(2_000).starts_with(told), "the comment is in it");
        assert_eq!(told.chars().count() == 2_000, matches!(letter, "x" | "Щ" | "\u{7f}"), "{letter:?}");
    }
}

/// The change in which somebody whose name is at its limit has taken an order of which everything is, in such letters: its
/// bytes, and the comment in it.
async fn at_the_limits(letter: &str) -> (usize, String) {
    let site = site().await;
    let anna = site.operator("anna").await;
    let renamed = sqlx::query("UPDATE users SET name = $1").bind(letter.repeat(100));
    renamed.execute(site.database.pool()).await.unwrap();
    let mut message = approval(&"9".repeat(32));
    message["order"]["title"] = json!(letter.repeat(if letter.len() == 2 { 100 } else { 200 }));
    message["order"]["material"] = json!(letter.repeat(64));
    message["order"]["size"] = json!(letter.repeat(64));
    message["order"]["comment"] = json!(letter.repeat(2_000));
    message["order"]["quantity"] = json!(10_000);
    message["order"]["due_at"] = json!("2026-12-14T00:00:00Z");
    message["order"]["price"] = json!({ "amount": "9999999999.99", "currency": "RUB" });
    message["order"]["operator_pay"] = json!({ "amount": "9999999999.99", "currency": "RUB" });
    let answer = site.post(message.to_string()).await;
    assert_eq!(answer.status(), 201, "{}", answer.text().await.unwrap());
    let id = message["order"]["id"].as_str().unwrap();
    let taken: Value = anna.press("take", id, "1").await.json().await.unwrap();
    let mut live = Stream::open(&anna, "?after=1.1", None).await;
    assert!(live.has("id: 1.2\n").await && live.has("\n\n").await);
    let change = live.text.split("\n\n").find(|event| event.starts_with("id: 1.2\n")).unwrap();
    let told: Value = serde_json::from_str(change.split_once("\ndata: ").unwrap().1).unwrap();
    assert_eq!(taken["order"], told["order"], "whoever took it is answered with the same card");
    assert_eq!(anna.board("").await["orders"][0], told["order"], "and so is whoever reads the board");
    let page = anna.open(&format!("/orders/{}", "9".repeat(32))).await.text().await.unwrap();
    let whole = letter.replace('"', "&quot;").repeat(2_000);
    assert!(page.contains(&whole) || page.contains(&letter.repeat(2_000)), "its own page has all of it");
    (change.len() + 2, told["order"]["comment"].as_str().unwrap().to_owned())
}
