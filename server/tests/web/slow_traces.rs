//! The way from an order to what was done for it: the program as it is run keeps traces, and its page `/slow` has their
//! spans.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on says so")]

use std::time::Duration;

use app::domain::Role;
use serde_json::json;

use crate::{
    floor::{self, program::Program},
    site::{Browser, Site, site},
    workshop::message::approval,
};

const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";

/// The program beside a site, on its database, Redis and S3: a server within a test records nothing. Every trace counts
/// as slow.
async fn beside(site: &Site) -> Program {
    let variables = [("TRACE_SHARE", "1"), ("SLOW_TRACE_MS", "0")];
    let program = site.program(&site.database.url, &variables);
    program.ready().await;
    program
}

async fn page(browser: &Browser, path: &str) -> String {
    browser.page(path).await.replace("<!>", "")
}

/// The value of an attribute wherever it stands.
fn values<'a>(html: &'a str, attribute: &str) -> Vec<&'a str> {
    let mark = format!(" {attribute}=\"");
    html.split(&mark).skip(1).map(|rest| rest.split('"').next().unwrap()).collect()
}

#[tokio::test]
async fn a_supervisor_follows_an_order_s_trace_to_what_was_done_and_to_the_statements_inside_of_it() {
    let site = site().await;
    let program = beside(&site).await;
    let anna = site.operator("anna").await.at(&program.url);
    site.person("boss", Role::Supervisor).await;
    let boss = site.again("boss").await.at(&program.url);
    let mut message = approval("A-7");
    message["traceparent"] = json!(format!("00-{TRACE}-00f067aa0ba902b7-01"));
    assert_eq!(site.post(message.to_string()).await.status(), 201);
    let id = message["order"]["id"].as_str().unwrap();
    assert_eq!(anna.press("take", id, "1").await.status(), 200);

    let sheet = page(&boss, "/orders/A-7/passport").await;
    let links = values(&sheet, "href");
    let link = links.into_iter().find(|link| link.contains(&format!("?trace={TRACE}"))).unwrap();
    let kept = async || page(&boss, link).await.contains("data-span=\"carry out\"");
    floor::until("the take has ended", Duration::from_secs(20), kept).await;
    let found = page(&boss, link).await;
    let traces = values(&found, "data-trace");
    assert!(!traces.is_empty() && traces.iter().all(|it| *it == TRACE), "no other trace: {traces:?}");
    let take = found.split("<details").find(|it| it.contains("data-span=\"carry out\"")).unwrap();
    let take = take.split("</details>").next().unwrap();
    assert!(take.split('>').next().unwrap().contains(" open "), "what was asked for is not folded: {take}");
    assert!(take.contains(&format!("order.id={id}")) && take.contains("command=take"), "{take}");
    let (names, depths) = (values(take, "data-span"), values(take, "data-depth"));
    assert_eq!((names[0], depths[0]), ("carry out", "0"), "{take}");
    assert!(names.len() > 1 && depths[1..].iter().all(|depth| *depth != "0"), "{names:?}: {depths:?}");
    assert!(!take.contains("не удалось"), "nothing of it failed: {take}");

    let all = page(&boss, "/slow").await;
    assert!(all.contains("POST /api/take"), "the request itself is a trace of its own: {all}");
    assert_eq!(anna.open(link).await.status(), 403, "who may not open it does not");
}
