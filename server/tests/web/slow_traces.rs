//! The way from an order to what was done for it: the program as it is run keeps traces, and its page `/slow` has their
//! spans.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on says so")]

use std::{
    process::{Child, Command, Stdio},
    time::Duration,
};

use app::domain::Role;
use serde_json::json;

use crate::{
    floor::{self, redis::free_port},
    site::{Browser, Site, site},
    workshop::message::approval,
};

const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";

/// The program beside a site, on its database, Redis and S3. A server within a test records nothing.
struct Program {
    process: Child,
    url: String,
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = (self.process.kill(), self.process.wait());
    }
}

impl Program {
    /// Every trace counts as slow.
    async fn beside(site: &Site) -> Self {
        let (port, admin, s3) = (free_port(), free_port(), site.s3.settings());
        let mut program = Command::new(env!("CARGO_BIN_EXE_verstak"));
        program.arg("serve").stdout(Stdio::null()).stderr(Stdio::null()).env_remove("AMQP_URL");
        program.env("DATABASE_URL", &site.database.url).env("REDIS_URL", site.redis.url());
        program.env("S3_ENDPOINT", &s3.endpoint).env("S3_BUCKET", &s3.bucket);
        program.env("AWS_ACCESS_KEY_ID", &s3.access_key).env("AWS_SECRET_ACCESS_KEY", &s3.secret_key);
        program.env("LEPTOS_SITE_ROOT", concat!(env!("CARGO_MANIFEST_DIR"), "/../public"));
        program.env("LEPTOS_SITE_ADDR", format!("127.0.0.1:{port}"));
        program.env("ADMIN_ADDR", format!("127.0.0.1:{admin}"));
        program.env("TRACE_SHARE", "1").env("SLOW_TRACE_MS", "0").env_remove("TRACE_URL");
        program.env_remove("OTEL_EXPORTER_OTLP_ENDPOINT");
        let started = Self { process: program.spawn().unwrap(), url: format!("http://127.0.0.1:{port}") };
        let ask = site.stranger().at(&format!("http://127.0.0.1:{admin}"));
        let ready = async || ask.get("/readyz").send().await.is_ok_and(|answer| answer.status() == 200);
        floor::until("the program's first board", Duration::from_secs(60), ready).await;
        started
    }
}

async fn page(browser: &Browser, path: &str) -> String {
    let answer = browser.open(path).await;
    assert_eq!(answer.status(), 200, "{path}");
    answer.text().await.unwrap().replace("<!>", "")
}

/// The value of an attribute wherever it stands.
fn values<'a>(html: &'a str, attribute: &str) -> Vec<&'a str> {
    let mark = format!(" {attribute}=\"");
    html.split(&mark).skip(1).map(|rest| rest.split('"').next().unwrap()).collect()
}

#[tokio::test]
async fn a_supervisor_follows_an_order_s_trace_to_what_was_done_and_to_the_statements_inside_of_it() {
    let site = site().await;
    let program = Program::beside(&site).await;
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
