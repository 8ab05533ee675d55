//! Spans are kept, shown to supervisors and sent to a collector: nothing in them says what somebody wrote, who they are,
//! or how they get in.

use std::time::Duration;

use app::domain::Role;
use serde_json::json;

use crate::{
    floor::{self, spans::listen},
    site::{TOKEN, header, site},
    workshop::message::approval,
};

const LOGIN: &str = "zinaida-4411";
const BOSS: &str = "arkadij-5522";
const WRONG: &str = "not-the-password-6633";
const TITLE: &str = "Кольцо «Секрет 7744»";
const MATERIAL: &str = "сплав-8855";
const SIZE: &str = "размер-9966";
const COMMENT: &str = "гравировка «Любимой Нине 1177»";
const CUSTOMER: &str = "Нина Петровна 2288";
const PHONE: &str = "+79031239988";
const HELD: &str = "ждём оплату Нины 3399";
const BROKEN: &str = "СТАТУС-НИНЫ-4400";
const REASON: &str = "сломалась застёжка Нины 5511";
const BONUS: &str = "4321.09";
const SEARCH: &str = "search-for-nina-6622";
const VIEW: &str = "Полка Нины 7733";
const ABOUT: &str = "tablet of Zinaida 8844";

#[tokio::test]
async fn no_span_says_what_people_wrote_who_they_are_or_how_they_get_in() {
    let site = site().await;
    let (heard, _guard) = listen();
    site.person(LOGIN, Role::Operator).await;
    site.person(BOSS, Role::Supervisor).await;
    let password = LOGIN.repeat(8);
    let (anna, boss) = (site.stranger(), site.again(BOSS).await);
    assert_eq!(anna.send("/api/login", &[("login", LOGIN), ("password", WRONG)]).await.status(), 401);
    let answer = anna.send("/api/login", &[("login", LOGIN), ("password", &password)]).await;
    assert_eq!(answer.status(), 200);
    let cookie = header(answer.headers(), "set-cookie").split(';').next().unwrap();
    let session = cookie.split_once('=').unwrap().1.to_owned();
    assert!(session.len() >= 20, "{session}");

    let mut message = approval("A-1");
    let facts = json!({
        "title": TITLE, "material": MATERIAL, "size": SIZE, "comment": COMMENT,
        "customer": { "name": CUSTOMER, "phone": PHONE },
        "history": [{ "status": "ON_HOLD", "at": "2026-03-02T08:20:00Z", "reason": HELD }],
    });
    message["order"].as_object_mut().unwrap().extend(facts.as_object().unwrap().clone());
    assert_eq!(site.post(message.to_string()).await.status(), 201);
    let id = message["order"]["id"].as_str().unwrap();
    let mut broken = message.clone();
    (broken["order"]["status"], broken["order"]["number"]) = (json!(BROKEN), json!(CUSTOMER));
    assert_eq!(site.post(broken.to_string()).await.status(), 422);

    assert_eq!(anna.press("take", id, "1").await.status(), 200);
    let release = [("id", id), ("version", "2"), ("request_id", "r-1"), ("reason", REASON)];
    assert_eq!(anna.send("/api/release", &release).await.status(), 200);
    let bonus = [("id", id), ("version", "3"), ("request_id", "b-1"), ("amount", BONUS)];
    assert_eq!(boss.send("/api/bonus", &bonus).await.status(), 200);
    let view = format!("q={SEARCH}");
    assert_eq!(anna.send("/api/save_view", &[("name", VIEW), ("view", &view)]).await.status(), 200);
    let report = json!({ "path": "/orders/A-1", "device": "tablet", "about": ABOUT, "timings": { "first_byte": 4.0 } });
    let report = anna.ask("POST", "/api/slow").header("origin", &site.url).body(report.to_string());
    assert_eq!(report.header("content-type", "application/json").send().await.unwrap().status(), 200);
    let (search, found) = (format!("/?q={SEARCH}"), format!("/api/board?q={SEARCH}"));
    for path in
        [&*search, &found, "/", "/views", "/orders/A-1", "/orders/A-1/passport", "/orders/A-1/traveller"]
    {
        assert_eq!(anna.open(path).await.status(), 200, "{path}");
    }
    assert!(boss.open("/slow").await.text().await.unwrap().contains(ABOUT));
    assert_eq!(anna.send("/api/logout", &[]).await.status(), 200);

    let routes = [
        "/api/login",
        "/intake/orders",
        "/api/take",
        "/api/release",
        "/api/bonus",
        "/api/save_view",
        "/api/slow",
        "/",
        "/api/board",
        "/views",
        "/orders/{number}",
        "/orders/{number}/passport",
        "/orders/{number}/traveller",
        "/slow",
        "/api/logout",
    ];
    for route in routes {
        let ended = async || !heard.requests(route).is_empty();
        floor::until(route, Duration::from_secs(20), ended).await;
    }
    let secrets = [
        LOGIN, BOSS, WRONG, TITLE, MATERIAL, SIZE, COMMENT, CUSTOMER, PHONE, HELD, BROKEN, REASON, BONUS,
        SEARCH, VIEW, ABOUT, TOKEN, &session,
    ];
    // Name, attributes, events, status, links: everything that leaves the process.
    let told = || heard.all().iter().map(|span| format!("{span:?}")).collect::<Vec<_>>();
    let said = told();
    for secret in secrets {
        let leak = said.iter().find(|span| span.contains(secret));
        assert!(leak.is_none(), "{secret} is in {}", leak.unwrap());
        // And were it in one, it would have been found.
        let span = tracing::info_span!("leak", text = tracing::field::Empty);
        span.in_scope(|| tracing::info!("{secret}"));
        drop(span);
        assert!(told().iter().any(|span| span.contains(secret)), "{secret}");
    }
}
