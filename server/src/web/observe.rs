//! What is seen of every request: a span, a request id, counters; and the form that failures take on their way out.

use std::time::{Duration, Instant};

use app::{domain::TraceParent, i18n::Lang};
use axum::{
    body::{Body, HttpBody},
    extract::{MatchedPath, Request, State},
    http::{
        HeaderMap, HeaderName, HeaderValue, Method, StatusCode,
        header::{CONTENT_LENGTH, CONTENT_TYPE, RETRY_AFTER},
    },
    middleware::Next,
    response::Response,
};
use http_body_util::{BodyExt, Limited};
use serde_json::{Value, json};
use tracing::{Instrument, field::Empty};

use super::{Web, language, problem};
use crate::{telemetry::spent, trace};

/// Names a request in logs, and to the person who tells of a failure.
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

const SERVER_TIMING: HeaderName = HeaderName::from_static("server-timing");

/// The outermost layer. Queries, cookies and bodies are never recorded.
pub async fn observe(State(web): State<Web>, request: Request, next: Next) -> Response {
    let begun = Instant::now();
    let route = request.extensions().get::<MatchedPath>().map_or("other", MatchedPath::as_str).to_owned();
    let method = request.method().clone();
    let request_id = web.entropy.id(web.clock.now());
    let (id, request_id) = (request_id.simple().to_string(), request_id.as_u128());
    let headers = request.headers();
    let caller = headers.get("traceparent").and_then(|value| value.to_str().ok());
    let caller: Option<TraceParent> = caller.and_then(|text| text.parse().ok());
    // The shop's word counts; a browser's trace is recorded as often as any other. Commands always are.
    let trusted = request.uri().path().starts_with("/intake/");
    let wanted = method == Method::POST
        || caller.map_or_else(|| trace::chosen(request_id), |it| trace::wanted(it, trusted));
    let span = trace::begin!(
        wanted,
        "request",
        otel.name = format!("{method} {route}"),
        otel.kind = "server",
        otel.status_code = Empty,
        http.request.method = %method,
        http.route = route,
        http.response.status_code = Empty,
        request.id = id,
    );
    trace::follow(&span, caller);
    let page = problem::wants_page(&method, request.headers()) && method != Method::POST;
    let lang = language::of(request.headers());

    let passed = caller.filter(|_| !wanted);
    let mut response = trace::pass_on(passed, next.run(request)).instrument(span.clone()).await;
    let status = response.status();
    if status.is_server_error() || (page && is_bare(&response)) {
        response = dressed(response, page, lang, &id).await;
    }
    if let Ok(id) = HeaderValue::from_str(&id) {
        response.headers_mut().insert(REQUEST_ID, id);
    }
    let took = begun.elapsed();
    if let Some(told) = server_timing(&span, took) {
        response.headers_mut().insert(SERVER_TIMING, told);
    }
    span.record("http.response.status_code", status.as_u16());
    metrics::counter!(
        "http_requests_total",
        "route" => route.clone(), "method" => known(&method), "status" => status.as_u16().to_string()
    )
    .increment(1);
    metrics::histogram!("http_request_seconds", "route" => route).record(took.as_secs_f64());
    span.in_scope(|| {
        let duration_ms = took.as_secs_f64() * 1000.0;
        if status.is_server_error() {
            span.record("otel.status_code", "ERROR");
            tracing::warn!(duration_ms, status = status.as_u16(), "answered with a failure");
        } else {
            tracing::debug!(duration_ms, status = status.as_u16(), "answered");
        }
    });
    response
}

/// What the page's scripts may know of where the time went (Server-Timing): the whole, the database, S3, in
/// milliseconds, and the trace, where one is recorded.
fn server_timing(span: &tracing::Span, took: Duration) -> Option<HeaderValue> {
    let ms = |time: Duration| time.as_secs_f64() * 1000.0;
    let mut told = format!("total;dur={:.1}", ms(took));
    if let Some([database, models]) = spent::of(span) {
        told.push_str(&format!(", db;dur={:.1}, s3;dur={:.1}", ms(database), ms(models)));
    }
    if let Some(trace) = trace::of(span) {
        told.push_str(&format!(", trace;desc=\"{:032x}\"", trace.trace));
    }
    HeaderValue::from_str(&told).ok()
}

/// A closed set, so that nobody can make up labels.
fn known(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        _ => "other",
    }
}

/// An answer to a program where a person asked for a page.
fn is_bare(response: &Response) -> bool {
    let kind = response.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    response.status().is_client_error()
        && (kind.starts_with("application/problem") || response.body().is_end_stream())
}

/// The same failure with its request id, and with nothing of what happened inside.
async fn dressed(response: Response, page: bool, lang: Lang, id: &str) -> Response {
    let status = response.status();
    let (mut parts, body) = response.into_parts();
    let kept = |headers: &HeaderMap, answer: &mut Response| {
        for (name, value) in headers {
            if name == RETRY_AFTER || name == axum::http::header::SET_COOKIE {
                answer.headers_mut().append(name, value.clone());
            }
        }
    };
    if page {
        let mut answer = problem::page(status, lang, id);
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
