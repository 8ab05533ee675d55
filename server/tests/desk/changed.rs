//! A model that the shop changes while somebody has the order: both are kept until the operator says what they work to.
#![expect(clippy::unwrap_used, reason = "tests")]

use std::time::Duration;

use app::{
    backend::{Backend, ConfirmAsk},
    domain::{Actor, Card, Command, ModelDigest, ModelState, OrderId, Refusal, Role},
};
use serde_json::{Value, json};
use server::desk::ModelError;
use sha2::{Digest, Sha256};

use crate::{
    floor,
    workshop::{Workshop, message::approval, press_once, workshop},
};

const RING: &[u8] = include_bytes!("../../src/model/tests/files/plain.glb");
const OTHER: &[u8] = include_bytes!("../../src/model/tests/files/quantized.glb");
const THIRD: &[u8] = include_bytes!("../../src/model/tests/files/meshopt.glb");

fn digest(bytes: &[u8]) -> ModelDigest {
    ModelDigest(Sha256::digest(bytes).into())
}

/// An order of the shop with its own files.
struct Order {
    message: Value,
    id: OrderId,
}

impl Order {
    /// Approved with the ring's model, which is looked at when this returns.
    async fn of(shop: &Workshop, number: &str) -> Self {
        for (key, bytes) in
            [("ring.glb", RING), ("same.glb", RING), ("other.glb", OTHER), ("third.glb", THIRD)]
        {
            shop.s3.put(key, bytes).await;
        }
        shop.s3.put("bad.glb", b"<html>").await;
        let mut message = approval(number);
        message["order"]["model"] = json!({ "key": "ring.glb", "size": RING.len() });
        let id = message["order"]["id"].as_str().unwrap().parse().unwrap();
        let order = Self { message, id };
        assert_eq!(shop.post(&order.message).await, "accepted");
        order.looked_at(shop).await;
        order
    }

    /// The shop names another file, or none.
    async fn name(&mut self, shop: &Workshop, key: Option<&str>) {
        let order = &mut self.message["order"];
        order["source_version"] = json!(order["source_version"].as_i64().unwrap() + 1);
        order["model"] = key.map_or(Value::Null, |key| json!({ "key": key, "size": 1000 }));
        self.message["message_id"] = json!(floor::orders::id().to_string());
        assert_eq!(shop.post(&self.message).await, "updated");
    }

    async fn looked_at(&self, shop: &Workshop) -> Card {
        let done = async || shop.card(self.id).await.model_state != ModelState::Pending;
        floor::until("the model is looked at", Duration::from_secs(20), done).await;
        shop.card(self.id).await
    }

    /// The same, and the board of the server knows it.
    async fn shown(&self, shop: &Workshop) -> Card {
        let card = self.looked_at(shop).await;
        let near = async || {
            let near = shop.desk.cache().near().unwrap();
            near.get(self.id).is_some_and(|held| held.card == card)
        };
        floor::until("the board has the card", Duration::from_secs(10), near).await;
        card
    }

    fn confirmation(&self, actor: &Actor, version: i32, sha256: ModelDigest, request: &str) -> ConfirmAsk {
        let request_id = request.parse().unwrap();
        ConfirmAsk { actor: actor.clone(), id: self.id, version, request_id, sha256 }
    }
}

fn before(card: &Card) -> Option<ModelDigest> {
    card.model_before.as_ref().map(|model| model.sha256)
}

/// Whether the file may be had: by the board in memory, and by the database.
async fn is_served(shop: &Workshop, sha256: ModelDigest) -> bool {
    let near = shop.desk.cache().near().unwrap().named_model(&sha256).map(|(size, _)| size);
    let stored = shop.database.store.find_model(&sha256).await.unwrap().map(|(size, _)| size);
    assert_eq!(near, stored, "memory and database agree on {sha256}");
    match shop.desk.model_size(sha256).await {
        Ok(size) => {
            assert_eq!(Some(size), near);
            true
        }
        Err(error) => {
            assert!(matches!(error, ModelError::Unknown));
            false
        }
    }
}

#[tokio::test]
async fn of_a_taken_order_both_models_are_there_until_its_operator_confirms_the_new_one() {
    let shop = workshop().await;
    let (anna, boris) =
        (shop.person("anna", Role::Operator).await, shop.person("boris", Role::Operator).await);
    let boss = shop.person("boss", Role::Supervisor).await;
    let mut order = Order::of(&shop, "A-1").await;
    press_once(&shop.desk, &anna, Command::Take, order.id, 1).await.unwrap();
    let (old, new) = (digest(RING), digest(OTHER));

    // While the new file can't be fetched, the old one stands beside nothing, and nothing can be confirmed.
    shop.s3.leave();
    order.name(&shop, Some("other.glb")).await;
    let card = shop.card(order.id).await;
    assert_eq!((card.version, card.model_state, &card.model), (3, ModelState::Pending, &None));
    assert_eq!(card.model_before.as_ref().unwrap().size, RING.len() as u64);
    let early = shop.desk.confirm_model(order.confirmation(&anna, 3, new, "c-0")).await;
    assert!(matches!(early, Err(Refusal::OtherModel(card)) if card.model_state == ModelState::Pending));

    shop.s3.come_back().await;
    let card = order.shown(&shop).await;
    assert_eq!((card.model.as_ref().unwrap().sha256, before(&card)), (new, Some(old)));
    assert!(is_served(&shop, old).await && is_served(&shop, new).await);
    assert!(shop.desk.picture(old).await.is_ok());
    let named: Vec<_> =
        shop.database.store.ready_models().await.unwrap().into_iter().map(|(sha256, ..)| sha256).collect();
    assert!(named.contains(&old) && named.contains(&new), "the doctor looks for both");
    let entry = shop.desk.order(&"A-1".parse().unwrap(), None).await.unwrap().unwrap().entry;
    let (was, is) = (entry.model_before_facts.unwrap(), entry.model_facts.unwrap());
    assert!(was.bench.unwrap().volume_mm3.is_some() && is.triangles > 0, "they can be compared");
    // A browser keeps the current model alone.
    let manifest: Value =
        serde_json::from_slice(&shop.desk.manifest(&anna, None, None).await.unwrap()).unwrap();
    assert_eq!(manifest["models"].as_array().unwrap().len(), 1);
    assert_eq!(manifest["models"][0]["sha256"], json!(new));

    for other in [&boris, &boss] {
        let theirs = shop.desk.confirm_model(order.confirmation(other, 3, new, "c-1")).await;
        assert!(matches!(theirs, Err(Refusal::NotYours(card)) if card.is_of("anna")));
    }
    let late = shop.desk.confirm_model(order.confirmation(&anna, 2, new, "c-2")).await;
    assert!(matches!(late, Err(Refusal::Conflict { card, .. }) if card.version == 3));
    let unseen = shop.desk.confirm_model(order.confirmation(&anna, 3, old, "c-3")).await;
    assert!(matches!(unseen, Err(Refusal::OtherModel(_))));
    assert_eq!(before(&shop.card(order.id).await), Some(old), "nothing of this changed anything");

    let receipt = shop.desk.confirm_model(order.confirmation(&anna, 3, new, "c-4")).await.unwrap();
    assert_eq!((receipt.order.version, before(&receipt.order)), (4, None));
    assert_eq!(receipt.order.model.as_ref().unwrap().sha256, new);
    let again = shop.desk.confirm_model(order.confirmation(&anna, 3, new, "c-4")).await.unwrap();
    assert_eq!(serde_json::to_string(&receipt).unwrap(), serde_json::to_string(&again).unwrap());
    let reused = shop.desk.confirm_model(order.confirmation(&anna, 3, old, "c-4")).await;
    assert_eq!(reused, Err(Refusal::RequestReused));

    let card = order.shown(&shop).await;
    assert!(!serde_json::to_value(&card).unwrap().as_object().unwrap().contains_key("model_before"));
    assert!(!is_served(&shop, old).await && is_served(&shop, new).await);
    let kept: (String, String, String) = sqlx::query_as(
        "SELECT u.login, c.before, c.after FROM model_confirmations c JOIN users u ON u.id = c.user_id",
    )
    .fetch_one(shop.database.pool())
    .await
    .unwrap();
    assert_eq!(kept, ("anna".to_owned(), old.to_string(), new.to_string()));
    let entry = shop.desk.order(&"A-1".parse().unwrap(), None).await.unwrap().unwrap().entry;
    let step = entry.history.last().unwrap();
    assert_eq!((step.status.as_str(), step.by.as_ref().unwrap().login.as_str()), ("MODEL_CONFIRMED", "anna"));
    assert_eq!(entry.model_before_facts, None);
}

#[tokio::test]
async fn for_an_order_that_nobody_has_a_changed_model_is_simply_the_model() {
    let shop = workshop().await;
    let anna = shop.person("anna", Role::Operator).await;
    let mut order = Order::of(&shop, "A-1").await;
    order.name(&shop, Some("other.glb")).await;
    let card = order.shown(&shop).await;
    assert_eq!((card.model.as_ref().unwrap().sha256, before(&card)), (digest(OTHER), None));
    assert!(!is_served(&shop, digest(RING)).await);
    let free = shop.desk.confirm_model(order.confirmation(&anna, 2, digest(OTHER), "c-1")).await;
    assert!(matches!(free, Err(Refusal::NotYours(card)) if card.operator.is_none()));
    let nobody = OrderId(floor::orders::id());
    let unknown = ConfirmAsk { id: nobody, ..order.confirmation(&anna, 2, digest(OTHER), "c-2") };
    assert_eq!(shop.desk.confirm_model(unknown).await, Err(Refusal::Unknown));
    let taken = press_once(&shop.desk, &anna, Command::Take, order.id, 2).await.unwrap();
    assert_eq!(before(&taken.order), None);
}

#[tokio::test]
async fn the_same_file_under_another_name_is_no_change_once_it_is_looked_at() {
    let shop = workshop().await;
    let anna = shop.person("anna", Role::Operator).await;
    let mut order = Order::of(&shop, "A-1").await;
    press_once(&shop.desk, &anna, Command::Take, order.id, 1).await.unwrap();
    shop.s3.leave();
    order.name(&shop, Some("same.glb")).await;
    assert_eq!(before(&shop.card(order.id).await), Some(digest(RING)), "nobody knows yet");
    shop.s3.come_back().await;
    let card = order.shown(&shop).await;
    assert_eq!((card.model.as_ref().unwrap().sha256, before(&card)), (digest(RING), None));
    assert!(is_served(&shop, digest(RING)).await);
}

#[tokio::test]
async fn what_is_compared_with_is_what_the_operator_worked_to_however_often_the_shop_changes_its_mind() {
    let shop = workshop().await;
    let anna = shop.person("anna", Role::Operator).await;
    let mut order = Order::of(&shop, "A-1").await;
    press_once(&shop.desk, &anna, Command::Take, order.id, 1).await.unwrap();
    for (key, sha256) in [("other.glb", digest(OTHER)), ("third.glb", digest(THIRD))] {
        order.name(&shop, Some(key)).await;
        let card = order.shown(&shop).await;
        assert_eq!((card.model.as_ref().unwrap().sha256, before(&card)), (sha256, Some(digest(RING))));
    }
    assert!(!is_served(&shop, digest(OTHER)).await, "the board does not name it");
    // What was seen is not what is there now.
    let seen = shop.desk.confirm_model(order.confirmation(&anna, 4, digest(OTHER), "c-1")).await;
    assert!(matches!(seen, Err(Refusal::OtherModel(_))));

    // A file that can't be shown, and none at all, leave what was worked to; that file again is no change.
    for (key, state) in [(Some("bad.glb"), ModelState::Refused), (None, ModelState::None)] {
        order.name(&shop, key).await;
        let card = order.shown(&shop).await;
        assert_eq!((card.model_state, before(&card)), (state, Some(digest(RING))));
        let nothing =
            shop.desk.confirm_model(order.confirmation(&anna, card.version, digest(RING), "c-2")).await;
        assert!(matches!(nothing, Err(Refusal::OtherModel(_))));
    }
    order.name(&shop, Some("ring.glb")).await;
    let card = order.shown(&shop).await;
    assert_eq!((card.model.as_ref().unwrap().sha256, before(&card)), (digest(RING), None));
    assert_eq!(shop.count("SELECT count(*) FROM model_confirmations").await, 0);
}

#[tokio::test]
async fn whoever_takes_a_released_order_never_saw_the_model_before_and_none_is_left_of_a_shipped_one() {
    let shop = workshop().await;
    let (anna, boris) =
        (shop.person("anna", Role::Operator).await, shop.person("boris", Role::Operator).await);
    let mut order = Order::of(&shop, "A-1").await;
    press_once(&shop.desk, &anna, Command::Take, order.id, 1).await.unwrap();
    order.name(&shop, Some("other.glb")).await;
    order.shown(&shop).await;
    let released = press_once(&shop.desk, &anna, Command::Release, order.id, 3).await.unwrap();
    assert_eq!(before(&released.order), None);
    order.shown(&shop).await;
    assert!(!is_served(&shop, digest(RING)).await);
    let taken = press_once(&shop.desk, &boris, Command::Take, order.id, 4).await.unwrap();
    assert_eq!(before(&taken.order), None);

    order.name(&shop, Some("third.glb")).await;
    assert_eq!(before(&order.shown(&shop).await), Some(digest(OTHER)));
    for (command, version) in [(Command::Complete, 6), (Command::Pack, 7)] {
        let made = press_once(&shop.desk, &boris, command, order.id, version).await.unwrap();
        assert_eq!(before(&made.order), Some(digest(OTHER)), "it waits, wherever the order goes");
    }
    let shipped = press_once(&shop.desk, &boris, Command::Ship, order.id, 8).await.unwrap();
    assert_eq!(before(&shipped.order), None);
    let gone = async || shop.desk.cache().near().unwrap().get(order.id).is_none();
    floor::until("it has left the board", Duration::from_secs(10), gone).await;
    let old = shop.desk.model_size(digest(OTHER)).await;
    assert!(matches!(old, Err(ModelError::Unknown)));
    assert!(shop.desk.model_size(digest(THIRD)).await.is_ok(), "its own page may show its own");
}

#[tokio::test]
async fn of_twenty_presses_at_once_one_confirms_and_the_others_are_told_that_it_is_done() {
    let shop = workshop().await;
    let anna = shop.person("anna", Role::Operator).await;
    let mut order = Order::of(&shop, "A-1").await;
    press_once(&shop.desk, &anna, Command::Take, order.id, 1).await.unwrap();
    order.name(&shop, Some("other.glb")).await;
    order.looked_at(&shop).await;
    let presses = (0..20).map(|n| {
        let ask = order.confirmation(&anna, 3, digest(OTHER), &format!("c-{n}"));
        let desk = std::sync::Arc::clone(&shop.desk);
        async move { desk.confirm_model(ask).await }
    });
    let answers = futures_util::future::join_all(presses).await;
    let (done, late): (Vec<_>, Vec<_>) = answers.into_iter().partition(Result::is_ok);
    assert_eq!((done.len(), late.len()), (1, 19));
    for answer in late {
        assert!(matches!(answer, Err(Refusal::Conflict { card, .. }) if card.version == 4));
    }
    assert_eq!(shop.count("SELECT count(*) FROM model_confirmations").await, 1);
}
