//! The pages, rendered on the server; islands in them wake up in the browser.

mod away;
mod board;
mod cache;
mod flow;
mod login;
mod order;
mod passport;
mod radar;
mod shell;
mod slow;
mod traveller;
mod views;

use std::sync::Arc;

use axum::http::{StatusCode, request::Parts};
use leptos::prelude::*;
use leptos_axum::ResponseOptions;
use leptos_meta::provide_meta_context;
use leptos_router::{
    SsrMode,
    components::{Route, Router, Routes},
    path,
};

pub use away::Forbidden;
pub use shell::shell;

use crate::{backend::Backend, domain::Actor, visit::Visit};

/// Characters of the random part of a request id.
pub const SEED_LENGTH: usize = 12;

/// All pages. Every route is rendered whole before its first byte leaves, so that nothing is missing without a
/// script, and so that a status and `html[data-revision]` can still be set.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    view! {
        <Router>
            <Routes fallback=away::Missing>
                <Route path=path!("/login") view=login::LoginPage ssr=SsrMode::Async />
                <Route path=path!("/") view=board::BoardRoute ssr=SsrMode::Async />
                <Route path=path!("/cache") view=cache::CacheRoute ssr=SsrMode::Async />
                <Route path=path!("/views") view=views::ViewsRoute ssr=SsrMode::Async />
                <Route path=path!("/slow") view=slow::SlowRoute ssr=SsrMode::Async />
                <Route path=path!("/flow") view=flow::FlowRoute ssr=SsrMode::Async />
                <Route path=path!("/radar") view=radar::RadarRoute ssr=SsrMode::Async />
                <Route path=path!("/orders/:number") view=order::OrderRoute ssr=SsrMode::Async />
                <Route path=path!("/orders/:number/passport") view=passport::PassportRoute ssr=SsrMode::Async />
                <Route path=path!("/orders/:number/traveller") view=traveller::TravellerRoute ssr=SsrMode::Async />
            </Routes>
        </Router>
    }
}

/// What a page knows of its visit. Without the web layer (when routes are listed) it is the default.
fn visit() -> Visit {
    use_context().unwrap_or_default()
}

/// Who looks, and whom to ask. Nothing when there is no session: the web layer has then sent the visitor away.
fn session() -> Option<(Actor, Arc<dyn Backend>)> {
    Some((use_context()?, use_context()?))
}

/// Path and query of this page.
fn here() -> String {
    use_context::<Parts>()
        .and_then(|parts| parts.uri.path_and_query().map(ToString::to_string))
        .unwrap_or_else(|| "/".to_owned())
}

/// Random per page: from the page's nonce, which is random already.
fn seed() -> String {
    let nonce = leptos::nonce::use_nonce().map(|nonce| nonce.to_string()).unwrap_or_default();
    nonce.chars().filter(char::is_ascii_alphanumeric).take(SEED_LENGTH).collect()
}

fn answer_with(status: StatusCode) {
    if let Some(response) = use_context::<ResponseOptions>() {
        response.set_status(status);
    }
}
