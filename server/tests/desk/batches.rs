//! Several messages in one transaction: each is answered as if it had come alone.

use std::time::Duration;

use serde_json::{Value, json};
use server::desk::{IntakeError, intake::Door};

use crate::{
    floor,
    workshop::{
        Workshop,
        message::{approval, message},
        workshop,
    },
};

async fn post_all(shop: &Workshop, messages: &[Value]) -> Vec<String> {
    let bodies: Vec<String> = messages.iter().map(Value::to_string).collect();
    let bodies: Vec<&[u8]> = bodies.iter().map(String::as_bytes).collect();
    let answers = shop.desk.intake_all(Door::Broker, &bodies).await;
    let name = |answer: Result<server::desk::Outcome, IntakeError>| match answer {
        Ok(outcome) => outcome.name().to_owned(),
        Err(IntakeError::Malformed(fields)) => fields[0].field.clone(),
        Err(error) => error.to_string(),
    };
    answers.into_iter().map(name).collect()
}

fn version(of: &Value, version: i64) -> Value {
    let mut next = message("MANUFACTURING_APPROVED", "x", 0);
    next["order"] = of["order"].clone();
    next["order"]["source_version"] = json!(version);
    next
}

#[tokio::test]
async fn messages_of_one_order_in_one_batch_follow_each_other() {
    let shop = workshop().await;
    let first = approval("A-1");
    let (newer, older, newest) = (version(&first, 9), version(&first, 8), version(&first, 11));
    let batch = [first.clone(), newer.clone(), older, first, newest, newer];
    let expected = ["accepted", "updated", "stale", "duplicate", "updated", "duplicate"];
    assert_eq!(post_all(&shop, &batch).await, expected);
    assert_eq!(shop.count("SELECT version::bigint FROM orders").await, 3);
    assert_eq!(shop.count("SELECT source_version FROM source_orders").await, 11);
    assert_eq!(shop.count("SELECT count(*) FROM inbox").await, 4);
}

#[tokio::test]
async fn of_two_messages_with_one_id_in_a_batch_one_has_an_effect_whatever_orders_they_are_about() {
    let shop = workshop().await;
    let (first, mut second) = (approval("A-1"), approval("A-2"));
    second["message_id"] = first["message_id"].clone();
    let mut answers = post_all(&shop, &[first, second, approval("A-3")]).await;
    assert_eq!(answers.pop().as_deref(), Some("accepted"));
    answers.sort();
    assert_eq!(answers, ["accepted", "duplicate"]);
    assert_eq!(shop.count("SELECT count(*) FROM orders").await, 2);
    assert_eq!(shop.count("SELECT count(*) FROM source_orders").await, 2);
}

#[tokio::test]
async fn a_batch_of_a_hundred_is_taken_in_whole_though_one_number_is_wanted_twice() {
    let shop = workshop().await;
    let mut batch: Vec<Value> = (0..99).map(|n| approval(&format!("A-{n}"))).collect();
    batch.push(approval("A-7"));
    let answers = post_all(&shop, &batch).await;
    assert_eq!(answers.iter().filter(|it| *it == "accepted").count(), 99);
    assert_eq!(answers.iter().filter(|it| *it == "order.number").count(), 1);
    assert_eq!(shop.count("SELECT count(*) FROM orders").await, 99);
    assert_eq!(shop.count("SELECT count(*) FROM inbox").await, 99);
}

/// An approval whose order has a place among the others: messages that share a transaction go by their orders' ids.
fn placed(round: usize, n: usize) -> Value {
    let mut message = approval(&format!("A-{round}-{n}"));
    message["order"]["id"] = json!(format!("0193c1a2-6f0e-7d3a-8{round:03}-{n:012}"));
    message
}

#[tokio::test]
async fn of_two_hundred_in_two_transactions_each_is_answered_as_if_it_had_come_alone() {
    let shop = workshop().await;
    let refuse = "ALTER TABLE orders ADD CONSTRAINT no_poison CHECK (title <> 'poison')";
    sqlx::raw_sql(refuse).execute(shop.database.pool()).await.unwrap();
    // The bad one is once in the first transaction, once in the second.
    for (round, bad) in [(1, 30), (2, 130)] {
        let mut batch: Vec<Value> = (0..200).map(|n| placed(round, n)).collect();
        batch[bad]["order"]["title"] = json!("poison");
        // One number and one message id are wanted on both sides.
        batch[150]["order"]["number"] = batch[10]["order"]["number"].clone();
        batch[160]["message_id"] = batch[50]["message_id"].clone();
        let first = post_all(&shop, &batch).await;
        let pair = |one: usize, two: usize| {
            let mut pair = [first[one].as_str(), first[two].as_str()];
            pair.sort_unstable();
            pair
        };
        assert_eq!(pair(10, 150), ["accepted", "order.number"]);
        assert_eq!(pair(50, 160), ["accepted", "duplicate"]);
        assert_eq!(first[bad], "body");
        assert_eq!(first.iter().filter(|it| *it == "accepted").count(), 197);
        // What comes again is known; what was refused is refused again.
        let again = post_all(&shop, &batch).await;
        for (at, (first, again)) in first.iter().zip(&again).enumerate() {
            let expected = if first == "accepted" { "duplicate" } else { first.as_str() };
            assert_eq!(again, expected, "{at} of round {round}");
        }
    }
    for table in ["SELECT count(*) FROM orders WHERE version = 1", "SELECT count(*) FROM inbox"] {
        assert_eq!(shop.count(table).await, 394, "{table}");
    }
    // What was refused has left nothing, not even its place among the source's orders.
    assert_eq!(shop.count("SELECT count(*) FROM source_orders").await, 394);
}

#[tokio::test]
async fn a_number_that_one_order_gives_up_and_another_gets_in_the_same_batch_changes_hands() {
    let shop = workshop().await;
    let mut orders = [approval("A-1"), approval("A-2")];
    // The one that gets the number is looked at first.
    orders.sort_by_key(|it| it["order"]["id"].as_str().unwrap().to_owned());
    let [mut gets, mut has] = orders;
    (gets["order"]["number"], has["order"]["number"]) = (json!("A-7"), json!("A-7"));
    assert_eq!(post_all(&shop, std::slice::from_ref(&has)).await, ["accepted"]);
    let mut gives = version(&has, 20);
    gives["order"]["number"] = json!("A-8");
    assert_eq!(post_all(&shop, &[gives, gets]).await, ["updated", "accepted"]);
    assert_eq!(shop.count("SELECT count(*) FROM orders WHERE number IN ('A-7', 'A-8')").await, 2);
}

#[tokio::test]
async fn a_bad_message_costs_only_itself() {
    let shop = workshop().await;
    let (good, taken, after) = (approval("A-1"), approval("A-1"), approval("A-3"));
    let mut malformed = approval("A-2");
    malformed["order"]["quantity"] = json!(0);
    let cancelled = message("CANCELLED", "A-9", 1);
    let batch = [good, taken, malformed, cancelled, after];
    let expected = ["accepted", "order.number", "order.quantity", "accepted", "accepted"];
    let mut answers = post_all(&shop, &batch).await;
    // A batch goes by the orders' ids: of two that want one number, either may come first.
    answers[..2].sort();
    assert_eq!(answers, expected);
    assert_eq!(shop.count("SELECT count(*) FROM orders").await, 2);
    // What was refused has left nothing, not even its place among the source's orders.
    assert_eq!(shop.count("SELECT count(*) FROM source_orders").await, 3);
}

#[tokio::test]
async fn what_the_database_itself_refuses_costs_only_itself_and_is_not_tried_for_ever() {
    let shop = workshop().await;
    let refuse = "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN \
                  IF NEW.title = 'poison' THEN RAISE EXCEPTION 'no' USING ERRCODE = '22023'; END IF; \
                  RETURN NULL; END $$; \
                  CREATE CONSTRAINT TRIGGER refuse AFTER INSERT ON orders DEFERRABLE INITIALLY DEFERRED \
                  FOR EACH ROW EXECUTE FUNCTION refuse()";
    sqlx::raw_sql(refuse).execute(shop.database.pool()).await.unwrap();
    let mut poison = approval("A-2");
    poison["order"]["title"] = json!("poison");
    let batch = [approval("A-1"), poison, approval("A-3")];
    // It shows only at the commit, so the whole transaction fails; the others must not suffer.
    assert_eq!(post_all(&shop, &batch).await, ["accepted", "body", "accepted"]);
    assert_eq!(shop.count("SELECT count(*) FROM orders").await, 2);
}

#[tokio::test]
async fn two_servers_with_the_same_messages_in_other_orders_agree_and_do_not_block_each_other() {
    let shop = workshop().await;
    let other = shop.another().await;
    for round in 0..10 {
        let bodies: Vec<String> = (0..30).map(|n| approval(&format!("A-{round}-{n}")).to_string()).collect();
        let there: Vec<&[u8]> = bodies.iter().map(String::as_bytes).collect();
        let back: Vec<&[u8]> = there.iter().rev().copied().collect();
        let both = async {
            tokio::join!(shop.desk.intake_all(Door::Broker, &there), other.intake_all(Door::Broker, &back))
        };
        let (one, two) = tokio::time::timeout(Duration::from_secs(10), both).await.unwrap();
        let accepted =
            one.iter().chain(&two).filter(|answer| matches!(answer, Ok(it) if it.name() == "accepted"));
        assert_eq!(accepted.count(), 30);
        assert!(one.iter().chain(&two).all(Result::is_ok));
    }
    assert_eq!(shop.count("SELECT count(*) FROM orders").await, 300);
}

#[tokio::test]
async fn while_the_database_is_away_every_message_of_a_batch_waits() {
    let shop = workshop().await;
    let mut malformed = approval("A-2");
    malformed["type"] = json!("?");
    let batch = [approval("A-1"), malformed, approval("A-3")];
    shop.database.away(true).await;
    let answers = post_all(&shop, &batch).await;
    shop.database.away(false).await;
    assert_eq!(answers[1], "type");
    assert!(answers[0].contains("unavailable") || answers[0] == answers[2], "{answers:?}");
    let taken = async || post_all(&shop, &batch).await[0] != answers[0];
    floor::until("the first message is taken", Duration::from_secs(10), taken).await;
    assert_eq!(post_all(&shop, &batch).await, ["duplicate", "type", "duplicate"]);
}

#[tokio::test]
async fn old_messages_are_forgotten_but_none_of_an_order_on_the_board_and_none_unsent() {
    let shop = workshop().await;
    let kept = approval("A-1");
    let left = approval("A-2");
    assert_eq!(post_all(&shop, &[kept, left.clone()]).await, ["accepted", "accepted"]);
    let mut cancelled = version(&left, 8);
    cancelled["order"]["status"] = json!("CANCELLED");
    assert_eq!(post_all(&shop, &[cancelled]).await, ["accepted"]);
    let old = "UPDATE inbox SET received_at = now() - interval '91 days'; \
               INSERT INTO outbox (message_id, order_id, routing_key, payload, created_at, published_at) \
               SELECT gen_random_uuid(), gen_random_uuid(), 'order.started', '{}', now() - interval '20 days', sent \
               FROM (VALUES (now() - interval '15 days'), (now() - interval '1 day'), (NULL::timestamptz)) s (sent)";
    sqlx::raw_sql(old).execute(shop.database.pool()).await.unwrap();
    // A server that starts begins by clearing.
    let _another = shop.another().await;
    // The first server may be in the middle of its own clearing, past the news.
    let forgotten = async || {
        let (messages, news) = ("SELECT count(*) FROM inbox", "SELECT count(*) FROM outbox");
        shop.count(messages).await == 1 && shop.count(news).await == 2
    };
    floor::until("old messages and news are forgotten", Duration::from_secs(10), forgotten).await;
    assert_eq!(shop.count("SELECT count(*) FROM outbox WHERE published_at IS NULL").await, 1);
    // What is forgotten has no effect when it comes again.
    assert_eq!(post_all(&shop, &[left]).await, ["stale"]);
}
