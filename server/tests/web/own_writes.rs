//! Whoever has written reads no board from before it, on whichever server.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on says so")]

use app::domain::Role;
use serde_json::Value;

use crate::{
    floor,
    site::{self, Browser, Site, site, site_with},
};

/// Everything that can be read, from this server, at once.
async fn is_seen(browser: &Browser, number: &str, status: &str, revision: Option<&str>) {
    let ask = |path: String| {
        let ask = browser.get(&path).header("accept", "text/html");
        if let Some(revision) = revision { ask.header("x-board-min-rev", revision) } else { ask }
    };
    let shown = format!("data-status=\"{status}\"");
    let (page, order, board, part) = tokio::join!(
        ask(format!("/?q={number}")).send(),
        ask(format!("/orders/{number}")).send(),
        ask("/api/board".into()).send(),
        ask(format!("/api/board?q={number}")).send()
    );
    for page in [page, order] {
        assert!(
            page.unwrap().text().await.unwrap().contains(&shown),
            "a page shows {number} as it was before"
        );
    }
    for board in [board, part] {
        let board: Value = board.unwrap().json().await.unwrap();
        let held = board["orders"].as_array().unwrap().iter().find(|it| it["number"] == number).cloned();
        assert_eq!(held.unwrap()["status"], status);
    }
}

/// Two servers on one database and one Redis.
async fn two() -> (Site, site::Beside) {
    let site = site_with(&[]).await;
    let other = site.beside().await;
    (site, other)
}

#[tokio::test]
async fn what_a_script_s_command_did_is_seen_on_the_other_server_by_name_and_by_cookie() {
    let (site, other) = two().await;
    let anna = site.operator("anna").await;
    let there = anna.at(&other.url);
    // The first request of a session on a server may ask the database.
    assert_eq!(there.open("/").await.status(), 200);
    for n in 0..8 {
        let number = format!("A-{n}");
        let id = site.order(&number).await;
        for (command, version, status) in
            [("take", "1", "MANUFACTURING_STARTED"), ("complete", "2", "MANUFACTURING_COMPLETED")]
        {
            let answer = anna.press(command, &id, version).await;
            assert_eq!(answer.status(), 200);
            let receipt: Value = answer.json().await.unwrap();
            let named = receipt["revision"].as_str().filter(|_| n % 2 == 0);
            is_seen(&there, &number, status, named).await;
        }
    }
}

#[tokio::test]
async fn after_a_plain_form_the_other_server_s_pages_show_its_effect() {
    let (site, other) = two().await;
    let anna = site.operator("anna").await;
    let there = anna.at(&other.url);
    assert_eq!(there.open("/").await.status(), 200);
    for n in 0..8 {
        let number = format!("A-{n}");
        let id = site.order(&number).await;
        let request = floor::name().replace('_', "-");
        let fields = [("id", id.as_str()), ("version", "1"), ("request_id", &request)];
        let answer = anna.submit("/", "/api/take", &fields).await;
        assert_eq!(answer.status(), 303);
        is_seen(&there, &number, "MANUFACTURING_STARTED", None).await;
    }
}

#[tokio::test]
async fn a_press_that_is_sent_again_takes_nothing_back_from_what_was_seen() {
    let site = site().await;
    let anna = site.operator("anna").await;
    let id = site.order("A-1").await;
    let fields = [("id", id.as_str()), ("version", "1"), ("request_id", "press-1")];
    let at_least = |answer: &reqwest::Response| {
        let cookies = answer.headers().get_all("set-cookie").iter().map(|it| it.to_str().unwrap().to_owned());
        cookies.filter_map(|it| Some(it.strip_prefix("at_least=")?.split_once(';')?.0.to_owned())).next()
    };
    assert_eq!(at_least(&anna.send("/api/take", &fields).await).as_deref(), Some("1.2"));
    assert_eq!(at_least(&anna.press("complete", &id, "2").await).as_deref(), Some("1.3"));
    assert_eq!(at_least(&anna.send("/api/take", &fields).await).as_deref(), Some("1.3"));
    assert_eq!(
        at_least(&anna.submit("/", "/api/take", &fields).await).as_deref(),
        Some("1.3"),
        "nor by a form"
    );
    assert_eq!(at_least(&anna.press("take", &id, "1").await), None, "a refusal has no revision");
}

#[tokio::test]
async fn a_bonus_is_remembered_like_any_command() {
    let site = site().await;
    site.person("olga", Role::Supervisor).await;
    let olga = site.again("olga").await;
    let id = site.order("A-1").await;
    let fields = [("id", id.as_str()), ("version", "1"), ("request_id", "press-1"), ("amount", "150")];
    let answer = olga.send("/api/bonus", &fields).await;
    assert_eq!(answer.status(), 200);
    let cookies: Vec<_> =
        answer.headers().get_all("set-cookie").iter().map(|it| it.to_str().unwrap()).collect();
    assert!(cookies.iter().any(|cookie| cookie.starts_with("at_least=1.2;")), "{cookies:?}");
}
