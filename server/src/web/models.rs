//! `GET /models/{sha256}.glb`: the model files, streamed, and `GET /api/models`: which of them are current.

use std::sync::Arc;

use app::{
    backend::Unavailable,
    domain::{Actor, ModelDigest},
};
use axum::{
    Extension,
    body::Body,
    extract::{Path, RawQuery, State},
    http::{
        HeaderMap, HeaderName, HeaderValue, Method, StatusCode,
        header::{
            ACCEPT_ENCODING, ACCEPT_RANGES, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_RANGE,
            CONTENT_TYPE, ETAG, VARY,
        },
    },
    response::Response,
};

use super::{Web, board, conditional, encoding, pictures, problem, query, range};
use crate::{
    desk::{ModelError, NamedModel},
    trace,
};

/// Which part is away, where that is what a person is to be told.
const AWAY: HeaderName = HeaderName::from_static("x-verstak-away");

/// The worker's manifest for this person, from the given revision on.
pub async fn manifest(
    State(web): State<Web>,
    Extension(actor): Extension<Arc<Actor>>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Response {
    let after = query::value(&query.unwrap_or_default(), "after").and_then(|text| text.parse().ok());
    match web.desk.manifest(&actor, after, board::at_least(&headers)).await {
        Ok(body) => {
            let (body, name) = encoding::pressed(encoding::best(headers.get(ACCEPT_ENCODING)), body);
            let mut response = Response::new(Body::from(body));
            let out = response.headers_mut();
            out.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
            out.insert(CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
            out.insert(VARY, HeaderValue::from_static("accept-encoding"));
            if !name.is_empty() {
                out.insert(CONTENT_ENCODING, HeaderValue::from_static(name));
            }
            response
        }
        Err(Unavailable { retry_after }) => problem::unavailable(retry_after),
    }
}

/// One file, or one part of it, or the picture of one. It is never in memory as a whole.
pub async fn file(
    State(web): State<Web>,
    Path(name): Path<String>,
    method: Method,
    headers: HeaderMap,
) -> Response {
    if let Some(digest) = name.strip_suffix(".jpg").and_then(|hash| hash.parse().ok()) {
        return pictures::picture(&web, digest, &method, &headers).await;
    }
    let response = served(&web, &name, &method, &headers).await;
    let status = response.status().as_u16().to_string();
    metrics::counter!("model_responses_total", "status" => status).increment(1);
    response
}

async fn served(web: &Web, name: &str, method: &Method, headers: &HeaderMap) -> Response {
    let digest = name.strip_suffix(".glb").and_then(|hash| hash.parse::<ModelDigest>().ok());
    let Some(digest) = digest else { return unknown() };
    let NamedModel { size, order } = match web.desk.named_model(digest).await {
        Ok(named) => named,
        Err(error) => return failed(&error),
    };
    trace::about(order);
    // The hash is the content: a tag can be compared without asking the store.
    let tag = format!("\"{digest}\"");
    if conditional::matches(headers, &tag) {
        return described(StatusCode::NOT_MODIFIED, Body::empty(), &tag);
    }
    let (status, part) = match range::asked(headers, size, &tag) {
        range::Asked::Whole => (StatusCode::OK, None),
        range::Asked::Part(part) => (StatusCode::PARTIAL_CONTENT, Some(part)),
        range::Asked::Beyond => {
            let mut response = described(StatusCode::RANGE_NOT_SATISFIABLE, Body::empty(), &tag);
            set(&mut response, CONTENT_RANGE, &format!("bytes */{size}"));
            return response;
        }
    };
    let length = part.as_ref().map_or(size, |part| part.end - part.start);
    let body = if method == Method::HEAD {
        Body::empty()
    } else {
        match web.desk.model(digest, part.clone()).await {
            Ok(stream) => Body::from_stream(stream.body),
            Err(error) => {
                let mut response = failed(&error);
                set(&mut response, AWAY, "store");
                return response;
            }
        }
    };
    let mut response = described(status, body, &tag);
    response.headers_mut().insert(CONTENT_LENGTH, HeaderValue::from(length));
    if let Some(part) = part {
        set(&mut response, CONTENT_RANGE, &format!("bytes {}-{}/{size}", part.start, part.end - 1));
    }
    response
}

fn described(status: StatusCode, body: Body, tag: &str) -> Response {
    let mut response = Response::new(body);
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("model/gltf-binary"));
    headers.insert(ACCEPT_RANGES, HeaderValue::from_static("bytes"));
    // The browser's own cache stays out, so that a model that the worker deletes is really gone.
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
    set(&mut response, ETAG, tag);
    response
}

fn set(response: &mut Response, name: HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        response.headers_mut().insert(name, value);
    }
}

fn unknown() -> Response {
    problem::refuse(StatusCode::NOT_FOUND, "no order names this model")
}

fn failed(error: &ModelError) -> Response {
    match error {
        ModelError::Unknown => unknown(),
        ModelError::Away => problem::unavailable(5),
    }
}
