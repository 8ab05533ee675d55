//! One table of cases, run through both doors of a whole server: what a message does never depends on how it came.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on says so")]

use std::{collections::BTreeMap, time::Duration};

use serde_json::{Value, json};

use crate::{
    floor::{self, meter::Meter},
    rabbit::{DEAD, SOON, Vhost, reason, vhost},
    site::{Site, TOKEN, site, site_with},
    workshop::message::{approval, message, whole},
};

fn next(of: &Value, status: &str, version: i64) -> Value {
    let mut next = message(status, "x", 0);
    next["order"] = of["order"].clone();
    next["order"]["status"] = json!(status);
    next["order"]["source_version"] = json!(version);
    next
}

/// Bodies in their order, each with what must become of it.
fn cases() -> Vec<(String, &'static str)> {
    let (first, second) = (whole("A-1"), approval("A-2"));
    let newer = next(&first, "MANUFACTURING_APPROVED", 9);
    let mut malformed = approval("A-3");
    malformed["order"]["price"]["amount"] = json!("1,5");
    let late = approval("A-4");
    let early_end = next(&late, "CANCELLED", 8);
    let messages = [
        (&first, "accepted"),
        (&first, "duplicate"),
        (&newer, "updated"),
        (&next(&first, "MANUFACTURING_APPROVED", 8), "stale"),
        (&next(&first, "MANUFACTURING_STARTED", 10), "ignored"),
        (&second, "accepted"),
        (&next(&second, "CANCELLED", 8), "accepted"),
        (&next(&second, "MANUFACTURING_APPROVED", 9), "ignored"),
        (&message("PRICE_CALCULATED", "A-5", 1), "ignored"),
        (&early_end, "accepted"),
        (&late, "stale"),
        (&malformed, "refused"),
        (&approval("A-1"), "refused"),
        (&message("UNHEARD_OF", "A-6", 1), "refused"),
    ];
    let mut cases: Vec<_> = messages.into_iter().map(|(body, becomes)| (body.to_string(), becomes)).collect();
    cases.push(("{\"message_id\":".to_owned(), "refused"));
    cases.push((" ".repeat(64 * 1024 + 1), "refused"));
    cases
}

/// Everything that messages leave, without what differs from run to run.
async fn left(site: &Site) -> String {
    let everything = "SELECT jsonb_build_object( \
        'orders', (SELECT jsonb_agg(to_jsonb(o) - ARRAY['status_since', 'model_try_at'] ORDER BY id) FROM orders o), \
        'history', (SELECT jsonb_agg(to_jsonb(h) - ARRAY['id', 'noted_at'] ORDER BY order_id, at, status) FROM order_history h), \
        'inbox', (SELECT jsonb_agg(to_jsonb(i) - 'received_at' ORDER BY message_id) FROM inbox i), \
        'source', (SELECT jsonb_agg(to_jsonb(s) - 'seen_at' ORDER BY order_id) FROM source_orders s))::text";
    sqlx::query_scalar(everything).fetch_one(site.database.pool()).await.unwrap()
}

async fn over_http(site: &Site, cases: &[(String, &'static str)]) {
    let shop = reqwest::Client::new();
    for (body, becomes) in cases {
        let post = shop.post(format!("{}/intake/orders", site.url)).bearer_auth(TOKEN).body(body.clone());
        let answer = post.send().await.unwrap();
        let status = answer.status().as_u16();
        let said: Value = answer.json().await.unwrap();
        let outcome = said["outcome"].as_str().unwrap_or("refused");
        assert_eq!(outcome, *becomes, "{status} {body:.200}");
    }
}

async fn over_rabbitmq(site: &Site, rabbit: &Vhost, meter: &Meter, cases: &[(String, &'static str)]) {
    let ready = async || {
        let told: Value = reqwest::get(format!("{}/readyz", site.admin)).await.unwrap().json().await.unwrap();
        told["parts"]["broker"]["state"] == "ok"
    };
    floor::until("the broker is a part that works", SOON, ready).await;
    for (body, _) in cases {
        rabbit.publish(body).await;
    }
    let refused = cases.iter().filter(|(_, becomes)| *becomes == "refused").count();
    let letters = rabbit.take_all(DEAD, refused).await;
    for letter in &letters {
        assert!(matches!(reason(letter), "malformed" | "too_large"), "{letter}");
    }
    let wanted: BTreeMap<&str, usize> = cases.iter().fold(BTreeMap::new(), |mut all, (_, becomes)| {
        *all.entry(*becomes).or_default() += 1;
        all
    });
    let counted = async || {
        let became = |becomes: &str| {
            let outcome = format!("outcome=\"{becomes}\"");
            meter.sum("intake_messages_total", &["channel=\"amqp\"", &outcome])
        };
        wanted.iter().all(|(becomes, wanted)| became(becomes) == *wanted as f64)
    };
    floor::until("every case has become what it must", Duration::from_secs(20), counted).await;
    assert!(rabbit.take(DEAD, 1).await.is_empty());
}

#[tokio::test]
async fn both_doors_do_the_same() {
    let (rabbit, meter) = (vhost().await, Meter::begin());
    let (one, two) = (site().await, site_with(&["--amqp_url", &rabbit.url()]).await);
    let cases = cases();
    over_http(&one, &cases).await;
    over_rabbitmq(&two, &rabbit, &meter, &cases).await;
    let (one, two) = (left(&one).await, left(&two).await);
    assert_eq!(serde_json::from_str::<Value>(&one).unwrap(), serde_json::from_str::<Value>(&two).unwrap());
    assert!(one.contains("A-1"));
}
