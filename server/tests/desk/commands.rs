//! Commands: who may do what to which order, once, and with what answer.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use app::{
    backend::Backend,
    domain::{Command, OrderId, Refusal, Role, Status},
};
use futures_util::{StreamExt, stream};
use server::board::Snapshot;

use crate::{
    floor,
    workshop::{press, press_once, workshop},
};

const FORWARD: [(Command, Status); 4] = [
    (Command::Take, Status::Started),
    (Command::Complete, Status::Completed),
    (Command::Pack, Status::Packaging),
    (Command::Ship, Status::Shipped),
];

fn status(near: &Snapshot, id: OrderId) -> Option<Status> {
    near.get(id).map(|held| held.card.status)
}

#[tokio::test]
async fn an_order_goes_from_take_to_ship_and_leaves_the_board() {
    let shop = workshop().await;
    let anna = shop.person("anna", Role::Operator).await;
    let id = shop.order("A-1").await;
    let mut before = None;
    for (step, (command, reached)) in FORWARD.into_iter().enumerate() {
        let version = i32::try_from(step).unwrap() + 1;
        let receipt = press_once(&shop.desk, &anna, command, id, version).await.unwrap();
        assert_eq!((receipt.order.status, receipt.order.version), (reached, version + 1));
        assert_eq!(receipt.order.operator.as_ref().unwrap().login, "anna");
        assert!(before.is_none_or(|before| receipt.revision > before));
        before = Some(receipt.revision);
        let near = shop.desk.cache().at_least(receipt.revision, Duration::from_secs(5)).await.unwrap();
        assert!(near.revision() >= receipt.revision);
        assert_eq!(status(&near, id), Some(reached).filter(|status| status.is_actual()));
        assert_eq!(shop.card(id).await, receipt.order);
    }
    let news: Vec<(String, String, i32, String)> = sqlx::query_as(
        "SELECT routing_key, payload->'order'->>'status', (payload->'order'->>'version')::int,
                payload->'order'->'operator'->>'login' FROM outbox ORDER BY position, id",
    )
    .fetch_all(shop.database.pool())
    .await
    .unwrap();
    let told = |key: &str, status: Status, version| {
        (key.to_owned(), status.wire().to_owned(), version, "anna".to_owned())
    };
    let expected = [
        told("order.started", Status::Started, 2),
        told("order.completed", Status::Completed, 3),
        told("order.packaging", Status::Packaging, 4),
        told("order.shipped", Status::Shipped, 5),
    ];
    assert_eq!(news, expected);
    assert_eq!(shop.count("SELECT count(*) FROM order_history WHERE source = 'mes'").await, 4);
}

#[tokio::test]
async fn a_double_click_is_the_same_answer_and_one_change() {
    let shop = workshop().await;
    let anna = shop.person("anna", Role::Operator).await;
    let id = shop.order("A-1").await;
    let twice = [0; 8].map(|_| shop.desk.command(press(&anna, Command::Take, id, 1, "click-1")));
    let answers = futures_util::future::join_all(twice).await;
    let first = serde_json::to_string(answers[0].as_ref().unwrap()).unwrap();
    for answer in &answers {
        assert_eq!(serde_json::to_string(answer.as_ref().unwrap()).unwrap(), first);
    }
    press_once(&shop.desk, &anna, Command::Complete, id, 2).await.unwrap();
    let late = shop.desk.command(press(&anna, Command::Take, id, 1, "click-1")).await.unwrap();
    assert_eq!(serde_json::to_string(&late).unwrap(), first);
    assert_eq!(shop.count("SELECT count(*) FROM order_history WHERE source = 'mes'").await, 2);
}

#[tokio::test]
async fn a_request_id_with_other_fields_is_refused() {
    let shop = workshop().await;
    let anna = shop.person("anna", Role::Operator).await;
    let id = shop.order("A-1").await;
    press_once(&shop.desk, &anna, Command::Take, id, 1).await.unwrap();
    let release = press(&anna, Command::Release, id, 2, "r-1");
    shop.desk.command(release.clone()).await.unwrap();
    let mut other = release.clone();
    other.version = 3;
    assert_eq!(shop.desk.command(other).await, Err(Refusal::RequestReused));
    let mut other = release;
    other.reason = Some("другая причина".to_owned());
    assert_eq!(shop.desk.command(other).await, Err(Refusal::RequestReused));
}

#[tokio::test]
async fn of_a_thousand_takes_one_wins_and_the_others_learn_who() {
    let shop = workshop().await;
    let id = shop.order("A-1").await;
    shop.order("A-2").await;
    let free = async || shop.desk.cache().near().unwrap().len() == 2;
    floor::until("both orders are on the board", Duration::from_secs(5), free).await;
    let mut people = Vec::new();
    for n in 0..32 {
        people.push(shop.person(&format!("op{n}"), Role::Operator).await);
    }
    let takes = stream::iter(0..1000).map(|n| {
        let desk = Arc::clone(&shop.desk);
        let ask = press(&people[n % 32], Command::Take, id, 1, &format!("take-{n}"));
        async move { desk.command(ask).await }
    });
    let answers: Vec<_> = takes.buffer_unordered(32).collect().await;
    let winners: Vec<_> = answers.iter().filter_map(|answer| answer.as_ref().ok()).collect();
    assert_eq!(winners.len(), 1);
    let winner = &winners[0].order.operator;
    for answer in answers.iter().filter_map(|answer| answer.as_ref().err()) {
        let Refusal::Conflict { card, next_free } = answer else { panic!("{answer:?}") };
        assert_eq!(&card.operator, winner);
        assert_eq!(next_free.as_ref().unwrap().as_str(), "A-2");
    }
    assert_eq!(shop.count("SELECT count(*) FROM order_history WHERE source = 'mes'").await, 1);
    assert_eq!(shop.count("SELECT count(*) FROM outbox").await, 1);
}

#[tokio::test]
async fn whoever_comes_too_late_is_not_told_of_what_their_board_does_not_have_yet() {
    let shop = workshop().await;
    let (anna, boris) =
        (shop.person("anna", Role::Operator).await, shop.person("boris", Role::Operator).await);
    let mut told = 0;
    for n in 1..=20 {
        let id = shop.order(&format!("A-{n}")).await;
        press_once(&shop.desk, &anna, Command::Take, id, 1).await.unwrap();
        let begun = Instant::now();
        let late = press_once(&shop.desk, &boris, Command::Take, id, 1).await;
        let waited = begun.elapsed();
        assert!(matches!(late, Err(Refusal::Conflict { .. })), "{late:?}");
        let near = shop.desk.cache().near().unwrap();
        let operator = near.get(id).and_then(|held| held.card.operator.clone());
        if operator.map(|it| it.login).as_deref() == Some("anna") {
            told += 1;
        } else {
            // A busy machine may need longer than anybody is let wait.
            assert!(waited >= Duration::from_millis(100), "at order {n}, after {waited:?}");
        }
    }
    assert!(told >= 10, "{told} of 20 boards knew");
}

#[tokio::test]
async fn refusals_come_in_the_order_of_the_contract_and_change_nothing() {
    let shop = workshop().await;
    let (anna, boris) =
        (shop.person("anna", Role::Operator).await, shop.person("boris", Role::Operator).await);
    let id = shop.order("A-1").await;
    press_once(&shop.desk, &anna, Command::Take, id, 1).await.unwrap();
    let before = shop.card(id).await;
    let events = shop.count("SELECT rev FROM board_clock").await;

    let mut without_reason = press(&anna, Command::Release, OrderId(anna.user), 0, "q-1");
    without_reason.reason = None;
    let Err(Refusal::Invalid(fields)) = shop.desk.command(without_reason).await else { panic!() };
    assert_eq!(fields.iter().map(|(field, _)| *field).collect::<Vec<_>>(), ["version", "reason"]);
    for reason in ["", " ", "\0", &"я".repeat(501)] {
        let mut ask = press(&anna, Command::Release, id, 2, "q-2");
        ask.reason = Some(reason.to_owned());
        assert!(matches!(shop.desk.command(ask).await, Err(Refusal::Invalid(_))), "{reason:?}");
    }
    let unknown = press_once(&shop.desk, &anna, Command::Complete, OrderId(anna.user), 1).await;
    assert_eq!(unknown, Err(Refusal::Unknown));
    // Another operator's, and of an old version: not yours comes first.
    let foreign = press_once(&shop.desk, &boris, Command::Complete, id, 1).await;
    assert_eq!(foreign, Err(Refusal::NotYours(Box::new(before.clone()))));
    // An old version, and a transition that is not allowed: the version comes first.
    let stale = press_once(&shop.desk, &anna, Command::Ship, id, 1).await;
    assert_eq!(stale, Err(Refusal::Conflict { card: Box::new(before.clone()), next_free: None }));
    let wrong = press_once(&shop.desk, &anna, Command::Ship, id, 2).await;
    assert_eq!(wrong, Err(Refusal::NotAllowed { card: Box::new(before.clone()), command: Command::Ship }));
    // Taken by myself already: a new press is a conflict like anybody's.
    let again = press_once(&shop.desk, &anna, Command::Take, id, 1).await;
    assert!(matches!(again, Err(Refusal::Conflict { .. })));

    assert_eq!(shop.card(id).await, before);
    assert_eq!(shop.count("SELECT rev FROM board_clock").await, events);
    assert_eq!(shop.count("SELECT count(*) FROM command_receipts").await, 1);
}

#[tokio::test]
async fn supervisors_release_and_rework_any_order_and_nothing_else() {
    let shop = workshop().await;
    let anna = shop.person("anna", Role::Operator).await;
    let boss = shop.person("boss", Role::Supervisor).await;
    let id = shop.order("A-1").await;
    press_once(&shop.desk, &anna, Command::Take, id, 1).await.unwrap();
    let complete = press_once(&shop.desk, &boss, Command::Complete, id, 2).await;
    assert!(matches!(complete, Err(Refusal::NotYours(_))));
    let released = press_once(&shop.desk, &boss, Command::Release, id, 2).await.unwrap().order;
    assert_eq!((released.status, released.operator), (Status::Approved, None));
    press_once(&shop.desk, &anna, Command::Take, id, 3).await.unwrap();
    press_once(&shop.desk, &anna, Command::Complete, id, 4).await.unwrap();
    let reworked = press_once(&shop.desk, &boss, Command::Rework, id, 5).await.unwrap().order;
    assert_eq!((reworked.status, reworked.operator.unwrap().login), (Status::Started, "anna".to_owned()));
    let steps: Vec<(String, Option<String>)> = sqlx::query_as(
        "SELECT u.login, h.reason FROM order_history h JOIN users u ON u.id = h.operator_id
         WHERE h.command IN ('release', 'rework') ORDER BY h.id",
    )
    .fetch_all(shop.database.pool())
    .await
    .unwrap();
    let by_boss = ("boss".to_owned(), Some("брак литья".to_owned()));
    assert_eq!(steps, [by_boss.clone(), by_boss]);
}

#[tokio::test]
async fn without_the_database_a_command_says_when_to_try_again_and_the_same_press_succeeds_later() {
    let shop = workshop().await;
    let anna = shop.person("anna", Role::Operator).await;
    let id = shop.order("A-1").await;
    shop.database.away(true).await;
    let ask = press(&anna, Command::Take, id, 1, "press-1");
    assert!(matches!(shop.desk.command(ask.clone()).await, Err(Refusal::Unavailable { retry_after: 1.. })));
    shop.database.away(false).await;
    let back = async || shop.desk.command(ask.clone()).await.is_ok();
    floor::until("the same press succeeds", Duration::from_secs(10), back).await;
    assert_eq!(shop.card(id).await.version, 2);
}
