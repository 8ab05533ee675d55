//! Order messages: every row of the contract's table, every limit at and over, and who comes when.
#![expect(clippy::unwrap_used, clippy::panic, reason = "tests")]

use std::time::Duration;

use app::{
    backend::Backend,
    domain::{Command, ModelState, Role, Status},
};
use serde_json::{Value, json};
use server::desk::IntakeError;

use crate::{
    floor,
    workshop::{
        Workshop,
        message::{approval, message, whole},
        press_once, workshop,
    },
};

/// The same order's next message.
fn next(of: &Value, status: &str) -> Value {
    let mut next = message(status, "x", 0);
    let mut order = of["order"].clone();
    order["status"] = json!(status);
    order["source_version"] = json!(of["order"]["source_version"].as_i64().unwrap() + 1);
    next["order"] = order;
    next
}

async fn complaints(shop: &Workshop, body: &[u8]) -> Vec<String> {
    match shop.desk.intake(body).await {
        Err(IntakeError::Malformed(fields)) => fields.into_iter().map(|bad| bad.field).collect(),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn an_approved_order_is_on_the_board_as_the_shop_wrote_it() {
    let shop = workshop().await;
    let message = whole("A-1");
    assert_eq!(shop.post(&message).await, "accepted");
    let number = "A-1".parse().unwrap();
    let there = async || shop.desk.cache().near().unwrap().numbered(&number).is_some();
    floor::until("the order is on the board", Duration::from_secs(5), there).await;
    let entry = shop.desk.order(&number, None).await.unwrap().unwrap().entry;
    let card = serde_json::to_value(&entry.card).unwrap();
    for field in
        ["id", "number", "title", "material", "size", "quantity", "price", "priority", "comment", "status"]
    {
        assert_eq!(card[field], message["order"][field], "{field}");
    }
    assert_eq!(card["pay"], json!({ "amount": "6900.50", "currency": "RUB" }));
    assert_eq!(card["due_at"], "2026-12-14T00:00:00.000Z");
    assert_eq!(
        (card["version"].as_i64(), &card["operator"], &card["model"]),
        (Some(1), &Value::Null, &Value::Null)
    );
    assert_eq!(card["approved_at"], message["occurred_at"]);
    assert_eq!((entry.channel.as_str(), entry.card.model_state), ("api", ModelState::None));
    let steps: Vec<_> = entry.history.iter().map(|step| step.status.as_str()).collect();
    assert_eq!(steps, ["SUBMITTED", "PRICE_CALCULATED", "MANUFACTURING_APPROVED"]);
}

#[tokio::test]
async fn a_newer_approval_changes_the_facts_and_leaves_status_and_operator() {
    let shop = workshop().await;
    let anna = shop.person("anna", Role::Operator).await;
    let first = whole("A-1");
    shop.post(&first).await;
    let id = first["order"]["id"].as_str().unwrap().parse().unwrap();
    press_once(&shop.desk, &anna, Command::Take, id, 1).await.unwrap();
    let mut second = next(&first, "MANUFACTURING_APPROVED");
    second["order"]["title"] = json!("Серьги");
    second["order"]["comment"] = Value::Null;
    assert_eq!(shop.post(&second).await, "updated");
    let card = shop.card(id).await;
    assert_eq!((card.title.as_str(), card.comment, card.version), ("Серьги", None, 3));
    assert_eq!((card.status, card.operator.unwrap().login.as_str()), (Status::Started, "anna"));
    assert_eq!(shop.count("SELECT count(*) FROM order_history").await, 4);
}

#[tokio::test]
async fn a_repeated_message_is_a_duplicate_also_for_two_servers_at_once() {
    let shop = workshop().await;
    let other = shop.another().await;
    for n in 0..20 {
        let body = whole(&format!("A-{n}")).to_string();
        let (here, there) = tokio::join!(shop.desk.intake(body.as_bytes()), other.intake(body.as_bytes()));
        let mut outcomes = [here.unwrap().name(), there.unwrap().name()];
        outcomes.sort_unstable();
        assert_eq!(outcomes, ["accepted", "duplicate"]);
        assert_eq!(shop.desk.intake(body.as_bytes()).await.unwrap().name(), "duplicate");
    }
    assert_eq!(shop.count("SELECT count(*) FROM orders WHERE version = 1").await, 20);
    assert_eq!(shop.count("SELECT rev FROM board_clock").await, 20);
}

#[tokio::test]
async fn two_messages_of_one_order_at_once_leave_the_newer_one() {
    let shop = workshop().await;
    let other = shop.another().await;
    for n in 0..20 {
        let older = approval(&format!("A-{n}"));
        let mut newer = next(&older, "MANUFACTURING_APPROVED");
        newer["order"]["title"] = json!("новее");
        let (older, newer) = (older.to_string(), newer.to_string());
        let (first, second) =
            tokio::join!(shop.desk.intake(older.as_bytes()), other.intake(newer.as_bytes()));
        let outcomes = (first.unwrap().name(), second.unwrap().name());
        assert!(matches!(outcomes, ("accepted", "updated") | ("stale", "accepted")), "{outcomes:?}");
    }
    assert_eq!(shop.count("SELECT count(*) FROM orders WHERE title = 'новее'").await, 20);
}

#[tokio::test]
async fn statuses_that_are_not_ours_to_act_on_are_acknowledged_and_their_history_is_kept() {
    let shop = workshop().await;
    let ours = approval("A-1");
    shop.post(&ours).await;
    let before = shop.card(ours["order"]["id"].as_str().unwrap().parse().unwrap()).await;
    for (n, status) in
        ["INITIATED", "FILE_UPLOADED", "SUBMITTED", "PRICE_CALCULATED", "CLOSED"].iter().enumerate()
    {
        assert_eq!(shop.post(&message(status, &format!("B-{n}"), 0)).await, "ignored", "{status}");
    }
    assert_eq!(shop.count("SELECT count(*) FROM order_history").await, 6);
    let mut of_ours = ours.clone();
    for status in ["MANUFACTURING_STARTED", "MANUFACTURING_COMPLETED", "PACKAGING", "SHIPPED"] {
        of_ours = next(&of_ours, status);
        of_ours["order"]["history"] = json!([{ "status": "SUBMITTED", "at": "2026-11-21T09:00:00Z" }]);
        assert_eq!(shop.post(&of_ours).await, "ignored", "{status}");
    }
    assert_eq!(shop.count("SELECT count(*) FROM order_history").await, 7);
    assert_eq!(shop.card(before.id).await, before);
    assert_eq!(shop.count("SELECT count(*) FROM orders").await, 1);
}

#[tokio::test]
async fn an_order_of_the_past_is_ignored_whatever_is_said_of_it() {
    let shop = workshop().await;
    let anna = shop.person("anna", Role::Operator).await;
    let first = approval("A-1");
    shop.post(&first).await;
    let id = first["order"]["id"].as_str().unwrap().parse().unwrap();
    for (command, version) in
        [Command::Take, Command::Complete, Command::Pack, Command::Ship].into_iter().zip(1..)
    {
        press_once(&shop.desk, &anna, command, id, version).await.unwrap();
    }
    let shipped = shop.card(id).await;
    let again = next(&first, "MANUFACTURING_APPROVED");
    assert_eq!(shop.post(&again).await, "ignored");
    assert_eq!(shop.post(&next(&again, "CANCELLED")).await, "ignored");
    assert_eq!(shop.card(id).await, shipped);
}

#[tokio::test]
async fn what_is_not_newer_is_stale_and_a_duplicate_comes_before_stale() {
    let shop = workshop().await;
    let first = approval("A-1");
    shop.post(&first).await;
    let mut same_version = next(&first, "MANUFACTURING_APPROVED");
    same_version["order"]["source_version"] = json!(7);
    assert_eq!(shop.post(&same_version).await, "stale");
    assert_eq!(shop.post(&same_version).await, "duplicate");
    assert_eq!(shop.post(&first).await, "duplicate");
    let mut older = next(&first, "CANCELLED");
    older["order"]["source_version"] = json!(6);
    assert_eq!(shop.post(&older).await, "stale");
    assert_eq!(shop.count("SELECT count(*) FROM orders WHERE version = 1").await, 1);
}

#[tokio::test]
async fn a_cancelled_order_leaves_the_board_with_its_operator_on_record() {
    let shop = workshop().await;
    let anna = shop.person("anna", Role::Operator).await;
    let first = approval("A-1");
    shop.post(&first).await;
    let id = first["order"]["id"].as_str().unwrap().parse().unwrap();
    let taken = press_once(&shop.desk, &anna, Command::Take, id, 1).await.unwrap();
    let near = shop.desk.cache().at_least(taken.revision, Duration::from_secs(5)).await.unwrap();
    assert!(near.get(id).is_some());
    assert_eq!(shop.post(&next(&first, "CANCELLED")).await, "accepted");
    let gone = async || shop.desk.cache().near().unwrap().get(id).is_none();
    floor::until("the order is gone", Duration::from_secs(5), gone).await;
    let page = shop.desk.order(&"A-1".parse().unwrap(), None).await.unwrap().unwrap();
    assert_eq!(page.entry.card.status, Status::Cancelled);
    assert_eq!(page.entry.card.operator.unwrap().login, "anna");
    assert_eq!(page.entry.history.last().unwrap().status, "CANCELLED");
    let complete = press_once(&shop.desk, &anna, Command::Complete, id, 3).await;
    assert!(matches!(complete, Err(app::domain::Refusal::NotAllowed { .. })));
}

#[tokio::test]
async fn a_cancellation_that_overtakes_its_order_is_remembered() {
    let shop = workshop().await;
    let late = approval("A-1");
    let cancelled = next(&late, "CANCELLED");
    assert_eq!(shop.post(&cancelled).await, "accepted");
    assert_eq!(shop.post(&late).await, "stale");
    assert_eq!(shop.count("SELECT count(*) FROM orders").await, 0);
    // The customer thought better of it.
    assert_eq!(shop.post(&next(&cancelled, "MANUFACTURING_APPROVED")).await, "accepted");
}

#[tokio::test]
async fn the_number_of_another_order_is_malformed_whatever_the_message_wants() {
    let shop = workshop().await;
    let (first, second) = (approval("A-1"), approval("A-2"));
    shop.post(&first).await;
    shop.post(&second).await;
    let mut renamed = next(&second, "MANUFACTURING_APPROVED");
    renamed["order"]["number"] = json!("A-1");
    for bad in [approval("A-1"), message("SUBMITTED", "A-1", 0), message("CANCELLED", "A-1", 0), renamed] {
        assert_eq!(complaints(&shop, bad.to_string().as_bytes()).await, ["order.number"], "{bad}");
    }
    assert_eq!(shop.count("SELECT count(*) FROM inbox").await, 2);
    assert_eq!(shop.count("SELECT count(*) FROM source_orders").await, 2);
}

#[tokio::test]
async fn two_orders_with_one_number_at_once_leave_one() {
    let shop = workshop().await;
    let other = shop.another().await;
    for n in 0..20 {
        let [one, two] = [0, 1].map(|_| approval(&format!("A-{n}")).to_string());
        let (one, two) = tokio::join!(shop.desk.intake(one.as_bytes()), other.intake(two.as_bytes()));
        let refused =
            [&one, &two].into_iter().filter(|answer| matches!(answer, Err(IntakeError::Malformed(_))));
        assert_eq!((refused.count(), one.is_ok() || two.is_ok()), (1, true));
    }
}

#[tokio::test]
async fn every_bad_field_is_named_at_once() {
    let shop = workshop().await;
    let mut bad = whole("A 1");
    bad["message_id"] = json!(7);
    bad["type"] = json!("order.deleted");
    bad["occurred_at"] = json!("yesterday");
    let order = bad["order"].as_object_mut().unwrap();
    order.extend(
        json!({
            "id": "x", "source_version": -1, "channel": "phone", "title": "", "material": null, "size": 17.5,
            "quantity": 0, "price": { "amount": 45900, "currency": "rub" }, "operator_pay": [],
            "priority": "high", "due_at": "2026-02-30T00:00:00Z", "comment": "",
            "history": [{ "status": "SUBMITTED", "at": "2026-11-21T09:00:00Z" }, { "status": "x" }, 5],
            "model": { "key": "../x", "size": "7", "sha256": "AB" },
        })
        .as_object()
        .unwrap()
        .clone(),
    );
    let expected = [
        "message_id",
        "type",
        "occurred_at",
        "order.id",
        "order.number",
        "order.source_version",
        "order.channel",
        "order.title",
        "order.material",
        "order.size",
        "order.quantity",
        "order.price.amount",
        "order.price.currency",
        "order.operator_pay",
        "order.priority",
        "order.due_at",
        "order.comment",
        "order.model.key",
        "order.model.size",
        "order.model.sha256",
        "order.history[1].status",
        "order.history[1].at",
        "order.history[2]",
    ];
    assert_eq!(complaints(&shop, bad.to_string().as_bytes()).await, expected);
    assert_eq!(complaints(&shop, b"{}").await, ["message_id", "type", "occurred_at", "order"]);
    bad = message("UNHEARD_OF", "A-1", 1);
    assert_eq!(complaints(&shop, bad.to_string().as_bytes()).await, ["order.status"]);
    for body in [&b"{"[..], b"[]", b"null", b"\xff", b"{\"a\":NaN}", "[".repeat(60_000).as_bytes()] {
        assert_eq!(complaints(&shop, body).await, ["body"]);
    }
    assert_eq!(shop.count("SELECT count(*) FROM inbox").await, 0);
}

#[tokio::test]
async fn every_limit_holds_at_its_edge_and_not_beyond() {
    let shop = workshop().await;
    let text = |length: usize| json!("ж".repeat(length));
    let steps = |n: usize| json!(vec![json!({ "status": "SUBMITTED", "at": "2026-11-21T09:00:00Z" }); n]);
    let model = |key: usize, size: i64| json!({ "key": "k".repeat(key), "size": size });
    let price = |amount: &str| json!({ "amount": amount, "currency": "RUB" });
    let edges = [
        ("number", json!("A".repeat(32)), json!("A".repeat(33)), "order.number"),
        ("number", json!("Z-9"), json!("Z_9"), "order.number"),
        ("title", text(200), text(201), "order.title"),
        ("title", text(1), json!("a\0b"), "order.title"),
        ("material", text(64), text(65), "order.material"),
        ("size", text(64), text(65), "order.size"),
        ("comment", text(2000), text(2001), "order.comment"),
        ("quantity", json!(1), json!(0), "order.quantity"),
        ("quantity", json!(10_000), json!(10_001), "order.quantity"),
        ("quantity", json!(2), json!(2.5), "order.quantity"),
        ("price", price("9999999999.99"), price("99999999999.99"), "order.price.amount"),
        ("price", price("0"), price("-1"), "order.price.amount"),
        ("price", price("1.5"), price("1.555"), "order.price.amount"),
        ("source_version", json!(0), json!(-1), "order.source_version"),
        ("source_version", json!(i64::MAX), json!(u64::MAX), "order.source_version"),
        ("history", steps(64), steps(65), "order.history"),
        ("model", model(512, 0), model(513, 0), "order.model.key"),
        ("model", model(1, 64 << 20), model(1, (64 << 20) + 1), "order.model.size"),
        ("due_at", json!("9998-12-31T23:59:59Z"), json!("9999-12-31T23:59:59-23:59"), "order.due_at"),
        ("due_at", json!("1970-01-01T00:00:00Z"), json!("1969-12-31T23:59:59Z"), "order.due_at"),
    ];
    for (n, (field, at, over, named)) in edges.into_iter().enumerate() {
        let mut good = approval(&format!("L-{n}"));
        good["order"][field] = at;
        assert_eq!(shop.post(&good).await, "accepted", "{field}");
        let mut bad = approval(&format!("M-{n}"));
        bad["order"][field] = over;
        assert_eq!(complaints(&shop, bad.to_string().as_bytes()).await, [named]);
    }
    let mut padded = approval("S-1").to_string();
    padded.push_str(&" ".repeat(64 * 1024 - padded.len()));
    assert_eq!(shop.desk.intake(padded.as_bytes()).await.unwrap().name(), "accepted");
    padded.push(' ');
    assert!(matches!(shop.desk.intake(padded.as_bytes()).await, Err(IntakeError::TooLarge)));
    // The board can read them all.
    let rows = usize::try_from(shop.count("SELECT count(*) FROM orders").await).unwrap();
    let all = async || shop.desk.cache().near().unwrap().len() == rows;
    floor::until("all orders are on the board", Duration::from_secs(5), all).await;
}

#[tokio::test]
async fn hostile_texts_are_kept_literally() {
    let shop = workshop().await;
    let texts = [
        "<script>alert(1)</script>",
        "'; DROP TABLE orders; --",
        "\u{202e}gnp.\u{1}\u{7f}",
        "{{7*7}} %00 \\u0000",
    ];
    for (n, text) in texts.into_iter().enumerate() {
        let mut hostile = approval(&format!("H-{n}"));
        for field in ["title", "material", "size", "comment"] {
            hostile["order"][field] = json!(text);
        }
        hostile["order"]["surprise"] = json!({ "__proto__": [text] });
        hostile["traceparent"] = json!(text);
        assert_eq!(shop.post(&hostile).await, "accepted");
        let card = shop.card(hostile["order"]["id"].as_str().unwrap().parse().unwrap()).await;
        assert_eq!([&card.title, &card.material, &card.size.unwrap(), &card.comment.unwrap()], [text; 4]);
    }
}

#[tokio::test]
async fn while_the_database_is_away_nothing_is_taken_in_and_nothing_is_lost() {
    let shop = workshop().await;
    let body = approval("A-1").to_string();
    shop.database.away(true).await;
    assert!(matches!(shop.desk.intake(body.as_bytes()).await, Err(IntakeError::Unavailable(_))));
    shop.database.away(false).await;
    let taken = async || matches!(shop.desk.intake(body.as_bytes()).await, Ok(outcome) if outcome.name() == "accepted");
    floor::until("the message is accepted", Duration::from_secs(10), taken).await;
}
