//! The pages: what they are told of the visit, and the page for addresses that lead nowhere.

use std::sync::Arc;

use app::{
    domain::Actor,
    flash::Flash,
    look::{Density, Theme},
    visit::{ClientAddress, OwnFiles, SessionToken, SlowTraces, TraceLinks, Visit},
};
use axum::{
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header, request::Parts},
    response::{IntoResponse, Response},
};
use leptos::{
    context::{provide_context, use_context},
    nonce::use_nonce,
};
use leptos_axum::ResponseOptions;

use super::{Web, Wire, base64, board, cookies, language, problem, session};
use crate::telemetry;

/// The cookie that tells what a plain form came to.
pub const FLASH: &str = "flash";

/// What the request says of the visit.
#[must_use]
pub fn visit(headers: &HeaderMap, worker_off: bool) -> Visit {
    let cookie = |name| cookies::read(headers, name);
    Visit {
        lang: language::of(headers),
        theme: cookie("theme").map(Theme::named).unwrap_or_default(),
        density: cookie("density").map(Density::named).unwrap_or_default(),
        flash: cookie(FLASH).and_then(flash),
        at_least: board::at_least(headers),
        worker_off,
    }
}

fn flash(cookie: &str) -> Option<Flash> {
    serde_json::from_slice(&base64::from_url(cookie)?).ok()
}

/// Puts everything that pages and server functions may ask for into Leptos' context.
pub fn provide(web: &Web) {
    let (Some(parts), Some(response)) = (use_context::<Parts>(), use_context::<ResponseOptions>()) else {
        return;
    };
    provide_context(web.backend.clone());
    let visit = visit(&parts.headers, web.settings.worker_off);
    if parts.method == Method::GET {
        // Told once; but what somebody typed waits on the log-in page until the form is there again.
        let waits = parts.uri.path() == "/login"
            && visit.flash.as_ref().is_some_and(|told| told.command.and(told.reason.as_ref()).is_some());
        if visit.flash.is_some()
            && !waits
            && let Some(gone) = cookies::write(FLASH, "", 0, web.settings.https)
        {
            response.append_header(header::SET_COOKIE, gone);
        }
        let nonce = use_nonce().map(|nonce| nonce.to_string());
        if let Some(policy) = web.policy.value(nonce.as_deref()) {
            response.insert_header(header::CONTENT_SECURITY_POLICY, policy);
        }
        response.insert_header(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        response.insert_header(header::VARY, HeaderValue::from_static("cookie, accept-language"));
    }
    provide_context(visit);
    provide_context(OwnFiles(web.files.own().clone()));
    provide_context(SlowTraces(telemetry::slow_traces));
    provide_context(TraceLinks(web.settings.trace_url.clone()));
    if let Some(actor) = parts.extensions.get::<Arc<Actor>>() {
        provide_context(Actor::clone(actor));
        // Only with somebody whom the guard has let in: before that it is any text.
        if let Some(token) = session::token(&parts.headers, &web.settings) {
            provide_context(SessionToken(token.to_owned()));
        }
    }
    if parts.method == Method::POST {
        provide_context(caller(web, &parts));
    }
}

/// The page for somebody who may not see the one that was asked for: 403, in words, and nothing else. Whatever the
/// address was, no page's route can match the one that is rendered.
pub async fn forbidden(web: Web, mut request: Request) -> Response {
    if !problem::wants_page(request.method(), request.headers()) || !request.method().is_safe() {
        return problem::refuse(StatusCode::FORBIDDEN, "for supervisors only");
    }
    *request.uri_mut() = Uri::from_static("/-/forbidden");
    let options = web.leptos.clone();
    let render = leptos_axum::render_app_async_with_context(
        move || {
            provide(&web);
            provide_context(app::pages::Forbidden);
        },
        move || app::pages::shell(options.clone()),
    );
    let mut response = render(request).await.into_response();
    *response.status_mut() = StatusCode::FORBIDDEN;
    response
}

/// Who asks, for the limit on failed log-ins.
fn caller(web: &Web, parts: &Parts) -> ClientAddress {
    let Some(Wire { peer, .. }) = parts.extensions.get() else { return ClientAddress(String::new()) };
    let forwarded: Vec<_> =
        parts.headers.get_all("x-forwarded-for").iter().filter_map(|value| value.to_str().ok()).collect();
    ClientAddress(web.settings.proxies.caller(*peer, &forwarded.join(",")).to_string())
}

/// A file of the site, or the page that says that there is nothing here.
pub async fn lost(State(web): State<Web>, mut request: Request) -> Response {
    let safe = request.method().is_safe();
    if safe && let Some(file) = web.files.find(request.uri().path()) {
        return file.answer(request.headers());
    }
    if !safe || !problem::wants_page(request.method(), request.headers()) {
        return problem::refuse(StatusCode::NOT_FOUND, "nothing here");
    }
    // The pages' router forgives what the guard has taken literally (a slash at the end, `/x/../radar`): no page's route
    // may match the address that is rendered here.
    *request.uri_mut() = Uri::from_static("/-/lost");
    let options = web.leptos.clone();
    let render = leptos_axum::render_app_async_with_context(
        move || provide(&web),
        move || app::pages::shell(options.clone()),
    );
    let mut response = render(request).await.into_response();
    if response.status() == StatusCode::OK {
        *response.status_mut() = StatusCode::NOT_FOUND;
    }
    response
}
