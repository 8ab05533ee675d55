//! `GET /sw.js`: the service worker, or, when it is switched off, the one that removes itself.

use axum::{
    extract::State,
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header::CACHE_CONTROL},
    response::Response,
};

use super::{Web, problem};

/// Always asked for anew, so that switching off reaches every browser at its next visit.
pub async fn script(State(web): State<Web>, headers: HeaderMap) -> Response {
    let path = if web.settings.worker_off { "/sw-off.js" } else { "/sw.js" };
    let Some(file) = web.files.find(path) else {
        return problem::refuse(StatusCode::NOT_FOUND, "no service worker in this build");
    };
    let mut response = file.answer(&headers);
    let out = response.headers_mut();
    out.insert(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    out.insert(HeaderName::from_static("service-worker-allowed"), HeaderValue::from_static("/"));
    response
}
