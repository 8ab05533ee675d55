//! Answers that are no success, for programs (JSON) and for people (a page). A 5xx carries a request id and what to
//! do, never what happened inside.

use app::i18n::Lang;
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

/// What a person reads instead of a page.
#[must_use]
pub fn page(status: StatusCode, lang: Lang, request_id: &str) -> Response {
    let russian = lang == Lang::Ru;
    let (title, words, link, back) = match (status, russian) {
        (StatusCode::UNAUTHORIZED, true) => {
            ("Сеанс закончился", "Войдите снова: ничего не изменилось.", "/login", "Войти")
        }
        (StatusCode::UNAUTHORIZED, false) => {
            ("The session has ended", "Log in again: nothing was changed.", "/login", "Log in")
        }
        (StatusCode::FORBIDDEN, true) => {
            ("Нет доступа", "Эту страницу открывают старший смены и администратор.", "/", "К доске")
        }
        (StatusCode::FORBIDDEN, false) => {
            ("Not for everybody", "This page is for supervisors and administrators.", "/", "To the board")
        }
        (StatusCode::SERVICE_UNAVAILABLE, true) => (
            "Временно недоступно",
            "Данные не потеряны. Подождите несколько секунд и обновите страницу.",
            "/",
            "К доске",
        ),
        (StatusCode::SERVICE_UNAVAILABLE, false) => (
            "Temporarily unavailable",
            "Nothing is lost. Wait a few seconds and reload the page.",
            "/",
            "To the board",
        ),
        (other, true) if other.is_server_error() => (
            "Ошибка на сервере",
            "Обновите страницу. Если не поможет, сообщите администратору номер ниже.",
            "/",
            "К доске",
        ),
        (other, false) if other.is_server_error() => (
            "The server failed",
            "Reload the page. If that does not help, tell the administrator the number below.",
            "/",
            "To the board",
        ),
        (_, true) => ("Запрос не принят", "Вернитесь и попробуйте ещё раз.", "/", "К доске"),
        (_, false) => ("The request was not accepted", "Go back and try again.", "/", "To the board"),
    };
    let code = lang.code();
    let id =
        if status.is_server_error() { format!("<p><code>{request_id}</code></p>") } else { String::new() };
    let html = format!(
        "<!doctype html><html lang=\"{code}\"><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width\"><title>{title}</title>\
         <main><h1>{title}</h1><p>{words}</p>{id}<p><a href=\"{link}\">{back}</a></p></main></html>"
    );
    let mut response = Response::new(Body::from(html));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
