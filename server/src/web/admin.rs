//! `ADMIN_ADDR`: is the process alive, what of it works, and what has it counted. Not for the outside.

use std::{
    future::Future,
    sync::{Arc, PoisonError, RwLock},
    time::{Duration, Instant},
};

use axum::{
    Json, Router,
    extract::State,
    http::{
        HeaderMap, StatusCode,
        header::{ACCEPT, CONTENT_TYPE},
    },
    response::{IntoResponse, Response},
    routing::get,
};
use futures_util::future::BoxFuture;
use serde_json::{Map, Value, json};
use tokio_util::sync::CancellationToken;

use super::problem;
use crate::{
    board::Board,
    config::Share,
    telemetry::{
        self,
        exemplars::{OPEN_METRICS, open_metrics},
        meter,
    },
    trace,
};

/// How often the parts are asked.
const EVERY: Duration = Duration::from_secs(5);
/// A part that takes longer counts as away.
const PATIENCE: Duration = Duration::from_secs(2);

type Check = Box<dyn Fn() -> BoxFuture<'static, Result<(), &'static str>> + Send + Sync>;

/// A part of the system, and what it said last.
pub struct Part {
    name: &'static str,
    check: Check,
    last: RwLock<Option<(Result<(), &'static str>, Instant)>>,
}

impl Part {
    /// A part that was never asked yet. `check` asks it; its error says what is wrong, in a few words.
    pub fn new<F>(name: &'static str, check: impl Fn() -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = Result<(), &'static str>> + Send + 'static,
    {
        Self { name, check: Box::new(move || Box::pin(check())), last: RwLock::new(None) }
    }

    /// Asks it now, and remembers.
    pub async fn ask(&self) -> Result<(), &'static str> {
        let said =
            tokio::time::timeout(PATIENCE, (self.check)()).await.unwrap_or(Err("no answer within 2 s"));
        metrics::gauge!("part_up", "part" => self.name).set(if said.is_ok() { 1.0 } else { 0.0 });
        *self.last.write().unwrap_or_else(PoisonError::into_inner) = Some((said, Instant::now()));
        said
    }

    /// Its name, in `/readyz` and for `verstak doctor`.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.name
    }

    fn told(&self) -> Value {
        match &*self.last.read().unwrap_or_else(PoisonError::into_inner) {
            None => json!({ "state": "unknown" }),
            Some((Ok(()), at)) => json!({ "state": "ok", "age_seconds": at.elapsed().as_secs_f64() }),
            Some((Err(what), at)) => {
                json!({ "state": "away", "what": what, "age_seconds": at.elapsed().as_secs_f64() })
            }
        }
    }
}

/// What the admin routes work with.
#[derive(Clone)]
pub struct Admin {
    /// The cache: ready when it has its first complete board.
    pub board: Board,
    /// Everything else; it is told, but only the board decides.
    pub parts: Arc<Vec<Part>>,
    /// Notes in the gauges what is in use of the pools, when somebody asks for them.
    pub note_pools: Arc<dyn Fn() + Send + Sync>,
    /// Cancelled when the server begins to stop.
    pub draining: CancellationToken,
}

impl Admin {
    /// Asks all parts, and keeps the counters small, for ever.
    pub async fn watch(self) {
        loop {
            meter::sort_in();
            futures_util::future::join_all(self.parts.iter().map(Part::ask)).await;
            tokio::time::sleep(EVERY).await;
        }
    }
}

/// The admin routes.
pub fn router(admin: Admin) -> Router {
    Router::new()
        .route("/livez", get(|| async { "ok\n" }))
        .route("/readyz", get(ready))
        .route("/metrics", get(counted))
        .route("/trace-share", get(trace_share).put(set_trace_share))
        .with_state(admin)
}

/// The board alone decides: without Redis, S3 or even the database it is still worth sending people here.
async fn ready(State(admin): State<Admin>) -> Response {
    let near = admin.board.near();
    let ready = near.is_some() && !admin.draining.is_cancelled();
    let board = near.map_or_else(
        || json!({ "state": "loading" }),
        |near| {
            json!({
                "state": "ok",
                "revision": near.revision(),
                "orders": near.len(),
                "age_seconds": admin.board.age(&near).as_secs_f64(),
            })
        },
    );
    let mut parts = Map::from_iter([("board".to_owned(), board)]);
    parts.extend(admin.parts.iter().map(|part| (part.name.to_owned(), part.told())));
    let status = if ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    let told = json!({ "ready": ready, "draining": admin.draining.is_cancelled(), "parts": parts });
    (status, Json(told)).into_response()
}

/// Of how many requests a trace is recorded at the moment.
async fn trace_share() -> String {
    format!("{}\n", trace::share())
}

/// Records another share from now on, until the server ends: all of it while something is looked for, say, or nothing.
/// Another site's page cannot send this: a browser would ask first whether it may.
async fn set_trace_share(body: String) -> Response {
    let Ok(Share(share)) = body.parse() else {
        return problem::refuse(StatusCode::UNPROCESSABLE_ENTITY, "the share must be a number from 0 to 1");
    };
    if !telemetry::can_record() {
        return problem::refuse(
            StatusCode::CONFLICT,
            "this server was started with TRACE_SHARE=0 and has no traces",
        );
    }
    trace::record(share);
    tracing::info!(share, "another share of traces is recorded");
    trace_share().await.into_response()
}

async fn counted(State(admin): State<Admin>, headers: HeaderMap) -> Response {
    // Asked for, not followed: a task that never ends shows as a number that only grows.
    let tasks = tokio::runtime::Handle::current().metrics().num_alive_tasks();
    metrics::gauge!("runtime_tasks").set(f64::from(u32::try_from(tasks).unwrap_or(u32::MAX)));
    (admin.note_pools)();
    if let Some(near) = admin.board.near() {
        metrics::gauge!("board_near_age_seconds").set(admin.board.age(&near).as_secs_f64());
    }
    let accepted = headers.get(ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if accepted.contains(OPEN_METRICS) {
        let kind = format!("{OPEN_METRICS}; version=1.0.0; charset=utf-8");
        return ([(CONTENT_TYPE, kind)], open_metrics(&meter::render())).into_response();
    }
    ([(CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], meter::render()).into_response()
}
