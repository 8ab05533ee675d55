//! What is seen of every request: a span, a request id, counters; and the form that failures take on their way out.

use std::time::{Duration, Instant};

use app::{domain::TraceParent, visit::Visit};
use axum::{
    body::{Body, HttpBody},
    extract::{MatchedPath, Request},
    http::{
        HeaderMap, HeaderName, HeaderValue, Method, StatusCode,
        header::{CONTENT_LENGTH, CONTENT_TYPE, RETRY_AFTER},
    },
    response::Response,
};
use http_body_util::{BodyExt, Limited};
use serde_json::{Value, json};
use tracing::{Span, field::Empty};
use uuid::Uuid;

use super::{Web, pages, problem, traffic};
use crate::{
    telemetry::{exemplars, spent},
    trace,
};

/// Names a request in logs, and to the person who tells of a failure.
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

const SERVER_TIMING: HeaderName = HeaderName::from_static("server-timing");

/// A request that is on its way. Queries, cookies and bodies are never recorded.
pub struct Seen {
    begun: Instant,
    route: Option<MatchedPath>,
    method: Method,
    id: Uuid,
    span: Span,
    /// It is recorded.
    wanted: bool,
    /// The caller's trace, where it is not recorded here and still has to be passed on.
    passed: Option<TraceParent>,
    /// A person waits for a page that looks like this.
    page: Option<Visit>,
}

impl Seen {
    /// Begins the span and the time.
    pub fn begin(web: &Web, request: &Request) -> Self {
        let (method, headers) = (request.method().clone(), request.headers());
        let matched = request.extensions().get::<MatchedPath>().cloned();
        let now = web.clock.now();
        let (id, route) = (web.entropy.id(now), name(matched.as_ref()));
        let caller = headers.get("traceparent").and_then(|value| value.to_str().ok());
        let caller: Option<TraceParent> = caller.and_then(|text| text.parse().ok());
        let page = problem::wants_page(&method, headers) && method != Method::POST;
        // The shop's word counts; a browser's trace is recorded as often as any other. Commands always are, and pages that a
        // person waits for: they may say that one was slow, and their word names its trace.
        let trusted = request.uri().path().starts_with("/intake/");
        let chosen = || caller.map_or_else(|| trace::chosen(id.as_u128()), |it| trace::wanted(it, trusted));
        let wanted = method == Method::POST
            || ((page && trace::is_on() || chosen()) && (trusted || trace::has_room(now)));
        let span = trace::begin!(
            wanted,
            "request",
            otel.name = format!("{method} {route}"),
            otel.kind = "server",
            otel.status_code = Empty,
            http.request.method = %method,
            http.route = route,
            http.response.status_code = Empty,
            request.id = %id.simple(),
            order.id = Empty,
        );
        trace::follow(&span, caller);
        let page = page.then(|| pages::visit(headers, web.settings.worker_off));
        let passed = caller.filter(|_| !wanted);
        Self { begun: Instant::now(), route: matched, method, id, span, wanted, passed, page }
    }

    /// The caller's trace, where it is passed on though it is not recorded here.
    pub const fn passed(&self) -> Option<TraceParent> {
        self.passed
    }

    /// The span of all that happens on the way.
    pub fn span(&self) -> Span {
        self.span.clone()
    }

    /// The answer as it leaves, counted and named.
    pub async fn end(self, web: &Web, mut answer: Response) -> Response {
        let status = answer.status();
        let mut text = Uuid::encode_buffer();
        let id: &str = self.id.simple().encode_lower(&mut text);
        if (status.is_server_error() && !is_told(&answer)) || (self.page.is_some() && is_bare(&answer)) {
            let page = self.page.map(|visit| problem::page(status, &visit, web.files.style(), id));
            answer = dressed(answer, page, id).await;
        }
        if let Ok(id) = HeaderValue::from_str(id) {
            answer.headers_mut().insert(REQUEST_ID, id);
        }
        let took = self.begun.elapsed();
        let traced = if self.wanted { trace::of(&self.span) } else { None };
        if let Some(told) = server_timing(&self.span, took, traced) {
            answer.headers_mut().insert(SERVER_TIMING, told);
        }
        self.span.record("http.response.status_code", status.as_u16());
        traffic::count(name(self.route.as_ref()), &self.method, status, took);
        if let Some(traced) = traced {
            exemplars::note(name(self.route.as_ref()), took, traced.trace);
        }
        let duration_ms = took.as_secs_f64() * 1000.0;
        let status_code = status.as_u16();
        if status.is_server_error() {
            self.span.record("otel.status_code", "ERROR");
            self.span
                .in_scope(|| tracing::warn!(duration_ms, status = status_code, "answered with a failure"));
        } else if tracing::enabled!(tracing::Level::DEBUG) {
            // To enter a span costs every answer something.
            self.span.in_scope(|| tracing::debug!(duration_ms, status = status_code, "answered"));
        }
        answer
    }
}

/// What the page's scripts may know of where the time went (Server-Timing): the whole, the database, S3, Redis, in
/// milliseconds, and the trace, where one is recorded.
fn server_timing(span: &Span, took: Duration, traced: Option<TraceParent>) -> Option<HeaderValue> {
    let ms = |time: Duration| time.as_secs_f64() * 1000.0;
    let mut told = format!("total;dur={:.1}", ms(took));
    if let Some(spent) = spent::of(span) {
        let [database, models, cache] = [spent.database, spent.models, spent.cache].map(ms);
        told.push_str(&format!(", db;dur={database:.1}, s3;dur={models:.1}, cache;dur={cache:.1}"));
    }
    if let Some(trace) = traced {
        told.push_str(&format!(", trace;desc=\"{:032x}\"", trace.trace));
    }
    HeaderValue::from_str(&told).ok()
}

fn name(route: Option<&MatchedPath>) -> &str {
    route.map_or("other", MatchedPath::as_str)
}

/// An answer to a program where a person asked for a page.
fn is_bare(response: &Response) -> bool {
    let kind = response.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    response.status().is_client_error()
        && (kind.starts_with("application/problem") || response.body().is_end_stream())
}

/// A page of ours that says itself what is away.
fn is_told(response: &Response) -> bool {
    let kind = response.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    response.status() == StatusCode::SERVICE_UNAVAILABLE && kind.starts_with("text/html")
}

/// The same failure with its request id, and with nothing of what happened inside; `page` instead of it, if a person
/// asked.
async fn dressed(response: Response, page: Option<Response>, id: &str) -> Response {
    let status = response.status();
    let (mut parts, body) = response.into_parts();
    let kept = |headers: &HeaderMap, answer: &mut Response| {
        for (name, value) in headers {
            if name == RETRY_AFTER || name == axum::http::header::SET_COOKIE {
                answer.headers_mut().append(name, value.clone());
            }
        }
    };
    if let Some(mut answer) = page {
        kept(&parts.headers, &mut answer);
        return answer;
    }
    if status != StatusCode::SERVICE_UNAVAILABLE {
        let mut answer = problem::with_body(status, &json!({ "request_id": id }));
        kept(&parts.headers, &mut answer);
        return answer;
    }
    // 503 is said by the routes in words that are meant to be read.
    let bytes = Limited::new(body, 64 * 1024).collect().await.map(|it| it.to_bytes()).unwrap_or_default();
    let mut told = match serde_json::from_slice(&bytes) {
        Ok(Value::Object(told)) => told,
        _ => serde_json::Map::new(),
    };
    told.insert("request_id".to_owned(), Value::from(id));
    parts.headers.remove(CONTENT_LENGTH);
    if !parts.headers.contains_key(CONTENT_TYPE) {
        parts.headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
    }
    Response::from_parts(parts, Body::from(Value::Object(told).to_string()))
}

/// A panic is a 500 like any other, and its message stays in the log.
pub fn on_panic(panic: Box<dyn std::any::Any + Send + 'static>) -> Response {
    let message = panic
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| panic.downcast_ref::<&str>().copied())
        .unwrap_or("unknown");
    tracing::error!(message, "a request panicked");
    problem::refuse(StatusCode::INTERNAL_SERVER_ERROR, "internal error")
}
