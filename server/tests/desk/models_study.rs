//! Models that are looked at again: how often, when it fails, and what is told then.
#![expect(clippy::unwrap_used, reason = "tests")]

use std::time::Duration;

use app::domain::{Doubt, ModelDigest, ModelFacts, ModelState, OrderId, SizeFrom};
use bytes::Bytes;
use serde_json::json;
use server::{clock::Clock, desk::PICTURE_EDITION as EDITION, store::models::Models};
use sha2::{Digest, Sha256};

use crate::{
    floor,
    workshop::{Workshop, message::approval, workshop},
};

const RING: &[u8] = include_bytes!("../../src/model/tests/files/plain.glb");

/// As an older release left it, after so many tries to fetch it.
const OLD: &str = "UPDATE orders SET model_try_at = NULL, model_tries = 40,
    model_facts = '{\"size_mm\": [20, 2, 1], \"triangles\": 12}'";
const LEASE_IS_OVER: &str = "UPDATE orders SET model_try_at = model_try_at - interval '1 hour'";

fn digest() -> ModelDigest {
    ModelDigest(Sha256::digest(RING).into())
}

async fn posted(shop: &Workshop) -> OrderId {
    let mut message = approval("A-1");
    message["order"]["model"] = json!({ "key": "ring.glb", "size": RING.len(), "sha256": null });
    assert_eq!(shop.post(&message).await, "accepted");
    message["order"]["id"].as_str().unwrap().parse().unwrap()
}

async fn change(shop: &Workshop, statement: &'static str) {
    assert_eq!(sqlx::query(statement).execute(shop.database.pool()).await.unwrap().rows_affected(), 1);
}

async fn is(shop: &Workshop, what: &str, so: &'static str) {
    let so = async || shop.count(so).await == 1;
    floor::until(what, Duration::from_secs(20), so).await;
}

const LOOKED_AT: &str = "SELECT count(*) FROM orders WHERE (model_facts->>'edition')::int > 0
    AND model_state = 'ready' AND model_try_at IS NULL";

async fn facts(shop: &Workshop) -> ModelFacts {
    let facts: String = sqlx::query_scalar("SELECT model_facts::text FROM orders")
        .fetch_one(shop.database.pool())
        .await
        .unwrap();
    serde_json::from_str(&facts).unwrap()
}

#[tokio::test]
async fn a_file_that_every_look_failed_over_is_given_up_also_by_servers_that_died_of_it() {
    let mut shop = workshop().await;
    shop.s3.put("ring.glb", RING).await;
    let order = posted(&shop).await;
    is(&shop, "the model is measured", LOOKED_AT).await;
    assert_eq!(facts(&shop).await.size_from, SizeFrom::Measured);
    shop.stop();
    change(&shop, OLD).await;
    // Three servers begin, and are not heard of again.
    for tries in 0..3 {
        let now = shop.clock.now();
        let claimed = shop.database.store.claim_facts(EDITION, now, now).await.unwrap();
        assert_eq!(claimed, Some((digest(), tries)), "tries to fetch it count for nothing");
        shop.database.store.count_study(&digest(), 1).await.unwrap();
        change(&shop, LEASE_IS_OVER).await;
    }
    let next = shop.another().await;
    is(&shop, "it is given up", LOOKED_AT).await;
    let told = facts(&shop).await;
    assert_eq!((told.size_from, told.size_mm), (SizeFrom::Unknown, [0.0; 3]));
    assert_eq!(told.bench.unwrap().doubt, Some(Doubt::Unread));
    let now = shop.clock.now();
    assert_eq!(
        shop.database.store.claim_facts(EDITION, now, now).await.unwrap(),
        None,
        "nobody tries it again"
    );
    assert_eq!(shop.card(order).await.model_state, ModelState::Ready);
    assert_eq!(
        next.model_size(digest()).await.unwrap(),
        RING.len() as u64,
        "it can be looked at all the same"
    );
}

#[tokio::test]
async fn a_file_that_could_not_be_had_is_not_given_up_for_it() {
    let shop = workshop().await;
    shop.s3.put("ring.glb", RING).await;
    posted(&shop).await;
    is(&shop, "the model is measured", LOOKED_AT).await;
    shop.s3.leave();
    change(&shop, OLD).await;
    for _ in 0..4 {
        is(&shop, "it was claimed", "SELECT count(*) FROM orders WHERE model_try_at > now()").await;
        assert_eq!(shop.count("SELECT count(*) FROM orders WHERE model_tries = 0").await, 1);
        change(&shop, LEASE_IS_OVER).await;
    }
    shop.s3.come_back().await;
    is(
        &shop,
        "the lease of the last one ends",
        "SELECT count(*) FROM orders WHERE model_try_at > now()
        OR (model_facts->>'edition')::int > 0",
    )
    .await;
    sqlx::query(LEASE_IS_OVER).execute(shop.database.pool()).await.unwrap();
    is(&shop, "the model is measured again", LOOKED_AT).await;
    assert_eq!(facts(&shop).await.size_from, SizeFrom::Measured);
}

#[tokio::test]
async fn of_a_file_that_a_stricter_reader_refuses_nothing_is_told_and_it_is_tried_once() {
    let shop = workshop().await;
    shop.s3.put("ring.glb", RING).await;
    let order = posted(&shop).await;
    is(&shop, "the model is measured", LOOKED_AT).await;
    // An older release took it for a model.
    let accepted = &RING[..RING.len() / 2];
    let sha256 = ModelDigest(Sha256::digest(accepted).into());
    Models::open(&shop.s3.settings(), shop.clock.clone())
        .keep(&sha256, Bytes::from_static(accepted))
        .await
        .unwrap();
    let older = "UPDATE orders SET model_sha256 = $1, model_bytes = $2, model_facts = NULL";
    let older = sqlx::query(older).bind(sha256.to_string()).bind(accepted.len() as i64);
    older.execute(shop.database.pool()).await.unwrap();
    is(&shop, "it was looked at", LOOKED_AT).await;
    let told = facts(&shop).await;
    assert_eq!((told.size_from, told.bench.unwrap().doubt), (SizeFrom::Unknown, Some(Doubt::Unread)));
    assert_eq!(shop.card(order).await.model_state, ModelState::Ready);
    assert_eq!(shop.count("SELECT model_tries::bigint FROM orders").await, 1);
}

#[tokio::test]
async fn a_file_that_took_many_tries_is_shown_before_it_is_measured() {
    let shop = workshop().await;
    shop.s3.put("ring.glb", RING).await;
    shop.s3.leave();
    let order = posted(&shop).await;
    is(&shop, "it was tried", "SELECT count(*) FROM orders WHERE model_tries > 0").await;
    change(&shop, "UPDATE orders SET model_tries = 3, model_try_at = now()").await;
    is(&shop, "it was tried again", "SELECT count(*) FROM orders WHERE model_tries > 3").await;
    shop.s3.come_back().await;
    is(&shop, "the model is measured", LOOKED_AT).await;
    assert_eq!(shop.card(order).await.model_state, ModelState::Ready);
    // It came, it could be shown, it was measured.
    assert_eq!(shop.count("SELECT rev FROM board_clock").await, 3);
}
