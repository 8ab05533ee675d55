//! A server whose broker is away from the start: it is ready, works, and says so.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on says so")]

use std::time::Duration;

use app::domain::Role;
use serde_json::Value;

use crate::{
    floor::{self, meter::Meter},
    site::{Browser, Site, site_with},
};

/// Nobody listens there.
const DEAD: &str = "amqp://verstak:secret@127.0.0.1:9/%2f";
/// The parts are asked every 5 s, and so is a loss told on pages; a busy machine has more.
const SOON: Duration = Duration::from_secs(40);

async fn broker_part(site: &Site) -> (u16, Value) {
    let answer = site.get_admin("/readyz").await;
    let status = answer.status().as_u16();
    let told: Value = answer.json().await.unwrap();
    (status, told["parts"]["broker"].clone())
}

/// The banner's words; nothing while all is well.
async fn words(browser: &Browser, lang: &str) -> Option<String> {
    let answer = browser.get("/api/broker").header("accept-language", lang).send().await.unwrap();
    assert_eq!(answer.status(), 200);
    let said: Value = answer.json().await.unwrap();
    said["words"].as_str().map(|words| words.replace('\u{a0}', " "))
}

#[tokio::test]
async fn a_server_whose_broker_is_away_is_ready_and_tells_supervisors_how_old_the_last_message_is() {
    let meter = Meter::begin();
    let site = site_with(&["--amqp_url", DEAD]).await;
    let away = async || {
        let (status, part) = broker_part(&site).await;
        assert_eq!(status, 200, "it is ready all the same");
        part["state"] == "away" && part["what"] == "does not answer"
    };
    floor::until("the part is told as away", SOON, away).await;
    assert!(meter.sum("part_up", &["part=\"broker\""]) < 0.5);

    // The last message came five minutes ago.
    let last = "INSERT INTO inbox (message_id, order_id, type, outcome, occurred_at, received_at) \
                SELECT gen_random_uuid(), gen_random_uuid(), 'order.status_changed', 'ignored', \
                       now() - interval '320 seconds', now() - interval '310 seconds'";
    sqlx::raw_sql(last).execute(site.database.pool()).await.unwrap();
    site.person("olga", Role::Supervisor).await;
    let olga = site.again("olga").await;
    let aged =
        async || words(&olga, "ru").await.is_some_and(|it| it.contains("Последнее сообщение: 5 мин назад."));
    floor::until("the age of the last message is told", SOON, aged).await;
    let (ru, en) = (words(&olga, "ru").await.unwrap(), words(&olga, "en").await.unwrap());
    assert!(ru.starts_with("Нет связи с RabbitMQ с ") && ru.contains("Доска работает"), "{ru}");
    assert!(
        en.starts_with("No connection to RabbitMQ since ") && en.contains("Last message: 5 min ago."),
        "{en}"
    );
    let page = olga.open("/").await.text().await.unwrap().replace('\u{a0}', " ");
    assert!(page.contains("Последнее сообщение: 5 мин назад."), "the banner stands in the page itself");
    let radar = olga.open("/radar").await.text().await.unwrap();
    for line in ["intake", "relay", "letters"] {
        assert!(radar.contains(&format!("data-line=\"{line}\" data-standing=\"away\"")), "{line}: {radar}");
    }

    // Orders come by the other door, work goes on, and the news of it wait.
    let anna = site.operator("anna").await;
    let id = site.order("A-1").await;
    assert_eq!(anna.press("take", &id, "1").await.status(), 200);
    let old = "UPDATE outbox SET created_at = now() - interval '7 minutes'";
    sqlx::query(old).execute(site.database.pool()).await.unwrap();
    let waits = async || {
        let (count, age) = (meter.sum("outbox_waiting", &[]), meter.sum("outbox_oldest_seconds", &[]));
        (count - 1.0).abs() < 0.1 && (420.0..480.0).contains(&age)
    };
    floor::until("the gauges say how much waits, and for how long", SOON, waits).await;
    let (status, part) = broker_part(&site).await;
    assert_eq!((status, &part["state"]), (200, &Value::from("away")));
    // The message over HTTP is the last one now.
    assert!(words(&olga, "ru").await.unwrap().contains("Последнее сообщение: сейчас."));
}
