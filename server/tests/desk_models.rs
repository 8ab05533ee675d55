//! Models: fetched once, checked, kept by their hash, served from there.
#![expect(clippy::unwrap_used, reason = "tests")]

mod floor;
mod workshop;

use std::time::Duration;

use app::{
    backend::Backend,
    domain::{Card, Command, ModelDigest, ModelState, OrderId, Role},
};
use futures_util::StreamExt;
use serde_json::{Value, json};
use server::desk::{Desk, ModelError};
use sha2::{Digest, Sha256};
use workshop::{Workshop, message::approval, press_once, workshop};

const RING: &[u8] = include_bytes!("../src/model/tests/files/plain.glb");

fn digest(bytes: &[u8]) -> ModelDigest {
    ModelDigest(Sha256::digest(bytes).into())
}

fn with_model(number: &str, key: &str, sha256: Option<ModelDigest>) -> Value {
    let mut message = approval(number);
    message["order"]["model"] = json!({ "key": key, "size": RING.len(), "sha256": sha256 });
    message
}

fn id(message: &Value) -> OrderId {
    message["order"]["id"].as_str().unwrap().parse().unwrap()
}

async fn looked_at(shop: &Workshop, message: &Value) -> Card {
    let id = id(message);
    let done = async || shop.card(id).await.model_state != ModelState::Pending;
    floor::until("the model is looked at", Duration::from_secs(20), done).await;
    shop.card(id).await
}

async fn bytes(desk: &Desk, sha256: ModelDigest, part: Option<std::ops::Range<u64>>) -> Vec<u8> {
    let mut stream = desk.model(sha256, part).await.unwrap();
    let mut bytes = Vec::new();
    while let Some(chunk) = stream.body.next().await {
        bytes.extend_from_slice(&chunk.unwrap());
    }
    bytes
}

#[tokio::test]
async fn a_named_model_becomes_ready_measured_and_served_by_its_hash() {
    let shop = workshop().await;
    shop.s3.put("a/ring.glb", RING).await;
    let sha256 = digest(RING);
    let message = with_model("A-1", "a/ring.glb", Some(sha256));
    shop.post(&message).await;
    let card = looked_at(&shop, &message).await;
    assert_eq!((card.model_state, card.version), (ModelState::Ready, 1));
    assert_eq!(card.model.as_ref().unwrap().size, RING.len() as u64);
    let near = async || shop.desk.cache().near().unwrap().model(&sha256).is_some();
    floor::until("the board names the model", Duration::from_secs(5), near).await;
    let entry = shop.desk.order(&"A-1".parse().unwrap(), None).await.unwrap().unwrap().entry;
    assert!(entry.model_facts.unwrap().triangles > 0);
    // The shop's own copy changes; what was checked is what is served.
    shop.s3.put("a/ring.glb", b"something else").await;
    assert_eq!(bytes(&shop.desk, sha256, None).await, RING);
    assert_eq!(bytes(&shop.desk, sha256, Some(4..8)).await, RING[4..8]);
    assert_eq!(shop.desk.model_size(sha256).await.unwrap(), RING.len() as u64);
    let unknown = shop.desk.model_size(digest(b"")).await;
    assert!(matches!(unknown, Err(ModelError::Unknown)));
}

#[tokio::test]
async fn a_bad_file_is_named_for_what_it_is_and_never_served() {
    let shop = workshop().await;
    let mut lying = RING.to_vec();
    lying[8..12].copy_from_slice(&u32::MAX.to_le_bytes());
    shop.s3.put("cut.glb", &RING[..RING.len() / 2]).await;
    shop.s3.put("lying.glb", &lying).await;
    shop.s3.put("text.glb", b"<html>").await;
    shop.s3.put("ring.glb", RING).await;
    let cases = [
        ("gone.glb", None, ModelState::Missing),
        ("cut.glb", None, ModelState::Refused),
        ("lying.glb", None, ModelState::Refused),
        ("text.glb", None, ModelState::Refused),
        ("ring.glb", Some(digest(b"another")), ModelState::Mismatch),
    ];
    for (n, (key, sha256, state)) in cases.into_iter().enumerate() {
        let message = with_model(&format!("A-{n}"), key, sha256);
        assert_eq!(shop.post(&message).await, "accepted");
        let card = looked_at(&shop, &message).await;
        assert_eq!((card.model_state, card.model), (state, None), "{key}");
    }
    let problems = "SELECT count(*) FROM orders WHERE model_problem IS NOT NULL AND model_try_at IS NULL";
    assert_eq!(shop.count(problems).await, 5);
    assert!(shop.s3.verified().await.is_empty());
    assert!(matches!(shop.desk.model_size(digest(RING)).await, Err(ModelError::Unknown)));
}

#[tokio::test]
async fn while_s3_is_away_the_model_waits_and_the_board_is_not_disturbed() {
    let shop = workshop().await;
    shop.s3.put("ring.glb", RING).await;
    shop.s3.leave();
    let message = with_model("A-1", "ring.glb", None);
    assert_eq!(shop.post(&message).await, "accepted");
    let tried = async || shop.count("SELECT count(*) FROM orders WHERE model_tries >= 2").await == 1;
    floor::until("it was tried twice", Duration::from_secs(20), tried).await;
    assert_eq!(shop.card(id(&message)).await.model_state, ModelState::Pending);
    assert_eq!(shop.count("SELECT rev FROM board_clock").await, 1);
    shop.s3.come_back().await;
    assert_eq!(looked_at(&shop, &message).await.model_state, ModelState::Ready);
    shop.s3.leave();
    assert!(matches!(shop.desk.model(digest(RING), None).await, Err(ModelError::Away)));
}

#[tokio::test]
async fn a_model_named_anew_is_fetched_anew_and_the_same_one_is_not() {
    let shop = workshop().await;
    shop.s3.put("ring.glb", RING).await;
    let mut message = with_model("A-1", "ring.glb", None);
    shop.post(&message).await;
    looked_at(&shop, &message).await;
    let mut newer = |change: &dyn Fn(&mut Value)| {
        let again = approval("A-1");
        message["message_id"] = again["message_id"].clone();
        message["order"]["source_version"] = json!(message["order"]["source_version"].as_i64().unwrap() + 1);
        change(&mut message["order"]["model"]);
        message.clone()
    };
    let same = newer(&|_| {});
    assert_eq!(shop.post(&same).await, "updated");
    assert_eq!(shop.card(id(&same)).await.model_state, ModelState::Ready);
    let elsewhere = newer(&|model| model["key"] = json!("gone.glb"));
    assert_eq!(shop.post(&elsewhere).await, "updated");
    assert_eq!(looked_at(&shop, &elsewhere).await.model_state, ModelState::Missing);
    // The shop has put it there now and says so again.
    shop.s3.put("gone.glb", RING).await;
    assert_eq!(shop.post(&newer(&|_| {})).await, "updated");
    assert_eq!(looked_at(&shop, &elsewhere).await.model_state, ModelState::Ready);
    let none = newer(&|model| *model = Value::Null);
    assert_eq!(shop.post(&none).await, "updated");
    assert_eq!(shop.card(id(&none)).await.model_state, ModelState::None);
}

#[tokio::test]
async fn the_manifest_lists_what_a_worker_may_keep_and_what_it_must_drop() {
    let shop = workshop().await;
    let anna = shop.person("anna", Role::Operator).await;
    shop.s3.put("ring.glb", RING).await;
    let first = with_model("A-1", "ring.glb", None);
    shop.post(&first).await;
    shop.order("A-2").await;
    looked_at(&shop, &first).await;
    let near = async || shop.desk.cache().near().unwrap().revision().rev == 3;
    floor::until("the board is there", Duration::from_secs(5), near).await;
    let manifest = async |after: Option<&str>| -> Value {
        let after = after.map(|text| text.parse().unwrap());
        serde_json::from_slice(&shop.desk.manifest(&anna, after).await.unwrap()).unwrap()
    };
    let listed = |status: &str, version: i32, mine: bool| {
        json!([{ "order": first["order"]["id"], "sha256": digest(RING), "size": RING.len(), "status": status,
                 "version": version, "mine": mine }])
    };
    let full = manifest(None).await;
    assert_eq!((&full["full"], &full["models"]), (&json!(true), &listed("MANUFACTURING_APPROVED", 1, false)));
    let start = full["revision"].as_str().unwrap();
    let nothing = json!({ "revision": start, "full": false, "models": [], "removed": [] });
    assert_eq!(manifest(Some(start)).await, nothing);
    assert_eq!(manifest(Some("0.0")).await["full"], json!(true));

    let revision =
        press_once(&shop.desk, &anna, Command::Take, id(&first), 1).await.unwrap().revision.to_string();
    let taken = manifest(Some(start)).await;
    assert_eq!(taken["models"], listed("MANUFACTURING_STARTED", 2, true));
    assert_eq!((&taken["full"], &taken["revision"]), (&json!(false), &json!(revision)));
    for (command, version) in [Command::Complete, Command::Pack, Command::Ship].into_iter().zip(2..) {
        press_once(&shop.desk, &anna, command, id(&first), version).await.unwrap();
    }
    let shipped = manifest(Some(start)).await;
    assert_eq!((&shipped["models"], &shipped["removed"]), (&json!([]), &json!([first["order"]["id"]])));
    assert_eq!(manifest(None).await["models"], json!([]));
    // An order names it still: its page may show it.
    assert_eq!(shop.desk.model_size(digest(RING)).await.unwrap(), RING.len() as u64);
}
