//! A changed model over HTTP: who may confirm it, what its pages say, and which files may be had.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on says so")]

use std::time::Duration;

use app::domain::ModelDigest;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::{
    floor,
    site::{Browser, Site, header, site},
    workshop::message::approval,
};

const RING: &[u8] = include_bytes!("../../src/model/tests/files/plain.glb");
const OTHER: &[u8] = include_bytes!("../../src/model/tests/files/quantized.glb");

fn digest(bytes: &[u8]) -> String {
    ModelDigest(Sha256::digest(bytes).into()).to_string()
}

/// The card of the only order, once its model is ready under this hash.
async fn card(browser: &Browser, sha256: &str) -> Value {
    let named = async || browser.board("").await["orders"][0]["model"]["sha256"] == json!(sha256);
    floor::until("the board names the model", Duration::from_secs(20), named).await;
    browser.board("").await["orders"][0].clone()
}

/// An order in the hands of this person, for which the shop has sent another model.
pub async fn changed(site: &Site, operator: &Browser) -> Value {
    site.s3.put("ring.glb", RING).await;
    site.s3.put("other.glb", OTHER).await;
    let mut message = approval("A-1");
    message["order"]["model"] = json!({ "key": "ring.glb", "size": RING.len() });
    assert_eq!(site.post(message.to_string()).await.status(), 201);
    let id = message["order"]["id"].as_str().unwrap().to_owned();
    let before = card(operator, &digest(RING)).await;
    assert!(
        !before.as_object().unwrap().contains_key("model_before"),
        "a card without one is the contract's"
    );
    assert_eq!(operator.press("take", &id, "1").await.status(), 200);
    message["message_id"] = json!(floor::orders::id().to_string());
    message["order"]["source_version"] = json!(8);
    message["order"]["model"] = json!({ "key": "other.glb", "size": OTHER.len() });
    assert_eq!(site.post(message.to_string()).await.status(), 200);
    card(operator, &digest(OTHER)).await
}

fn fields<'a>(id: &'a str, version: &'a str, request: &'a str, sha256: &'a str) -> [(&'a str, &'a str); 4] {
    [("id", id), ("version", version), ("request_id", request), ("sha256", sha256)]
}

#[tokio::test]
async fn the_operator_who_has_the_order_confirms_its_new_model_and_nobody_else() {
    let site = site().await;
    let (anna, boris) = (site.operator("anna").await, site.operator("boris").await);
    let card = changed(&site, &anna).await;
    let (id, old, new) = (card["id"].as_str().unwrap(), digest(RING), digest(OTHER));
    assert_eq!(card["model_before"], json!({ "sha256": old, "size": RING.len() }));
    for sha256 in [&old, &new] {
        for kind in ["glb", "jpg"] {
            let path = format!("/models/{sha256}.{kind}");
            assert_eq!(boris.get(&path).send().await.unwrap().status(), 200, "{path}");
            assert_eq!(site.stranger().get(&path).send().await.unwrap().status(), 401, "{path}");
        }
    }

    let right = fields(id, "3", "c-1", &new);
    assert_eq!(site.stranger().send("/api/confirm", &right).await.status(), 401);
    let foreign = anna.ask("POST", "/api/confirm").header("origin", "https://evil.example").form(&right);
    assert_eq!(foreign.send().await.unwrap().status(), 403);
    let wrong = anna.send("/api/confirm", &fields("x", "-1", "", "AB")).await;
    assert_eq!(wrong.status(), 422);
    let wrong: Value = wrong.json().await.unwrap();
    let named: Vec<_> = wrong["fields"].as_array().unwrap().iter().map(|bad| bad["field"].clone()).collect();
    for field in ["id", "version", "request_id", "sha256"] {
        assert!(named.contains(&json!(field)), "{field} is not in {named:?}");
    }
    let unknown = floor::orders::id().to_string();
    assert_eq!(anna.send("/api/confirm", &fields(&unknown, "3", "c-1", &new)).await.status(), 404);
    let theirs = boris.send("/api/confirm", &right).await;
    assert_eq!(theirs.status(), 403);
    assert_eq!(theirs.json::<Value>().await.unwrap()["order"]["operator"]["login"], "anna");
    let late = anna.send("/api/confirm", &fields(id, "2", "c-2", &new)).await;
    assert_eq!(late.status(), 409);
    assert_eq!(late.json::<Value>().await.unwrap()["order"]["version"], 3);
    let unseen = anna.send("/api/confirm", &fields(id, "3", "c-3", &old)).await;
    assert_eq!(unseen.status(), 409);
    let unseen: Value = unseen.json().await.unwrap();
    assert_eq!(
        (&unseen["title"], &unseen["order"]["version"]),
        (&json!("no such model to confirm"), &json!(3))
    );

    let done = anna.send("/api/confirm", &right).await;
    assert_eq!(done.status(), 200);
    let receipt = done.text().await.unwrap();
    assert_eq!(
        anna.send("/api/confirm", &right).await.text().await.unwrap(),
        receipt,
        "the same press again"
    );
    let receipt: Value = serde_json::from_str(&receipt).unwrap();
    assert!(!receipt["order"].as_object().unwrap().contains_key("model_before"), "{receipt}");
    let forgotten = async || {
        let path = format!("/models/{old}.glb");
        boris.get(&path).send().await.unwrap().status() == 404
    };
    floor::until("nothing names the old model", Duration::from_secs(10), forgotten).await;
    assert_eq!(boris.get(&format!("/models/{old}.jpg")).send().await.unwrap().status(), 404);
    assert_eq!(boris.get(&format!("/models/{new}.glb")).send().await.unwrap().status(), 200);
}

#[tokio::test]
async fn pages_without_a_script_show_both_models_and_confirm_by_a_form() {
    let site = site().await;
    let (anna, boris) = (site.operator("anna").await, site.operator("boris").await);
    let card = changed(&site, &anna).await;
    let (id, old, new) = (card["id"].as_str().unwrap(), digest(RING), digest(OTHER));
    let page = async |browser: &Browser| browser.open("/orders/A-1").await.text().await.unwrap();

    let mine = page(&anna).await;
    for part in [
        "action=\"/api/confirm\"",
        &format!("name=\"sha256\" value=\"{new}\""),
        &format!("/models/{old}.jpg"),
        &format!("/models/{new}.jpg"),
        &format!("data-src=\"/models/{old}.glb\""),
        "Модель изменена",
        "<td>13\u{a0}КБ</td>",
        "<strong>10\u{a0}КБ</strong>",
    ] {
        assert!(mine.contains(part), "{part}: {mine}");
    }
    assert_eq!(mine.matches("data-eager").count(), 1, "one model is loaded at first");
    let theirs = page(&boris).await;
    assert!(theirs.contains("Ждёт подтверждения:") && theirs.contains("<bdi>Мастер anna</bdi>"), "{theirs}");
    assert!(!theirs.contains("action=\"/api/confirm\""), "{theirs}");
    let board = boris.open("/").await.text().await.unwrap();
    assert!(board.contains("class=\"mark changed\"") && board.contains("модель изменена"), "{board}");

    let submit = async |version: &str, request: &str| {
        let fields = fields(id, version, request, &new);
        let answer = anna.submit("/orders/A-1", "/api/confirm", &fields).await;
        assert_eq!((answer.status().as_u16(), header(answer.headers(), "location")), (303, "/orders/A-1"));
        page(&anna).await
    };
    let late = submit("2", "c-1").await;
    assert!(late.contains("Заказ уже изменился на другом рабочем месте"), "{late}");
    assert!(late.contains("action=\"/api/confirm\""), "it can be confirmed still");
    let done = submit("3", "c-2").await;
    assert!(done.contains("Записано: вы видели новую модель"), "{done}");
    assert!(done.contains("data-step=\"MODEL_CONFIRMED\"") && !done.contains("/api/confirm"), "{done}");
    assert!(!done.contains(&old), "nothing on the page names the old model");
}
