//! Answers that are no success, for programs (JSON) and for people (a page). A 5xx carries a request id and what to
//! do, never what happened inside.

use app::{
    i18n::{Phrase, Word},
    visit::Visit,
};
use axum::{
    body::Body,
    http::{
        HeaderMap, HeaderValue, Method, StatusCode,
        header::{ACCEPT, CACHE_CONTROL, CONTENT_TYPE, RETRY_AFTER},
    },
    response::Response,
};
use serde_json::json;

/// `application/problem+json` (RFC 9457) with this status and a few English words that don't change.
#[must_use]
pub fn refuse(status: StatusCode, title: &str) -> Response {
    with_body(status, &json!({ "title": title, "status": status.as_u16() }))
}

/// The same with any body.
#[must_use]
pub fn with_body(status: StatusCode, body: &serde_json::Value) -> Response {
    let mut response = Response::new(Body::from(body.to_string()));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// 503: something that the answer needs is away; try again after so many seconds.
#[must_use]
pub fn unavailable(retry_after: u32) -> Response {
    let mut response = refuse(StatusCode::SERVICE_UNAVAILABLE, "temporarily unavailable");
    response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(retry_after));
    response
}

/// Whether a person's browser asks for a page (or sends a plain form), rather than a program for data.
#[must_use]
pub fn wants_page(method: &Method, headers: &HeaderMap) -> bool {
    let html =
        headers.get_all(ACCEPT).iter().any(|value| value.to_str().is_ok_and(|it| it.contains("text/html")));
    html && (method == Method::GET || method == Method::HEAD || method == Method::POST)
}

/// What a person reads instead of a page, with the look of one. `style` is the path of the site's styles.
#[must_use]
pub fn page(status: StatusCode, visit: &Visit, style: &str, request_id: &str) -> Response {
    let lang = visit.lang;
    let (title, words) = said(status);
    let (link, back) = match status {
        StatusCode::UNAUTHORIZED => ("/login", Word::LogIn),
        _ => ("/", Word::ToBoard),
    };
    let id = match status.is_server_error() {
        true => format!("<p class=\"number\"><code>{request_id}</code></p>"),
        false => String::new(),
    };
    let (code, theme, density) = (lang.code(), visit.theme.name(), visit.density.name());
    let (title, words, back, product) =
        (lang.says(title), lang.says(words), lang.t(back), lang.t(Word::Product));
    let html = format!(
        "<!doctype html><html lang=\"{code}\" data-theme=\"{theme}\" data-density=\"{density}\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><title>{title}</title>\
         <link rel=\"icon\" href=\"/favicon.svg\"><link rel=\"stylesheet\" href=\"{style}\"></head><body>\
         <header class=\"bar\"><a class=\"brand\" href=\"/\">{product}</a></header>\
         <main class=\"alone\" id=\"content\"><h1>{title}</h1><p>{words}</p>{id}\
         <p class=\"ways\"><a class=\"second\" href=\"{link}\">{back}</a></p></main></body></html>"
    );
    let mut response = Response::new(Body::from(html));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// What happened, and what to do now.
const fn said(status: StatusCode) -> (Phrase, Phrase) {
    match status {
        StatusCode::UNAUTHORIZED => (Phrase::SessionOver, Phrase::SessionOverText),
        StatusCode::FORBIDDEN => (Phrase::Refused, Phrase::RefusedText),
        StatusCode::SERVICE_UNAVAILABLE => (Phrase::Away, Phrase::AwayText),
        other if other.as_u16() >= 500 => (Phrase::Broken, Phrase::BrokenText),
        _ => (Phrase::NotAccepted, Phrase::NotAcceptedText),
    }
}
