//! Models: fetched once, checked, kept by their hash, served from there.
#![expect(clippy::unwrap_used, reason = "tests")]

use std::{sync::Arc, time::Duration};

use app::{
    backend::Backend,
    domain::{Card, Command, ModelDigest, ModelState, OrderId, Role, Timestamp},
};
use bytes::Bytes;
use futures_util::StreamExt;
use serde_json::{Value, json};
use server::{
    clock::{Clock as _, SystemClock},
    desk::{Desk, ModelError},
    store::models::Models,
};
use sha2::{Digest, Sha256};

use crate::{
    floor,
    workshop::{MovedClock, Workshop, message::approval, press_once, s3::OwnS3, workshop},
};

const RING: &[u8] = include_bytes!("../../src/model/tests/files/plain.glb");

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
    let near = async || shop.desk.cache().near().unwrap().named_model(&sha256).is_some();
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
async fn a_clock_that_is_wrong_by_an_hour_and_comes_back_costs_nobody_a_model() {
    let (s3, clock) = (OwnS3::start().await, Arc::new(MovedClock::default()));
    let sha256 = digest(RING);
    let open = || Models::open(&s3.settings(), clock.clone());
    open().keep(&sha256, Bytes::from_static(RING)).await.unwrap();
    let (reads, looks, writes) = (open(), open(), open());
    for hours in [0, 1, 0, -1, 0, 1, -1] {
        clock.set(Timestamp::from_millis(SystemClock.now().millis() + hours * 3_600_000));
        assert_eq!(reads.verified(&sha256, RING.len() as u64).await.unwrap(), RING, "{hours} hours");
        assert_eq!(looks.kept(&sha256).await.unwrap(), Some(RING.len() as u64), "{hours} hours");
        writes.put("again.glb", Bytes::from_static(RING)).await.unwrap();
    }
}

#[tokio::test]
async fn a_model_whose_fetch_was_cut_by_a_stop_is_fetched_at_once_by_the_next_server() {
    let mut shop = workshop().await;
    shop.s3.put("ring.glb", RING).await;
    let silent = shop.s3.fall_silent().await;
    let message = with_model("A-1", "ring.glb", None);
    assert_eq!(shop.post(&message).await, "accepted");
    let asked = tokio::time::timeout(Duration::from_secs(5), silent.accept()).await.unwrap().unwrap();
    let leased = "SELECT count(*) FROM orders WHERE model_state = 'pending' AND model_try_at > now()";
    assert_eq!(shop.count(leased).await, 1, "nobody else would fetch it now");
    shop.stop();
    shop.s3.speak_again();
    let next = shop.another().await;
    let ready = async || shop.card(id(&message)).await.model_state == ModelState::Ready;
    floor::until("the next server fetches it", Duration::from_secs(5), ready).await;
    assert_eq!(next.model_size(digest(RING)).await.unwrap(), RING.len() as u64);
    drop(asked);
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
    let seen = |text: &str| text.parse().unwrap();
    let manifest = async |after: Option<&str>, at_least: Option<&str>| -> Value {
        let read = shop.desk.manifest(&anna, after.map(seen), at_least.map(seen)).await.unwrap();
        serde_json::from_slice(&read).unwrap()
    };
    let listed = |status: &str, version: i32, mine: bool| {
        json!([{ "order": first["order"]["id"], "sha256": digest(RING), "size": RING.len(), "status": status,
                 "version": version, "mine": mine }])
    };
    let full = manifest(None, None).await;
    assert_eq!((&full["full"], &full["models"]), (&json!(true), &listed("MANUFACTURING_APPROVED", 1, false)));
    let start = full["revision"].as_str().unwrap();
    let nothing = json!({ "revision": start, "full": false, "models": [], "removed": [] });
    assert_eq!(manifest(Some(start), None).await, nothing);
    assert_eq!(manifest(Some("0.0"), None).await["full"], json!(true));

    let pressed = async |command, version| {
        press_once(&shop.desk, &anna, command, id(&first), version).await.unwrap().revision.to_string()
    };
    let mut revision = pressed(Command::Take, 1).await;
    let taken = manifest(Some(start), Some(&revision)).await;
    assert_eq!(taken["models"], listed("MANUFACTURING_STARTED", 2, true));
    assert_eq!((&taken["full"], &taken["revision"]), (&json!(false), &json!(revision)));
    for (command, version) in [Command::Complete, Command::Pack, Command::Ship].into_iter().zip(2..) {
        revision = pressed(command, version).await;
    }
    let shipped = manifest(Some(start), Some(&revision)).await;
    assert_eq!((&shipped["models"], &shipped["removed"]), (&json!([]), &json!([first["order"]["id"]])));
    assert_eq!(manifest(None, None).await["models"], json!([]));
    // An order names it still: its page may show it.
    assert_eq!(shop.desk.model_size(digest(RING)).await.unwrap(), RING.len() as u64);
}

#[tokio::test]
async fn a_ready_model_is_measured_and_pictured_and_the_order_s_page_is_warm() {
    let shop = workshop().await;
    shop.s3.put("ring.glb", RING).await;
    let message = with_model("A-1", "ring.glb", None);
    shop.post(&message).await;
    looked_at(&shop, &message).await;
    let near = async || shop.desk.cache().near().unwrap().named_model(&digest(RING)).is_some();
    floor::until("the board names the model", Duration::from_secs(5), near).await;
    let entry = shop.desk.order(&"A-1".parse().unwrap(), None).await.unwrap().unwrap().entry;
    let bench = entry.model_facts.unwrap().bench.unwrap();
    assert_eq!((bench.doubt, bench.bodies, bench.watertight), (None, Some(1), Some(true)));
    assert!(bench.volume_mm3.unwrap() > 100.0 && bench.wall_mm.unwrap() > 1.0, "{bench:?}");
    let picture = shop.desk.picture(digest(RING)).await.unwrap();
    assert!(picture.starts_with(&[0xFF, 0xD8]) && picture.len() <= 10_000);
    assert!(matches!(shop.desk.picture(digest(b"")).await, Err(ModelError::Unknown)));
}

#[tokio::test]
async fn what_cannot_be_told_of_a_model_says_why_and_the_model_is_shown_all_the_same() {
    let shop = workshop().await;
    let packed = include_bytes!("../../src/model/tests/files/draco.glb");
    shop.s3.put("packed.glb", packed).await;
    let message = with_model("A-1", "packed.glb", None);
    shop.post(&message).await;
    assert_eq!(looked_at(&shop, &message).await.model_state, ModelState::Ready);
    let facts: String = sqlx::query_scalar("SELECT model_facts::text FROM orders")
        .fetch_one(shop.database.pool())
        .await
        .unwrap();
    let facts: app::domain::ModelFacts = serde_json::from_str(&facts).unwrap();
    let bench = facts.bench.unwrap();
    assert_eq!((bench.doubt, bench.volume_mm3), (Some(app::domain::Doubt::Packed), None));
    assert!(matches!(shop.desk.picture(digest(packed)).await, Err(ModelError::Unknown)));
}

#[tokio::test]
async fn a_file_is_studied_once_for_all_orders_and_again_by_a_newer_edition() {
    let shop = workshop().await;
    shop.s3.put("ring.glb", RING).await;
    let first = with_model("A-1", "ring.glb", None);
    shop.post(&first).await;
    looked_at(&shop, &first).await;
    let marked = "UPDATE orders SET model_facts = jsonb_set(model_facts, '{bench,wall_mm}', '0.07')";
    sqlx::query(marked).execute(shop.database.pool()).await.unwrap();
    let second = with_model("A-2", "ring.glb", None);
    shop.post(&second).await;
    looked_at(&shop, &second).await;
    let with_mark = "SELECT count(*) FROM orders WHERE model_facts->'bench'->>'wall_mm' = '0.07'";
    assert_eq!(shop.count(with_mark).await, 2, "the second order got what was known of the file");

    // As an older release stored them, for two orders of one file.
    let old = "UPDATE orders SET model_facts = '{\"size_mm\": [20, 2, 1], \"triangles\": 12}'";
    sqlx::query(old).execute(shop.database.pool()).await.unwrap();
    let measured = "SELECT count(*) FROM orders WHERE (model_facts->>'edition')::int > 0
                    AND model_facts->'bench'->>'volume_mm3' IS NOT NULL AND model_try_at IS NULL";
    let again = async || shop.count(measured).await == 2;
    floor::until("both are measured again", Duration::from_secs(20), again).await;
}
