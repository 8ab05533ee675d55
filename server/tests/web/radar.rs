//! The radar: who may see it, what it says, and letters dealt with by plain forms.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on says so")]

use std::time::Duration;

use app::domain::Role;
use serde_json::{Value, json};

use crate::{
    floor,
    site::{Browser, Site, flash, header, site},
    workshop::message::{approval, message},
};

async fn supervisor(site: &Site) -> Browser {
    site.person("olga", Role::Supervisor).await;
    site.again("olga").await
}

/// Puts a letter where the broker's line would put it; its id.
async fn letter(site: &Site, body: &str) -> String {
    let id: uuid::Uuid = sqlx::query_scalar(
        "INSERT INTO dead_letters (id, digest, body, bytes, reason, detail, first_at, last_at) \
         VALUES (gen_random_uuid(), sha256($1::bytea), $1, length($1), 'malformed', \
                 'order.quantity must be a whole number from 1 to 10000', now(), now()) RETURNING id",
    )
    .bind(body.as_bytes())
    .fetch_one(site.database.pool())
    .await
    .unwrap();
    id.to_string()
}

/// A hidden field's value in the form that names this letter (or `all`).
fn request_id(html: &str, letter: &str) -> String {
    let form = html.split(&format!("name=\"letter\" value=\"{letter}\"")).nth(1).unwrap();
    form.split("name=\"request_id\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned()
}

/// Presses the button until it is answered: while somebody else is at it, the same press is sent again.
async fn press(browser: &Browser, fields: &[(&str, &str)]) -> Value {
    loop {
        let answer = browser.send("/api/replay", fields).await;
        if answer.status() != 503 {
            return answer.json().await.unwrap();
        }
    }
}

fn count(html: &str, name: &str) -> Vec<u64> {
    let row = html.split(&format!("data-count=\"{name}\"")).nth(1).unwrap().split("</tr>").next().unwrap();
    row.split("<td>").skip(1).map(|cell| cell.split('<').next().unwrap().parse().unwrap()).collect()
}

#[tokio::test]
async fn only_supervisors_and_admins_see_the_radar_and_others_are_told_so() {
    let site = site().await;
    let anna = site.operator("anna").await;
    for path in ["/radar", "/radar?after=5", "/%72adar", "/radar/"] {
        let refused = anna.open(path).await;
        assert!(matches!(refused.status().as_u16(), 403 | 404), "{path}: {}", refused.status());
        let text = refused.text().await.unwrap();
        assert!(!text.contains("data-figure"), "{path} shows what it should not");
    }
    // The pages' router is more forgiving than the guard: what it finds under another spelling is guarded all the same.
    site.person("vera", Role::Supervisor).await;
    let vera = site.again("vera").await;
    for page in ["/radar", "/cache", "/slow", "/flow"] {
        let title = |html: &str| {
            html.split("<h1").nth(1).unwrap_or_default().split("</h1>").next().unwrap().to_owned()
        };
        let shown = title(&vera.open(page).await.text().await.unwrap());
        for spelled in [format!("{page}/"), format!("/{page}"), format!("{page}%2f")] {
            let refused = anna.open(&spelled).await;
            assert!(matches!(refused.status().as_u16(), 403 | 404), "{spelled}: {}", refused.status());
            let text = refused.text().await.unwrap();
            assert!(!shown.is_empty() && !text.contains(&shown), "{spelled} shows what it should not");
        }
    }
    let refused = anna.open("/radar").await;
    assert_eq!(refused.status(), 403);
    let text = refused.text().await.unwrap();
    assert!(text.contains("Только для старших смены") && text.contains("href=\"/\""), "{text}");
    let english = anna.get("/radar").header("accept", "text/html").header("accept-language", "en");
    let text = english.send().await.unwrap().text().await.unwrap();
    assert!(text.contains("For supervisors only"), "{text}");
    let some = uuid::Uuid::nil().to_string();
    for path in ["/api/replay", "/api/dismiss"] {
        let fields = [("letter", some.as_str()), ("request_id", "r-1")];
        assert_eq!(anna.send(path, &fields).await.status(), 403, "{path}");
        assert_eq!(anna.submit("/radar", path, &fields).await.status(), 403, "{path}");
        assert_eq!(site.stranger().send(path, &fields).await.status(), 401, "{path}");
    }
    assert_eq!(anna.get("/api/broker").send().await.unwrap().status(), 403);
    assert!(!anna.page("/").await.contains("href=\"/radar\""));
    site.person("ivan", Role::Admin).await;
    for browser in [supervisor(&site).await, site.again("ivan").await] {
        assert!(browser.page("/").await.contains("href=\"/radar\""), "the menu leads there");
        assert!(browser.page("/radar").await.contains("Радар сообщений"));
        let elsewhere = browser.form("/api/replay", &[("letter", "all"), ("request_id", "r-2")]);
        let refused = elsewhere.header("sec-fetch-site", "cross-site").send().await.unwrap();
        assert_eq!(refused.status(), 403);
    }
}

#[tokio::test]
async fn the_radar_counts_what_came_and_names_who_was_never_approved() {
    let site = site().await;
    let olga = supervisor(&site).await;
    assert!(olga.page("/radar").await.contains("Нет. Всё, что пришло, принято."));
    let first = approval("A-1");
    for (body, status) in [
        (first.to_string(), 201),
        (first.to_string(), 200),
        (message("PRICE_CALCULATED", "A-2", 3).to_string(), 200),
        (message("SHIPPED", "A-3", 3).to_string(), 200),
        (message("SUBMITTED", "A-4", 1).to_string(), 200),
        ("{".to_owned(), 422),
        (" ".repeat(70_000), 413),
    ] {
        assert_eq!(site.post(body).await.status().as_u16(), status);
    }
    let mut stale = message("CANCELLED", "A-1", 1);
    stale["order"]["id"] = first["order"]["id"].clone();
    assert_eq!(site.post(stale.to_string()).await.status(), 200);
    let html = olga.page("/radar").await;
    for (name, wanted) in
        [("accepted", 1), ("duplicate", 1), ("ignored", 3), ("stale", 1), ("refused", 2), ("dead", 0)]
    {
        assert_eq!(count(&html, name), [wanted, wanted], "{name}");
    }
    let announced = html.split("data-figure=\"announced\"").nth(1).unwrap();
    assert!(announced.starts_with(" data-count=\"2\""), "{announced:.60}");
    let (lost, priced) = (announced.find("data-announced=\"A-3\""), announced.find("data-announced=\"A-2\""));
    assert!(lost.is_some() && lost < priced, "what was lost for certain comes first");
    assert!(announced.contains("одобрение потеряно") && !announced.contains("A-1"));
    assert!(html.contains("RabbitMQ не подключён"), "no broker is no secret");
    assert!(html.split("data-figure=\"last\"").nth(1).unwrap().contains("сейчас"));
    // Counted once more after a restart of the browser: it is the database that counts.
    assert_eq!(count(&site.again("olga").await.page("/radar").await, "accepted"), [1, 1]);
}

#[tokio::test]
async fn orders_with_which_nothing_happens_are_named() {
    let site = site().await;
    let olga = supervisor(&site).await;
    let anna = site.operator("anna").await;
    let id = site.order("A-1").await;
    site.order("A-2").await;
    assert_eq!(anna.press("take", &id, "1").await.status(), 200);
    let long_ago = "UPDATE orders SET status_since = now() - interval '4 days' WHERE number = 'A-1'";
    sqlx::query(long_ago).execute(site.database.pool()).await.unwrap();
    let named = async || olga.page("/radar").await.contains("data-silent=\"A-1\"");
    floor::until("the silent order is named", Duration::from_secs(5), named).await;
    let html = olga.page("/radar").await;
    let silent = html.split("data-figure=\"silent\"").nth(1).unwrap();
    assert!(silent.contains("href=\"/orders/A-1\"") && silent.contains("Мастер anna"), "{silent}");
    assert!(silent.starts_with(" data-count=\"1\"") && !silent.contains("A-2"));
}

#[tokio::test]
async fn a_letter_is_read_tried_again_and_put_away_by_plain_forms() {
    let site = site().await;
    let olga = supervisor(&site).await;
    let hostile = "{\"title\":\"</pre><script>alert(1)</script>\u{202e}\",\"x\":\"\u{1b}[2J\"}";
    let (bad, good) = (letter(&site, hostile).await, letter(&site, &approval("A-1").to_string()).await);
    let html = olga.page("/radar").await;
    assert!(!html.contains("<script>alert") && html.contains("&lt;/pre&gt;&lt;script&gt;"), "{html}");
    assert!(!html.contains('\u{202e}') && !html.contains('\u{1b}'));
    assert!(html.contains("<code>order.quantity</code>") && html.contains("целое число: 1…10000"));
    assert!(html.contains("data-figure=\"letters\" data-count=\"2\""));

    let request = request_id(&html, &good);
    let fields = [("letter", good.as_str()), ("request_id", request.as_str())];
    let done = olga.submit("/radar", "/api/replay", &fields).await;
    assert_eq!((done.status().as_u16(), header(done.headers(), "location")), (303, "/radar"));
    assert!(flash(&done) != Value::Null);
    let html = olga.page("/radar").await;
    assert!(html.contains("Принято: 1."), "{html}");
    assert!(html.contains(&format!("data-settled=\"{good}\" data-outcome=\"accepted\"")), "{html}");
    assert!(!html.contains(&format!("data-letter=\"{good}\"")));
    // The same press again is the same answer, another press finds it done.
    let again: Value = olga.send("/api/replay", &fields).await.json().await.unwrap();
    assert_eq!(again["letters"]["accepted"], 1);
    let other = [("letter", good.as_str()), ("request_id", "other")];
    let again: Value = olga.send("/api/replay", &other).await.json().await.unwrap();
    assert_eq!((&again["letters"]["gone"], &again["letters"]["accepted"]), (&json!(1), &json!(0)));
    let there: i64 =
        sqlx::query_scalar("SELECT count(*) FROM orders").fetch_one(site.database.pool()).await.unwrap();
    assert_eq!(there, 1);

    // A letter that is still bad is back, says why, and how often it was tried.
    let fields = [("letter", bad.as_str()), ("request_id", "r-bad")];
    olga.submit("/radar", "/api/replay", &fields).await;
    let html = olga.page("/radar").await;
    assert!(html.contains("Всё ещё негодные, остались в письмах: 1."), "{html}");
    assert!(html.contains("Повторяли: 1.") && html.contains("<code>body</code>"), "{html}");
    olga.submit("/radar", "/api/dismiss", &[("letter", &bad), ("request_id", "r-away")]).await;
    let html = olga.page("/radar").await;
    assert!(html.contains("Убрано: 1.") && html.contains("data-figure=\"letters\" data-count=\"0\""));
    assert!(html.contains(&format!("data-settled=\"{bad}\" data-outcome=\"dismissed\"")));
    assert!(html.contains("Мастер olga"), "who did it is on the record");
}

#[tokio::test]
async fn all_letters_are_tried_in_their_order_and_what_cannot_be_tried_says_so() {
    let site = site().await;
    let olga = supervisor(&site).await;
    let mut newer = approval("A-1");
    letter(&site, &newer.to_string()).await;
    newer["message_id"] = json!(uuid::Uuid::from_u128(7).to_string());
    newer["order"]["source_version"] = json!(8);
    newer["order"]["title"] = json!("Серьги");
    letter(&site, &newer.to_string()).await;
    letter(&site, "не JSON").await;
    let cut = letter(&site, "{\"long\":").await;
    sqlx::query("UPDATE dead_letters SET bytes = 200000 WHERE id = $1::text::uuid")
        .bind(&cut)
        .execute(site.database.pool())
        .await
        .unwrap();
    let html = olga.page("/radar").await;
    let request = request_id(&html, "all");
    let fields = [("letter", "all"), ("request_id", request.as_str())];
    let (one, two) = tokio::join!(press(&olga, &fields), press(&olga, &fields));
    assert_eq!(one, two, "a double click is one press");
    let expected = [("accepted", 1), ("updated", 1), ("bad", 1), ("cut", 1), ("left", 0)];
    for (name, wanted) in expected {
        assert_eq!(one["letters"][name], wanted, "{name}: {one}");
    }
    let html = olga.page("/radar").await;
    assert!(html.contains("Сохранено только начало") && html.contains("data-count=\"2\""));
    let form = format!("name=\"letter\" value=\"{cut}\"");
    assert_eq!(html.matches(&form).count(), 1, "it can be put away, and not tried");
}

#[tokio::test]
async fn forms_with_nonsense_are_refused_by_the_field() {
    let site = site().await;
    let olga = supervisor(&site).await;
    for (path, fields, bad) in [
        ("/api/replay", vec![], vec!["letter", "request_id"]),
        ("/api/replay", vec![("letter", "x"), ("request_id", "r 1")], vec!["letter", "request_id"]),
        ("/api/dismiss", vec![("letter", "all"), ("request_id", "r-1")], vec!["letter"]),
    ] {
        let answer = olga.send(path, &fields).await;
        assert_eq!(answer.status(), 422, "{path} {fields:?}");
        let said: Value = answer.json().await.unwrap();
        let named: Vec<&str> =
            said["fields"].as_array().unwrap().iter().map(|it| it["field"].as_str().unwrap()).collect();
        assert_eq!(named, bad);
    }
    let unknown = uuid::Uuid::nil().to_string();
    for path in ["/api/replay", "/api/dismiss"] {
        let answer = olga.send(path, &[("letter", &unknown), ("request_id", "r-1")]).await;
        assert_eq!(answer.status(), 404, "{path}");
    }
    for path in ["/radar?after=x", "/radar?after=-1", "/radar?after=4294967295", "/radar?after=99999999999"] {
        olga.page(path).await;
    }
}

#[tokio::test]
async fn many_letters_come_in_pages() {
    let site = site().await;
    let olga = supervisor(&site).await;
    for n in 0..53 {
        letter(&site, &format!("letter {n}")).await;
    }
    let html = olga.page("/radar").await;
    assert!(html.contains("data-count=\"53\"") && html.contains("href=\"/radar?after=50\""));
    assert_eq!(html.matches("data-letter=").count(), 50);
    let html = olga.page("/radar?after=50").await;
    assert_eq!(html.matches("data-letter=").count(), 3);
    assert!(html.contains("rel=\"prev\" href=\"/radar\"") || html.contains("href=\"/radar\" rel=\"prev\""));
}

#[tokio::test]
async fn the_radar_stands_without_the_database_and_says_what_is_missing() {
    let site = site().await;
    let olga = supervisor(&site).await;
    site.order("A-1").await;
    olga.page("/radar").await;
    site.database.away(true).await;
    let html = olga.page("/radar").await;
    assert!(html.contains("База данных не отвечает: счётчики и письма сейчас не прочитать"), "{html}");
    assert!(html.contains("data-figure=\"last\"") && html.contains("data-figure=\"silent\""));
    let failed = olga.submit("/radar", "/api/replay", &[("letter", "all"), ("request_id", "r-1")]).await;
    assert_eq!(failed.status(), 303);
    assert!(olga.page("/radar").await.contains("могло не записаться"));
    site.database.away(false).await;
}
