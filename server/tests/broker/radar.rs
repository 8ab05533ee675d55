//! What a supervisor's page and the gauges say of dead letters that came from a real RabbitMQ.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on says so")]

use app::domain::Role;
use serde_json::json;

use crate::{
    floor::{self, meter::Meter},
    rabbit::{SOON, vhost},
    site::{Browser, site_with},
    workshop::message::approval,
};

async fn radar(browser: &Browser) -> String {
    let answer = browser.open("/radar").await;
    assert_eq!(answer.status(), 200);
    answer.text().await.unwrap()
}

/// Within the hour and today.
fn count(html: &str, name: &str) -> Vec<u64> {
    let row = html.split(&format!("data-count=\"{name}\"")).nth(1).unwrap().split("</tr>").next().unwrap();
    row.split("<td>").skip(1).map(|cell| cell.split('<').next().unwrap().parse().unwrap()).collect()
}

#[tokio::test]
async fn dead_letters_are_counted_on_the_page_and_in_the_gauges() {
    let (rabbit, meter) = (vhost().await, Meter::begin());
    let site = site_with(&["--amqp_url", &rabbit.url()]).await;
    site.person("olga", Role::Supervisor).await;
    let olga = site.again("olga").await;
    let works = async || radar(&olga).await.contains("data-line=\"letters\" data-standing=\"working\"");
    floor::until("the line of letters works", SOON, works).await;
    let mut bad = approval("A-1");
    bad["order"]["quantity"] = json!(0);
    for body in [bad.to_string(), "{\"message_id\":".to_owned(), approval("A-2").to_string()] {
        rabbit.publish(&body).await;
    }
    let two = async || {
        let html = radar(&olga).await;
        html.contains("data-figure=\"letters\" data-count=\"2\"") && count(&html, "accepted") == [1, 1]
    };
    floor::until("both letters are on the page", SOON, two).await;
    let html = radar(&olga).await;
    assert_eq!(count(&html, "dead"), [2, 2]);
    assert_eq!(count(&html, "refused"), [0, 0], "nobody was told at once");
    assert_eq!(html.matches("data-reason=\"malformed\"").count(), 2);
    assert!((meter.sum("broker_dead_letters_total", &["reason=\"malformed\""]) - 2.0).abs() < 0.1);
    // One of them has been lying there for two hours.
    let old = "UPDATE dead_letters SET first_at = now() - interval '2 hours' \
               WHERE id = (SELECT min(id::text)::uuid FROM dead_letters)";
    sqlx::query(old).execute(site.database.pool()).await.unwrap();
    let gauged = async || {
        let (open, oldest) =
            (meter.sum("dead_letters_open", &[]), meter.sum("dead_letters_oldest_seconds", &[]));
        (open - 2.0).abs() < 0.1 && (7_200.0..7_300.0).contains(&oldest)
    };
    floor::until("the gauges say how many wait, and for how long", SOON, gauged).await;
}
