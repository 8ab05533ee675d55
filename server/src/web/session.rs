//! The session's cookie.

use app::visit::SESSION_HEADER;
use axum::{
    extract::{Request, State},
    http::{HeaderMap, header::SET_COOKIE},
    middleware::Next,
    response::Response,
};

use super::{Settings, Web, cookies};

/// By https the name itself makes browsers insist on `Secure`, `Path=/` and no domain.
const fn name(https: bool) -> &'static str {
    if https { "__Host-verstak" } else { "verstak" }
}

/// The session's secret, as the browser brought it.
#[must_use]
pub fn token<'a>(headers: &'a HeaderMap, settings: &Settings) -> Option<&'a str> {
    cookies::read(headers, name(settings.https)).filter(|token| !token.is_empty() && token.len() <= 128)
}

/// Turns what log-in and log-out say in [`SESSION_HEADER`] into the cookie; the header itself never leaves.
pub async fn settle(State(web): State<Web>, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let Some(told) = response.headers_mut().remove(SESSION_HEADER) else { return response };
    let told = told.to_str().unwrap_or_default();
    let (token, age) = told.split_once(';').unwrap_or(("", "0"));
    let https = web.settings.https;
    if let Some(cookie) = cookies::write(name(https), token, age.parse().unwrap_or_default(), https) {
        response.headers_mut().append(SET_COOKIE, cookie);
    }
    response
}
