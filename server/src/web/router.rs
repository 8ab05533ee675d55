//! Every route, on one screen.

use std::{panic::AssertUnwindSafe, time::Duration};

use app::pages::App;
use axum::{
    Router,
    extract::{Request, State},
    http::StatusCode,
    middleware::{Next, from_fn_with_state},
    response::{IntoResponse, Response},
    routing::{MethodRouter, get, post},
};
use futures_util::FutureExt;
use leptos_axum::{LeptosRoutes, generate_route_list};
use tokio::time::timeout;
use tower_http::{
    CompressionLevel,
    compression::{CompressionLayer, Predicate},
};
use tracing::Instrument;

use super::{
    Web, board, broker, flow, forms, guard, headers, intake, language, live, models,
    observe::{self, Seen},
    pages, promise, real, reconcile, session, worker,
};
use crate::trace;

/// Longer than any answer's head should take; streams are not bound by it.
const PATIENCE: Duration = Duration::from_secs(15);

/// The routes besides pages and server functions.
fn plain() -> [(&'static str, MethodRouter<Web>); 14] {
    [
        ("/api/board", get(board::read)),
        ("/api/board/compact", get(board::compact)),
        ("/api/broker", get(broker::read)),
        ("/api/models", get(models::manifest)),
        ("/api/promise", get(promise::answer)),
        ("/models/{file}", get(models::file)),
        ("/flow/{table}", get(flow::table)),
        ("/live", get(live::follow)),
        ("/sw.js", get(worker::script)),
        ("/lang/{code}", get(language::choose)),
        ("/api/vitals", post(real::vitals)),
        ("/api/slow", post(real::slow)),
        ("/intake/orders", post(intake::take_in)),
        ("/intake/reconcile", post(reconcile::compare)),
    ]
}

/// Every path with its method, as the router has it.
#[must_use]
pub fn paths() -> Vec<(String, String)> {
    let plain = plain().into_iter().map(|(path, _)| {
        let posted = path.starts_with("/intake") || matches!(path, "/api/vitals" | "/api/slow");
        let method = if posted { "POST" } else { "GET" };
        (method.to_owned(), path.to_owned())
    });
    let functions =
        server_fn::axum::server_fn_paths().map(|(path, method)| (method.to_string(), path.to_owned()));
    let pages = generate_route_list(App).into_iter().flat_map(|page| {
        let methods: Vec<_> = page.methods().map(|method| format!("{method:?}").to_uppercase()).collect();
        methods.into_iter().map(move |method| (method, page.path().to_owned()))
    });
    plain.chain(functions).chain(pages.collect::<Vec<_>>()).collect()
}

/// The whole site.
pub fn router(web: Web) -> Router {
    let (told, options) = (web.clone(), web.leptos.clone());
    let mut router = Router::new()
        .leptos_routes_with_context(
            &web,
            generate_route_list(App),
            move || pages::provide(&told),
            move || app::pages::shell(options.clone()),
        )
        .layer(from_fn_with_state(web.clone(), session::settle))
        .layer(from_fn_with_state(web.clone(), forms::redirect))
        .layer(CompressionLayer::new().quality(CompressionLevel::Fastest).compress_when(Text));
    for (path, route) in plain() {
        router = router.route(path, route);
    }
    router.fallback(pages::lost).layer(from_fn_with_state(web.clone(), pass)).with_state(web)
}

/// What every request goes through, from the outside in. One layer and not six: each layer of a router packs the
/// whole way through it into boxes of its own, for every request.
async fn pass(State(web): State<Web>, request: Request, next: Next) -> Response {
    let seen = Seen::begin(&web, &request);
    let way = async {
        let request = match guard::check(&web, request).await {
            Ok(request) => request,
            Err(refusal) => return refusal,
        };
        let late = |_| StatusCode::SERVICE_UNAVAILABLE.into_response();
        timeout(PATIENCE, next.run(request)).await.unwrap_or_else(late)
    };
    let way = trace::pass_on(seen.passed(), AssertUnwindSafe(way).catch_unwind());
    let answer = way.instrument(seen.span()).await;
    let mut answer = seen.end(&web, answer.unwrap_or_else(observe::on_panic)).await;
    headers::add(&web.policy, answer.headers_mut());
    answer
}

/// What is compressed on its way: pages and the answers of commands.
#[derive(Debug, Clone, Copy)]
struct Text;

impl Predicate for Text {
    fn should_compress<B: axum::body::HttpBody>(&self, response: &axum::http::Response<B>) -> bool {
        let kind = response.headers().get(axum::http::header::CONTENT_TYPE).and_then(|it| it.to_str().ok());
        let text = kind.is_some_and(|kind| kind.starts_with("text/html") || kind == "application/json");
        // Below this the header costs more than the compression saves.
        text && response.body().size_hint().exact().is_none_or(|size| size > 512)
    }
}
