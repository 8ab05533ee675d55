//! The promise over a workshop with a past: what is answered, what is written down, and what is held against it.
#![expect(clippy::unwrap_used, reason = "tests")]

use std::time::Duration;

use app::{
    backend::Backend,
    domain::{OrderNumber, Timestamp},
};
use serde_json::json;

use crate::{
    floor,
    workshop::{Workshop, message::approval, workshop},
};

/// Answers stay alike for ten minutes.
const STEADY_MS: i64 = 600_000;

/// Such a workshop, with its past counted and promised afterwards, a minute after the answers were made anew.
async fn seasoned() -> Workshop {
    let shop = workshop().await;
    floor::past::lay_down_weeks(shop.database.pool(), shop.desk.now()).await;
    let counted = async || {
        shop.desk.refresh_flow().await.unwrap();
        let waiting = "SELECT (SELECT count(*) FROM flow_due) + (SELECT count(*) FROM flow_days_due)";
        shop.count(waiting).await == 0
    };
    floor::until("the past is counted", Duration::from_secs(60), counted).await;
    // The days were noted while there was nothing on them.
    sqlx::query("DELETE FROM flow_promise_days").execute(shop.database.pool()).await.unwrap();
    let noted = async || {
        shop.desk.refresh_flow().await.unwrap();
        shop.count("SELECT count(*) FROM flow_promise_days").await >= 91
    };
    floor::until("the past is promised", Duration::from_secs(120), noted).await;
    // The workshop is looked at anew every five minutes.
    shop.clock.pass(Duration::from_secs(301));
    let begun = (shop.desk.now().millis() / STEADY_MS + 1) * STEADY_MS;
    shop.clock.set(Timestamp::from_millis(begun + 60_000));
    shop.desk.refresh_flow().await.unwrap();
    shop
}

/// Posts an order that was approved so long ago, and waits until it has been promised something; the promise.
async fn promised(shop: &Workshop, number: &str, ago: i64) -> [Timestamp; 3] {
    let mut message = approval(number);
    message["occurred_at"] = json!(Timestamp::from_millis(shop.desk.now().millis() - ago).to_string());
    assert_eq!(shop.post(&message).await, "accepted");
    let number: OrderNumber = number.parse().unwrap();
    let passport = async || shop.desk.passport(&number).await.unwrap().unwrap();
    let made = async || {
        shop.desk.refresh_flow().await.unwrap();
        passport().await.promised.is_some()
    };
    floor::until("something is promised", Duration::from_secs(20), made).await;
    passport().await.promised.unwrap()
}

#[tokio::test]
async fn an_answer_names_three_days_stays_the_same_and_says_how_such_answers_were_kept() {
    let shop = seasoned().await;
    let answer = shop.desk.promise();
    let [half, most, nearly_all] = answer.ready.unwrap();
    assert!(shop.desk.now() < half && half <= most && most <= nearly_all, "{answer:?}");
    // The slowest took five days, and the day itself ends at midnight.
    assert!(nearly_all.millis() - shop.desk.now().millis() < 7 * 86_400_000, "{answer:?}");
    assert_eq!(shop.desk.promise(), answer);
    for (kept, passed) in answer.kept.kept.into_iter().zip(answer.kept.passed) {
        assert!(passed > 0 && kept <= passed, "{answer:?}");
    }
    assert!(answer.kept.kept[2] > 0, "the past was as regular as the present: {answer:?}");

    let written = promised(&shop, "A-1", 0).await;
    assert!(written.is_sorted(), "{written:?}");
    let number = "A-1".parse().unwrap();
    let there = async || shop.desk.order(&number, None).await.unwrap().is_some();
    floor::until("the order is on the board", Duration::from_secs(10), there).await;
    let ready = async || shop.desk.order(&number, None).await.unwrap().unwrap().ready;
    assert!(ready().await.unwrap().is_sorted());
    assert_eq!(ready().await, ready().await);
}

/// Those that lay between the systems are the slow ones: without them promises would look better kept than they are.
#[tokio::test]
async fn an_order_that_comes_days_after_its_approval_is_promised_what_it_would_have_been() {
    let shop = seasoned().await;
    let approved = shop.desk.now().millis() - 3 * 86_400_000;
    let days = promised(&shop, "L-1", 3 * 86_400_000).await;
    assert!(days[0].millis() > approved, "{days:?}");
    assert!(days[0].millis() < approved + 5 * 86_400_000, "it counts from the approval: {days:?}");
}
