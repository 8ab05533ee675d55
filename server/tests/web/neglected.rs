//! Orders that nobody takes: marked on their own cards, for as long as they are free.
#![expect(clippy::unwrap_used, reason = "tests")]

use std::time::Duration;

use crate::{floor, site::site};

/// The card of an order in a board's HTML.
fn card<'a>(html: &'a str, number: &str) -> &'a str {
    let (_, rest) = html.split_once(&format!(" data-order=\"{number}\"")).unwrap();
    rest.split("</li>").next().unwrap()
}

#[tokio::test]
async fn an_order_that_was_passed_over_is_marked_on_its_card_in_words_until_somebody_takes_it() {
    let site = site().await;
    let anna = site.operator("anna").await;
    for (number, hours) in [("A-1", 73), ("A-2", 71)] {
        let order = floor::orders::approve(site.database.pool(), number).await;
        sqlx::query(
            "UPDATE orders SET approved_at = now() - make_interval(hours => $2),
                               status_since = now() - make_interval(hours => $2), version = version + 1
             WHERE id = $1",
        )
        .bind(order.0)
        .bind(hours)
        .execute(site.database.pool())
        .await
        .unwrap();
    }
    let there = async || {
        let orders = anna.board("").await["orders"].clone();
        orders.as_array().unwrap().iter().filter(|order| order["version"] == 2).count() == 2
    };
    floor::until("both are on the board", Duration::from_secs(20), there).await;
    for (language, words) in [("ru", "давно ждёт"), ("en", "waiting long")] {
        assert_eq!(anna.open(&format!("/lang/{language}?back=%2F")).await.status(), 303);
        let page = anna.open("/").await.text().await.unwrap();
        let marked = card(&page, "A-1");
        assert!(marked.contains("class=\"mark waits\"") && marked.contains(words), "{marked}");
        assert!(!card(&page, "A-2").contains("mark waits"), "an hour is left");
    }
    let board = anna.board("?q=A-1").await;
    let id = board["orders"][0]["id"].as_str().unwrap().to_owned();
    assert_eq!(anna.press("take", &id, "2").await.status(), 200);
    let page = anna.open("/").await.text().await.unwrap();
    assert!(!card(&page, "A-1").contains("mark waits"), "somebody has taken it");
}
