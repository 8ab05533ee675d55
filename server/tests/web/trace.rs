//! What a request's span says: which order it was about, once that is known.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on says so")]

use std::{
    io::{self, Write},
    sync::{Arc, Mutex},
    time::Duration,
};

use serde_json::json;
use tracing_subscriber::fmt::format::FmtSpan;

use crate::{floor, site::site, workshop::message::approval};

const RING: &[u8] = include_bytes!("../../src/model/tests/files/plain.glb");

/// Lines of spans that have ended on this thread, where everything of a test runs.
#[derive(Debug, Clone, Default)]
struct Ended(Arc<Mutex<Vec<u8>>>);

impl Write for Ended {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(line)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Ended {
    fn begin() -> (Self, tracing::subscriber::DefaultGuard) {
        let ended = Self::default();
        let writer = ended.clone();
        let subscriber = tracing_subscriber::fmt().with_ansi(false).with_span_events(FmtSpan::CLOSE);
        let subscriber = subscriber.with_writer(move || writer.clone()).finish();
        (ended, tracing::subscriber::set_default(subscriber))
    }

    /// Whether a request to this route has ended whose span names this order.
    fn names(&self, route: &str, order: &str) -> bool {
        let text = String::from_utf8(self.0.lock().unwrap().clone()).unwrap();
        text.lines().any(|line| {
            // What is inside of it follows its fields without a space.
            let request = line.split_once(" request{").and_then(|(_, rest)| rest.split_once("}: "));
            request.is_some_and(|(fields, rest)| {
                !fields.contains("}:")
                    && rest.contains(": close")
                    && fields.contains(&format!("http.route=\"{route}\""))
                    && fields.contains(&format!("order.id={order}"))
            })
        })
    }
}

#[tokio::test]
async fn a_request_that_is_about_an_order_says_which() {
    let site = site().await;
    let anna = site.operator("anna").await;
    site.s3.put("ring.glb", RING).await;
    let mut message = approval("A-1");
    message["order"]["model"] = json!({ "key": "ring.glb", "size": RING.len() });
    let id = message["order"]["id"].as_str().unwrap().to_owned();
    assert_eq!(site.post(message.to_string()).await.status(), 201);
    let ready = async || anna.board("?q=A-1").await["orders"][0]["model_state"] == "ready";
    floor::until("the model is ready", Duration::from_secs(20), ready).await;
    let board = anna.board("?q=A-1").await;
    let sha256 = board["orders"][0]["model"]["sha256"].as_str().unwrap();

    let (ended, _guard) = Ended::begin();
    let files = [format!("/models/{sha256}.glb"), format!("/models/{sha256}.jpg")];
    for path in ["/orders/A-1", "/orders/A-1/passport", &files[0], &files[1], "/api/board"] {
        assert_eq!(anna.open(path).await.status(), 200, "{path}");
    }
    assert_eq!(anna.press("take", &id, "1").await.status(), 200);
    let routes = ["/orders/{number}", "/orders/{number}/passport", "/models/{file}", "/api/take"];
    for route in routes {
        let told = async || ended.names(route, &id);
        floor::until(route, Duration::from_secs(5), told).await;
    }
    assert!(!ended.names("/api/board", &id), "a board is not about one order");
}
