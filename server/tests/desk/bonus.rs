//! A bonus on an order that nobody takes: a command like the others, seen by all, and its effect measured.
#![expect(clippy::unwrap_used, reason = "tests")]

use std::time::Duration;

use app::{
    backend::{Backend, BonusAsk},
    domain::{Actor, Amount, Command, OrderId, Refusal, Role},
};
use serde_json::json;
use server::clock::Clock as _;

use crate::{
    floor,
    workshop::{message::whole, press_once, workshop},
};

pub fn ask(actor: &Actor, id: OrderId, version: i32, request: &str, hundredths: i64) -> BonusAsk {
    BonusAsk {
        actor: actor.clone(),
        id,
        version,
        request_id: request.parse().unwrap(),
        amount: Amount::from_hundredths(hundredths),
    }
}

fn text(money: &app::domain::Money) -> String {
    format!("{} {}", money.amount, money.currency)
}

#[tokio::test]
async fn a_bonus_is_part_of_the_pay_and_stands_on_the_card_and_on_the_record() {
    let shop = workshop().await;
    let (boss, anna) =
        (shop.person("boss", Role::Supervisor).await, shop.person("anna", Role::Operator).await);
    let message = whole("A-1");
    assert_eq!(shop.post(&message).await, "accepted");
    let id: OrderId = message["order"]["id"].as_str().unwrap().parse().unwrap();
    let before = serde_json::to_value(shop.card(id).await).unwrap();
    assert!(!before.as_object().unwrap().contains_key("bonus"), "a card without one is the contract's");

    let receipt = shop.desk.bonus(ask(&boss, id, 1, "b-1", 100_000)).await.unwrap();
    assert_eq!(
        (receipt.order.version, text(receipt.order.pay.as_ref().unwrap())),
        (2, "7900.50 RUB".to_owned())
    );
    assert_eq!(text(receipt.order.bonus.as_ref().unwrap()), "1000.00 RUB");
    let there = async || shop.desk.cache().near().unwrap().revision() >= receipt.revision;
    floor::until("it is on the board", Duration::from_secs(5), there).await;
    let page = shop.desk.order(&"A-1".parse().unwrap(), None).await.unwrap().unwrap();
    let step = page.entry.history.last().unwrap();
    assert_eq!((step.status.as_str(), step.reason.as_deref()), ("BONUS", Some("1000.00 RUB")));
    assert_eq!(step.by.as_ref().unwrap().login, "boss");

    // Another in its place, and back to nothing.
    let receipt = shop.desk.bonus(ask(&boss, id, 2, "b-2", 50_000)).await.unwrap();
    assert_eq!(text(receipt.order.pay.as_ref().unwrap()), "7400.50 RUB");
    let receipt = shop.desk.bonus(ask(&boss, id, 3, "b-3", 0)).await.unwrap();
    assert_eq!(serde_json::to_value(&receipt.order).unwrap()["pay"], before["pay"]);
    assert_eq!(receipt.order.bonus, None);

    // Whoever takes it earns it.
    shop.desk.bonus(ask(&boss, id, 4, "b-4", 70_000)).await.unwrap();
    let taken = press_once(&shop.desk, &anna, Command::Take, id, 5).await.unwrap();
    assert_eq!(text(taken.order.pay.as_ref().unwrap()), "7600.50 RUB");
}

#[tokio::test]
async fn the_same_press_is_the_same_answer_and_what_has_moved_on_is_told() {
    let shop = workshop().await;
    let (boss, anna) =
        (shop.person("boss", Role::Supervisor).await, shop.person("anna", Role::Operator).await);
    let id = shop.order("A-1").await;
    let first = shop.desk.bonus(ask(&boss, id, 1, "b-1", 100_000)).await.unwrap();
    let again = shop.desk.bonus(ask(&boss, id, 1, "b-1", 100_000)).await.unwrap();
    assert_eq!(serde_json::to_string(&first).unwrap(), serde_json::to_string(&again).unwrap());
    assert_eq!(shop.count("SELECT count(*) FROM order_bonuses").await, 1);
    let other = shop.desk.bonus(ask(&boss, id, 1, "b-1", 200_000)).await;
    assert_eq!(other, Err(Refusal::RequestReused));
    // An order without pay has one in the currency of its price.
    assert_eq!(text(first.order.pay.as_ref().unwrap()), "1000.00 RUB");

    let stale = shop.desk.bonus(ask(&boss, id, 1, "b-2", 200_000)).await.unwrap_err();
    assert!(matches!(stale, Refusal::Conflict { card, .. } if card.version == 2));
    press_once(&shop.desk, &anna, Command::Take, id, 2).await.unwrap();
    let late = shop.desk.bonus(ask(&boss, id, 3, "b-3", 200_000)).await.unwrap_err();
    assert!(matches!(late, Refusal::Conflict { card, .. } if card.operator.is_some()), "somebody has it");
    let nobody = floor::orders::id();
    assert_eq!(shop.desk.bonus(ask(&boss, OrderId(nobody), 1, "b-4", 1)).await, Err(Refusal::Unknown));
}

#[tokio::test]
async fn a_bonus_outlasts_the_shop_s_news_but_not_another_currency() {
    let shop = workshop().await;
    let boss = shop.person("boss", Role::Supervisor).await;
    let mut message = whole("A-1");
    assert_eq!(shop.post(&message).await, "accepted");
    let id: OrderId = message["order"]["id"].as_str().unwrap().parse().unwrap();
    shop.desk.bonus(ask(&boss, id, 1, "b-1", 100_000)).await.unwrap();
    let mut news = |version: i64, currency: &str| {
        message["message_id"] = json!(floor::orders::id().to_string());
        message["order"]["source_version"] = json!(version);
        message["order"]["operator_pay"] = json!({ "amount": "100.00", "currency": currency });
        message.clone()
    };
    assert_eq!(shop.post(&news(8, "RUB")).await, "updated");
    assert_eq!(text(shop.card(id).await.pay.as_ref().unwrap()), "1100.00 RUB");
    assert_eq!(shop.post(&news(9, "KZT")).await, "updated");
    let card = shop.card(id).await;
    assert_eq!((text(card.pay.as_ref().unwrap()), card.bonus), ("100.00 KZT".to_owned(), None));
}

#[tokio::test]
async fn what_is_passed_over_rises_and_what_a_bonus_does_is_measured() {
    let shop = workshop().await;
    let (boss, anna) =
        (shop.person("boss", Role::Supervisor).await, shop.person("anna", Role::Operator).await);
    let (lured, plain, last) = (shop.order("A-1").await, shop.order("A-2").await, shop.order("A-3").await);
    assert_eq!(shop.desk.neglected(None).await.unwrap().count, 0);
    shop.clock.pass(Duration::from_secs(73 * 3600));
    let mut message = whole("A-4");
    message["occurred_at"] = json!(shop.clock.now().to_string());
    assert_eq!(shop.post(&message).await, "accepted");
    let there = async || shop.desk.neglected(None).await.unwrap().count == 3;
    floor::until("the three are passed over", Duration::from_secs(10), there).await;
    let neglected = shop.desk.neglected(None).await.unwrap();
    let numbers: Vec<_> = neglected.oldest.iter().map(|card| card.number.as_str()).collect();
    assert_eq!(numbers, ["A-1", "A-2", "A-3"], "the oldest first, and never the new one");

    shop.desk.bonus(ask(&boss, lured, 1, "b-1", 50_000)).await.unwrap();
    shop.clock.pass(Duration::from_secs(3600));
    let taken = press_once(&shop.desk, &anna, Command::Take, lured, 2).await.unwrap();
    let left = async || {
        let passed = shop.desk.neglected(Some(taken.revision)).await.unwrap();
        passed.oldest.iter().all(|card| card.id != lured)
    };
    floor::until("whoever took it sees it passed over no more", Duration::from_secs(10), left).await;
    shop.clock.pass(Duration::from_secs(9 * 3600));
    press_once(&shop.desk, &anna, Command::Take, plain, 1).await.unwrap();
    let measured = async || {
        shop.clock.pass(Duration::from_secs(61));
        shop.desk.refresh_flow().await.unwrap();
        let page = shop.desk.flow(24, None).await.unwrap();
        page.measured.is_some_and(|measured| measured.bonuses.iter().all(|side| side.taken == 1))
    };
    floor::until("the effect is measured", Duration::from_secs(20), measured).await;
    let [with, without] = shop.desk.flow(24, None).await.unwrap().measured.unwrap().bonuses;
    assert_eq!((with.orders, with.taken), (1, 1));
    // From the bonus to the take: an hour. Without one, from the third day on: one hour, and ten more.
    assert!((with.p50.unwrap() - 3600.0).abs() < 120.0, "{with:?}");
    assert_eq!((without.orders, without.taken), (2, 1));
    assert!((without.p50.unwrap() - 11.0 * 3600.0).abs() < 120.0, "{without:?}");
    assert_ne!(last, plain);
}

#[tokio::test]
async fn only_a_bonus_on_what_was_passed_over_that_still_stood_at_the_take_counts_as_one() {
    let shop = workshop().await;
    let (boss, anna) =
        (shop.person("boss", Role::Supervisor).await, shop.person("anna", Role::Operator).await);
    let (early, back, again) = (shop.order("A-1").await, shop.order("A-2").await, shop.order("A-3").await);
    shop.desk.bonus(ask(&boss, early, 1, "b-1", 50_000)).await.unwrap();
    shop.clock.pass(Duration::from_secs(73 * 3600));
    shop.desk.bonus(ask(&boss, back, 1, "b-2", 50_000)).await.unwrap();
    shop.desk.bonus(ask(&boss, back, 2, "b-3", 0)).await.unwrap();
    shop.desk.bonus(ask(&boss, again, 1, "b-4", 50_000)).await.unwrap();
    shop.desk.bonus(ask(&boss, again, 2, "b-5", 0)).await.unwrap();
    shop.clock.pass(Duration::from_secs(3600));
    shop.desk.bonus(ask(&boss, again, 3, "b-6", 70_000)).await.unwrap();
    shop.clock.pass(Duration::from_secs(3600));
    for (id, version) in [(early, 2), (back, 3), (again, 4)] {
        press_once(&shop.desk, &anna, Command::Take, id, version).await.unwrap();
    }
    let measured = async || {
        shop.clock.pass(Duration::from_secs(61));
        shop.desk.refresh_flow().await.unwrap();
        let page = shop.desk.flow(24, None).await.unwrap();
        page.measured.is_some_and(|measured| measured.bonuses[0].taken > 0)
    };
    floor::until("the effect is measured", Duration::from_secs(20), measured).await;
    let [with, without] = shop.desk.flow(24, None).await.unwrap().measured.unwrap().bonuses;
    assert_eq!((with.orders, with.taken), (1, 1), "neither the early one nor the one that was taken back");
    assert!((with.p50.unwrap() - 3600.0).abs() < 120.0, "from the bonus that it was taken with: {with:?}");
    assert_eq!((without.orders, without.taken), (0, 0));
}
