//! What the spans of requests say: which order they were about, once that is known, and what was waited for inside of
//! them.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on says so")]

use std::time::Duration;

use serde_json::json;

use crate::{
    floor::{
        self,
        spans::{Spans, fact, listen},
    },
    site::{Browser, Site, site, site_with},
    workshop::message::approval,
};

const RING: &[u8] = include_bytes!("../../src/model/tests/files/plain.glb");
const SOON: Duration = Duration::from_secs(20);

/// An order with a model that is ready; its id, and the model's hash.
async fn with_model(site: &Site, browser: &Browser, number: &str) -> (String, String) {
    site.s3.put("ring.glb", RING).await;
    let mut message = approval(number);
    message["order"]["model"] = json!({ "key": "ring.glb", "size": RING.len() });
    assert_eq!(site.post(message.to_string()).await.status(), 201);
    let board = async || browser.board(&format!("?q={number}")).await["orders"][0].clone();
    let ready = async || board().await["model_state"] == "ready";
    floor::until("the model is ready", SOON, ready).await;
    let id = message["order"]["id"].as_str().unwrap().to_owned();
    (id, board().await["model"]["sha256"].as_str().unwrap().to_owned())
}

#[tokio::test]
async fn a_span_that_a_thread_without_a_listener_came_by_first_is_heard() {
    let (heard, _guard) = listen();
    let come_by = || drop(tracing::info_span!("come by"));
    std::thread::spawn(come_by).join().unwrap();
    come_by();
    assert_eq!(heard.all().len(), 1);
}

#[tokio::test]
async fn a_request_that_is_about_an_order_says_which() {
    let site = site().await;
    let anna = site.operator("anna").await;
    let (id, sha256) = with_model(&site, &anna, "A-1").await;

    let (heard, _guard) = listen();
    let files = [format!("/models/{sha256}.glb"), format!("/models/{sha256}.jpg")];
    for path in ["/orders/A-1", "/orders/A-1/passport", &files[0], &files[1], "/api/board"] {
        assert_eq!(anna.open(path).await.status(), 200, "{path}");
    }
    assert_eq!(anna.press("take", &id, "1").await.status(), 200);
    let names = |route: &str| {
        let said = heard.requests(route).into_iter().map(|span| fact(&span, "order.id"));
        said.collect::<Vec<_>>()
    };
    for route in ["/orders/{number}", "/orders/{number}/passport", "/models/{file}", "/api/take"] {
        let requests = if route == "/models/{file}" { 2 } else { 1 };
        let told = async || names(route).len() == requests;
        floor::until(route, SOON, told).await;
        assert!(names(route).iter().all(|name| name.as_ref() == Some(&id)), "{route}: {:?}", names(route));
    }
    assert_eq!(names("/api/board"), [None], "a board is not about one order");
}

/// How many spans of that module are inside of the request to this route that was about the order, in its own trace.
fn inside(heard: &Spans, route: &str, order: &str, module: &str) -> usize {
    let about = |span: &_| fact(span, "order.id").as_deref() == Some(order);
    let Some(request) = heard.requests(route).into_iter().find(about) else { return 0 };
    let of = |span: &_| fact(span, "code.module.name").is_some_and(|it| it.starts_with(module));
    let within = |span: &_| heard.way(span).iter().skip(1).any(|it| it.span_context == request.span_context);
    heard.all().iter().filter(|span| of(span) && within(span)).count()
}

const SQL: &str = "server::store::postgres";
const REDIS: &str = "server::board::shelf";
const S3: &str = "server::store::models";

#[tokio::test]
async fn what_a_page_waited_for_in_the_database_redis_and_s3_is_inside_of_its_request() {
    let site = site_with(&["--cache", "redis"]).await;
    let anna = site.operator("anna").await;
    let (id, sha256) = with_model(&site, &anna, "A-1").await;

    let (heard, _guard) = listen();
    for path in ["/orders/A-1", "/orders/A-1/passport", &format!("/models/{sha256}.glb")] {
        let answer = anna.open(path).await;
        assert_eq!(answer.status(), 200, "{path}");
        assert!(!answer.bytes().await.unwrap().is_empty());
    }
    for (route, module) in
        [("/orders/{number}", REDIS), ("/orders/{number}/passport", SQL), ("/models/{file}", S3)]
    {
        floor::until(route, SOON, async || inside(&heard, route, &id, module) > 0).await;
    }
    // Each is inside of what waited for it, and of nothing else.
    for (route, module) in
        [("/orders/{number}", S3), ("/orders/{number}/passport", S3), ("/models/{file}", REDIS)]
    {
        assert_eq!(inside(&heard, route, &id, module), 0, "{route}: {module}");
    }
}

#[tokio::test]
async fn a_take_s_statements_and_its_way_to_redis_are_in_the_order_s_trace_or_else_in_the_request_s() {
    let site = site().await;
    let anna = site.operator("anna").await;
    let plain = floor::orders::approve(site.database.pool(), "A-1").await.to_string();
    let there = async || anna.board("?q=A-1").await["orders"][0]["version"] == 1;
    floor::until("the order is on the board", SOON, there).await;
    let (heard, _guard) = listen();
    assert_eq!(anna.press("take", &plain, "1").await.status(), 200);
    let done = async || inside(&heard, "/api/take", &plain, SQL) > 0;
    floor::until("the statements of the take", SOON, done).await;
    let request = heard.requests("/api/take").remove(0);
    let trace = request.span_context.trace_id();
    let applied = async || {
        let all = heard.all();
        all.iter().any(|span| span.name == "apply to Redis" && span.span_context.trace_id() == trace)
    };
    floor::until("the change is in Redis", SOON, applied).await;

    // This one's way began with its message: the take goes on with that, and names its own request.
    let parent = "4bf92f3577b34da6a3ce929d0e0e4736";
    let mut message = approval("A-2");
    message["traceparent"] = json!(format!("00-{parent}-00f067aa0ba902b7-01"));
    assert_eq!(site.post(message.to_string()).await.status(), 201);
    // What the command goes on with is what the board knows of the order.
    let there = async || anna.board("?q=A-2").await["orders"][0]["version"] == 1;
    floor::until("the second order is on the board", SOON, there).await;
    let id = message["order"]["id"].as_str().unwrap();
    assert_eq!(anna.press("take", id, "1").await.status(), 200);
    let told = async || heard.requests("/api/take").len() == 2;
    floor::until("the request has ended", SOON, told).await;
    let all = heard.all();
    let carried =
        all.iter().find(|span| span.name == "carry out" && fact(span, "order.id").as_deref() == Some(id));
    let carried = carried.unwrap();
    let request = heard.requests("/api/take").remove(1).span_context;
    assert_eq!(carried.span_context.trace_id().to_string(), parent);
    let linked = |it: &opentelemetry::trace::Link| it.span_context.trace_id() == request.trace_id();
    assert!(request.trace_id().to_string() != parent && carried.links.iter().any(linked), "{carried:?}");
    let statements = all.iter().filter(|span| {
        let of = fact(span, "code.module.name").is_some_and(|it| it.starts_with(SQL));
        of && heard.way(span).iter().any(|it| it.span_context == carried.span_context)
    });
    assert!(statements.count() > 0, "{all:?}");
}
