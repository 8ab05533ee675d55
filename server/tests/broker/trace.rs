//! One trace tells an order's way: from the message through the log to the board of another server, from there into a
//! browser, and out again in the news of what was done.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on says so")]

use std::collections::BTreeMap;

use app::domain::TraceParent;
use opentelemetry_sdk::propagation::TraceContextPropagator;
use serde_json::Value;

use crate::{
    floor::{
        self,
        spans::{self, Spans},
    },
    rabbit::{self, Vhost, vhost},
    site::{Browser, header, site, site_with},
    workshop::message::whole,
};

/// The spans of this trace: each by its id, with its name and its parent's id.
fn of_trace(spans: &Spans, trace: u128) -> BTreeMap<u64, (String, u64)> {
    let spans = spans.all();
    let ours = spans.iter().filter(|span| span.span_context.trace_id().to_bytes() == trace.to_be_bytes());
    ours.map(|span| {
        let id = u64::from_be_bytes(span.span_context.span_id().to_bytes());
        (id, (span.name.to_string(), u64::from_be_bytes(span.parent_span_id.to_bytes())))
    })
    .collect()
}

/// The names on the way from a span to the first one of its trace.
fn way(spans: &BTreeMap<u64, (String, u64)>, from: u64) -> Vec<&str> {
    let mut names = Vec::new();
    let mut at = from;
    while let Some((name, parent)) = spans.get(&at) {
        names.push(name.as_str());
        at = *parent;
    }
    names
}

/// Publishes a message, and returns the trace that the live event of its order names.
async fn heard(rabbit: &Vhost, browser: &Browser, message: &Value) -> TraceParent {
    let number = message["order"]["number"].as_str().unwrap();
    let before = browser.board("?q=nothing").await["revision"].as_str().unwrap().to_owned();
    rabbit.publish(&message.to_string()).await;
    let mut answer = browser.get(&format!("/live?after={before}")).send().await.unwrap();
    let mut text = Vec::new();
    loop {
        let chunk = tokio::time::timeout(rabbit::SOON, answer.chunk()).await.unwrap().unwrap().unwrap();
        text.extend_from_slice(&chunk);
        let text = String::from_utf8_lossy(&text).into_owned();
        let event =
            text.lines().find_map(|line| line.strip_prefix("data: ").filter(|it| it.contains(number)));
        if let Some(event) = event.filter(|event| event.ends_with('}')) {
            let event: Value = serde_json::from_str(event).unwrap();
            let named: Vec<_> = event.as_object().unwrap().keys().map(String::as_str).collect();
            assert_eq!(named, ["order", "revision", "traceparent"]);
            return event["traceparent"].as_str().unwrap().parse().unwrap();
        }
    }
}

async fn take(browser: &Browser, id: &str, trace: Option<TraceParent>) {
    let request = floor::name().replace('_', "-");
    let mut form = browser.form("/api/take", &[("id", id), ("version", "1"), ("request_id", &request)]);
    if let Some(trace) = trace {
        form = form.header("traceparent", trace.to_string());
    }
    assert_eq!(form.send().await.unwrap().status(), 200);
}

/// Hears every span of this thread's runtime until the guard is dropped.
fn traced() -> (Spans, tracing::subscriber::DefaultGuard) {
    opentelemetry::global::set_text_map_propagator(TraceContextPropagator::new());
    spans::listen()
}

/// The trace that the news name, in their header and in their body alike.
async fn told(rabbit: &Vhost) -> TraceParent {
    let news = rabbit.take_all("world", 1).await.remove(0);
    let said: Value = serde_json::from_str(news["payload"].as_str().unwrap()).unwrap();
    let header = &news["properties"]["headers"]["traceparent"];
    assert_eq!(&said["traceparent"], header);
    header.as_str().unwrap().parse().unwrap()
}

#[tokio::test]
async fn one_trace_leads_from_the_message_to_the_news_over_two_servers_and_a_browser() {
    let (recorder, _traced) = traced();
    let rabbit = vhost().await;
    let first = site_with(&["--amqp_url", &rabbit.url()]).await;
    let second = first.beside().await;
    rabbit.listen().await;
    // Only the first server has a broker; the person is at the second.
    let anna = first.operator("anna").await.at(&second.url);

    let mut message = whole("A-1");
    let parent: TraceParent = message["traceparent"].as_str().unwrap().parse().unwrap();
    let shown = heard(&rabbit, &anna, &message).await;
    assert!(shown.is_of(parent), "{shown}");
    let id = message["order"]["id"].as_str().unwrap().to_owned();
    take(&anna, &id, Some(shown)).await;
    let news = told(&rabbit).await;
    assert!(news.is_of(parent), "{news}");

    let told_too = async || of_trace(&recorder, parent.trace).values().any(|(name, _)| name == "tell");
    floor::until("the last span has ended", rabbit::SOON, told_too).await;
    let spans = of_trace(&recorder, parent.trace);
    let shows = spans.values().filter(|(name, _)| name == "show").count();
    assert!(shows >= 4, "two servers show the approval and the take: {spans:?}");
    assert_eq!(way(&spans, shown.span).last(), Some(&"accept"), "{spans:?}");
    let (tell, _) = spans.iter().find(|(_, (name, _))| name == "tell").unwrap();
    let way = way(&spans, *tell);
    let of = |name: &str| way.iter().position(|it| *it == name).unwrap_or(usize::MAX);
    let order = ["tell", "carry out", "POST /api/take", "show", "accept"].map(of);
    assert!(order.is_sorted() && order[4] < usize::MAX, "{way:?}");

    // A browser that says nothing of it, and a plain form: the order's way goes on all the same.
    message = whole("A-2");
    message["traceparent"] = Value::from("00-11111111111111111111111111111111-2222222222222222-01");
    let parent: TraceParent = message["traceparent"].as_str().unwrap().parse().unwrap();
    let shown = heard(&rabbit, &anna, &message).await;
    assert!(shown.is_of(parent));
    take(&anna, message["order"]["id"].as_str().unwrap(), None).await;
    assert!(told(&rabbit).await.is_of(parent));

    // One that lies about its trace does not take the order along.
    message = whole("A-3");
    message["traceparent"] = Value::from("00-33333333333333333333333333333333-4444444444444444-01");
    let parent: TraceParent = message["traceparent"].as_str().unwrap().parse().unwrap();
    heard(&rabbit, &anna, &message).await;
    take(
        &anna,
        message["order"]["id"].as_str().unwrap(),
        "00-55555555555555555555555555555555-6666666666666666-01".parse().ok(),
    )
    .await;
    assert!(told(&rabbit).await.is_of(parent));
}

#[tokio::test]
async fn an_order_s_whole_way_to_the_shipment_is_one_trace_whoever_does_the_steps_at_whichever_server() {
    let (recorder, _traced) = traced();
    let rabbit = vhost().await;
    let first = site_with(&["--amqp_url", &rabbit.url()]).await;
    let second = first.beside().await;
    rabbit.listen().await;
    let here = first.operator("anna").await;
    let there = here.at(&second.url);
    let message = whole("A-1");
    let parent: TraceParent = message["traceparent"].as_str().unwrap().parse().unwrap();
    let id = message["order"]["id"].as_str().unwrap();
    assert!(heard(&rabbit, &there, &message).await.is_of(parent));
    for (browser, command, version) in
        [(&there, "take", "1"), (&here, "complete", "2"), (&there, "pack", "3"), (&here, "ship", "4")]
    {
        assert_eq!(browser.press(command, id, version).await.status(), 200, "{command}");
        assert!(told(&rabbit).await.is_of(parent), "{command}");
    }
    let names = || {
        let spans = of_trace(&recorder, parent.trace);
        let count = |name: &str| spans.values().filter(|(it, _)| it == name).count();
        [count("accept"), count("carry out"), count("tell"), count("show")]
    };
    // Each of five changes is shown by both servers.
    floor::until("the last span has ended", rabbit::SOON, async || names() >= [1, 4, 4, 10]).await;
    assert_eq!(names(), [1, 4, 4, 10]);
    let spans = of_trace(&recorder, parent.trace);
    for (span, (name, _)) in &spans {
        assert!(way(&spans, *span).contains(&"accept"), "{name} hangs in the air: {spans:?}");
    }
}

#[tokio::test]
async fn a_point_of_the_request_times_leads_to_the_trace_of_a_request_behind_it() {
    let (_recorder, _traced) = traced();
    let site = site().await;
    let anna = site.operator("anna").await;
    // A route of its own: the last one in a bucket is kept, whichever test asked. What is posted is always recorded.
    let answer = anna.send("/api/vitals", &[]).await;
    let timing = header(answer.headers(), "server-timing");
    let (_, trace) = timing.split_once("trace;desc=\"").unwrap();
    let link = format!("# {{trace_id=\"{}\"}}", trace.trim_end_matches('"'));
    let counted = site.get_admin_as("/metrics", "application/openmetrics-text; version=1.0.0").await;
    assert!(
        header(counted.headers(), "content-type").starts_with("application/openmetrics-text; version=1.0.0")
    );
    let text = counted.text().await.unwrap();
    assert!(text.ends_with("\n# EOF\n"));
    let buckets =
        text.lines().filter(|line| line.starts_with("http_request_seconds_bucket{route=\"/api/vitals\""));
    assert_eq!(buckets.filter(|line| line.contains(&link)).count(), 1, "{link}: {text}");
    let plain = site.get_admin("/metrics").await;
    assert!(header(plain.headers(), "content-type").starts_with("text/plain; version=0.0.4"));
    assert!(!plain.text().await.unwrap().contains("trace_id"));
}
