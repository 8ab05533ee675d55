//! `GET /models/{sha256}.jpg`: the picture of a model. It lies beside the models, so the browser's worker keeps it and
//! deletes it with them; the browser's own cache stays out, as it does there.

use app::domain::ModelDigest;
use axum::{
    body::Body,
    http::{
        HeaderMap, HeaderValue, Method, StatusCode,
        header::{CACHE_CONTROL, CONTENT_LENGTH, CONTENT_TYPE, ETAG},
    },
    response::Response,
};

use super::{Web, conditional, problem};
use crate::{
    desk::{ModelError, PICTURE_EDITION},
    trace,
};

/// The picture of a model that an order names; 404 where none could be made, or not yet.
pub(super) async fn picture(
    web: &Web,
    digest: ModelDigest,
    method: &Method,
    headers: &HeaderMap,
) -> Response {
    let response = found(web, digest, method, headers).await.unwrap_or_else(|error| match error {
        ModelError::Unknown => problem::refuse(StatusCode::NOT_FOUND, "there is no picture of this model"),
        ModelError::Away => problem::unavailable(5),
    });
    let status = response.status().as_u16().to_string();
    metrics::counter!("model_picture_responses_total", "status" => status).increment(1);
    response
}

async fn found(
    web: &Web,
    digest: ModelDigest,
    method: &Method,
    headers: &HeaderMap,
) -> Result<Response, ModelError> {
    let named = web.desk.named_model(digest).await?;
    trace::about(named.order);
    let tag = format!("\"{digest}-{PICTURE_EDITION}\"");
    if conditional::matches(headers, &tag) {
        return Ok(described(StatusCode::NOT_MODIFIED, Body::empty(), &tag));
    }
    let bytes = web.desk.picture(digest).await?;
    let length = bytes.len();
    let body = if method == Method::HEAD { Body::empty() } else { Body::from(bytes) };
    let mut response = described(StatusCode::OK, body, &tag);
    response.headers_mut().insert(CONTENT_LENGTH, HeaderValue::from(length));
    Ok(response)
}

fn described(status: StatusCode, body: Body, tag: &str) -> Response {
    let mut response = Response::new(body);
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("image/jpeg"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
    if let Ok(tag) = HeaderValue::from_str(tag) {
        headers.insert(ETAG, tag);
    }
    response
}
