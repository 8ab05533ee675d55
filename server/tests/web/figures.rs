//! What the radar's rows and gauges say is what there is: the values, not only the words beside them.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on says so")]

use std::time::Duration;

use app::domain::{Role, Timestamp};
use serde_json::json;
use server::clock::{Clock as _, SystemClock};

use crate::{
    floor::{self, meter::Meter},
    site::{Browser, Site, site},
    workshop::message::{approval, message},
};

/// The page as a reader sees it, with plain spaces.
async fn radar(browser: &Browser) -> String {
    let answer = browser.open("/radar").await;
    assert_eq!(answer.status(), 200);
    answer.text().await.unwrap().replace('\u{a0}', " ")
}

fn row<'a>(html: &'a str, name: &str) -> &'a str {
    let row = html.split(&format!("data-figure=\"{name}\"")).nth(1).unwrap();
    row.split("<dd>").nth(1).unwrap().split("</dd>").next().unwrap()
}

async fn change(site: &Site, statement: &'static str) {
    let done = sqlx::query(statement).execute(site.database.pool()).await.unwrap();
    assert_eq!(done.rows_affected(), 1, "{statement}");
}

#[tokio::test]
async fn the_lag_is_that_of_the_last_message_and_the_backlog_that_of_the_outbox() {
    let (site, meter) = (site().await, Meter::begin());
    site.person("olga", Role::Supervisor).await;
    let olga = site.again("olga").await;
    let html = radar(&olga).await;
    assert_eq!(row(&html, "last"), "ещё не было");
    assert_eq!(row(&html, "backlog"), "нет, всё отправлено");
    assert!(!html.contains("data-figure=\"lag\""), "nothing came, and nothing is late");

    let anna = site.operator("anna").await;
    for number in ["A-1", "A-2", "A-3"] {
        let id = site.order(number).await;
        assert_eq!(anna.press("take", &id, "1").await.status(), 200);
    }
    let before = meter.sum("intake_lag_seconds_sum", &[]);
    let mut late = approval("A-4");
    late["occurred_at"] = json!(Timestamp::from_millis(SystemClock.now().millis() - 150_000).to_string());
    assert_eq!(site.post(late.to_string()).await.status(), 201);
    let first = "UPDATE outbox SET created_at = now() - interval '430 seconds' \
                 WHERE position = (SELECT min(position) FROM outbox)";
    change(&site, first).await;
    let html = radar(&olga).await;
    assert_eq!((row(&html, "last").split(' ').next(), row(&html, "lag")), (Some("сейчас"), "2 мин"));
    assert_eq!(row(&html, "backlog"), "3, первая ждёт 7 мин");
    let lag = meter.sum("intake_lag_seconds_sum", &[]) - before;
    assert!((150.0..170.0).contains(&lag), "{lag}");
    let received = meter.sum("intake_last_message_timestamp_seconds", &[]);
    assert!((SystemClock.now().millis() as f64 / 1000.0 - received).abs() < 20.0, "{received}");
}

#[tokio::test]
async fn orders_that_were_announced_and_not_priced_or_not_approved_are_counted_by_what_is_missing() {
    let (site, meter) = (site().await, Meter::begin());
    site.person("olga", Role::Supervisor).await;
    let olga = site.again("olga").await;
    for (status, number) in [
        ("SUBMITTED", "A-1"),
        ("SUBMITTED", "A-2"),
        ("SUBMITTED", "A-3"),
        ("PRICE_CALCULATED", "A-4"),
        ("PACKAGING", "A-5"),
    ] {
        assert_eq!(site.post(message(status, number, 1).to_string()).await.status(), 200);
    }
    assert!(!radar(&olga).await.contains("цены всё нет"), "a price may take three days");
    change(&site, "UPDATE source_orders SET seen_at = now() - interval '73 hours' WHERE number = 'A-1'")
        .await;
    change(&site, "UPDATE source_orders SET seen_at = now() - interval '5 days' WHERE number = 'A-3'").await;
    let html = radar(&olga).await;
    let announced = html.split("data-figure=\"announced\"").nth(1).unwrap();
    assert!(announced.starts_with(" data-count=\"2\""), "{announced:.60}");
    let (above, unpriced) = announced.split_once("Отправлены на расчёт, цены всё нет").unwrap();
    let unpriced = unpriced.split("</section>").next().unwrap();
    assert_eq!(unpriced.split("<b>").nth(1).unwrap().split("</b>").next(), Some("2"));
    let place = |html: &str, number: &str| html.find(&format!("data-announced=\"{number}\""));
    let (oldest, other) = (place(unpriced, "A-3"), place(unpriced, "A-1"));
    assert!(oldest.is_some() && oldest < other, "the one that waits longest comes first: {unpriced}");
    assert!(unpriced.contains("5 дн. назад") && unpriced.contains("3 дн. назад"), "{unpriced}");
    assert_eq!([place(unpriced, "A-2"), place(unpriced, "A-4"), place(above, "A-1")], [None; 3]);

    // A server that starts sets the gauges at once; one that runs, every minute.
    let _beside = site.beside().await;
    let gauged = async || {
        let (unapproved, lost) =
            (meter.sum("source_orders_unapproved", &[]), meter.sum("source_orders_lost", &[]));
        (unapproved - 2.0).abs() < 0.1 && (lost - 1.0).abs() < 0.1
    };
    floor::until("the gauges say how many, and how many for certain", Duration::from_secs(20), gauged).await;
}
