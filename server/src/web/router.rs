//! Every route, on one screen.

use std::time::Duration;

use app::pages::App;
use axum::{
    Router,
    http::StatusCode,
    middleware::from_fn_with_state,
    routing::{MethodRouter, get, post},
};
use leptos_axum::{LeptosRoutes, generate_route_list};
use tower_http::{
    CompressionLevel,
    catch_panic::CatchPanicLayer,
    compression::{CompressionLayer, Predicate},
    timeout::TimeoutLayer,
};

use super::{
    Web, board, broker, forms, guard, headers, intake, language, live, models, observe, pages, reconcile,
    session, worker,
};

/// Longer than any answer's head should take; streams are not bound by it.
const PATIENCE: Duration = Duration::from_secs(15);

/// The routes besides pages and server functions.
fn plain() -> [(&'static str, MethodRouter<Web>); 10] {
    [
        ("/api/board", get(board::read)),
        ("/api/board/compact", get(board::compact)),
        ("/api/broker", get(broker::read)),
        ("/api/models", get(models::manifest)),
        ("/models/{file}", get(models::file)),
        ("/live", get(live::follow)),
        ("/sw.js", get(worker::script)),
        ("/lang/{code}", get(language::choose)),
        ("/intake/orders", post(intake::take_in)),
        ("/intake/reconcile", post(reconcile::compare)),
    ]
}

/// Every path with its method, as the router has it.
#[must_use]
pub fn paths() -> Vec<(String, String)> {
    let plain = plain().into_iter().map(|(path, _)| {
        let method = if path.starts_with("/intake") { "POST" } else { "GET" };
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
        .layer(from_fn_with_state(web.clone(), forms::redirect));
    for (path, route) in plain() {
        router = router.route(path, route);
    }
    // From here on each layer is around all before it: the last one is the first to see a request.
    router
        .fallback(pages::lost)
        .layer(CompressionLayer::new().quality(CompressionLevel::Fastest).compress_when(Text))
        .layer(TimeoutLayer::with_status_code(StatusCode::SERVICE_UNAVAILABLE, PATIENCE))
        .layer(from_fn_with_state(web.clone(), guard::check))
        .layer(CatchPanicLayer::custom(observe::on_panic))
        .layer(from_fn_with_state(web.clone(), observe::observe))
        .layer(from_fn_with_state(web.clone(), headers::add))
        .with_state(web)
}

/// What is compressed on the fly: pages, and boards that a view filtered. Streams of events and models never.
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
