//! Who may ask what: the one place where this is decided, by path, before any route runs. What is not named here
//! needs a session.

use app::{
    domain::Actor,
    visit::{ClientAddress, SessionToken},
};
use axum::{
    extract::{Request, State},
    http::{
        HeaderMap, HeaderValue, Method, StatusCode,
        header::{CACHE_CONTROL, LOCATION, WWW_AUTHENTICATE},
    },
    middleware::Next,
    response::{IntoResponse, Response},
};

use super::{Peer, Web, body, forms, intake, origin, problem, session};

/// What a path asks of the one who wants it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Nothing: the log-in page and the files it is made of.
    Open,
    /// The shop's token.
    Token,
    /// A signed-in person.
    Session,
    /// A signed-in person who watches over the workshop: a supervisor or an admin.
    Watch,
}

/// Pages for those who watch over the workshop.
const WATCH: [&str; 1] = ["/cache"];

impl Access {
    /// Of a path; `is_file` says whether the built site has a file there.
    #[must_use]
    pub fn of(path: &str, is_file: impl FnOnce(&str) -> bool) -> Self {
        if path.starts_with("/intake/") {
            return Self::Token;
        }
        let named = matches!(path, "/login" | "/api/login" | "/sw.js" | "/favicon.ico");
        let under = |folder| path.starts_with(folder);
        if named || under("/pkg/") || under("/vendor/") || under("/lang/") || is_file(path) {
            return Self::Open;
        }
        if WATCH.contains(&path) { Self::Watch } else { Self::Session }
    }
}

/// Addresses of data: a program is told 401 there, while a person who wants a page is led to the log-in.
fn is_data(path: &str) -> bool {
    path == "/live" || path.starts_with("/api/") || path.starts_with("/models/")
}

/// The layer around everything. The order of checks is a contract: session 401, origin 403, then the route's own.
pub async fn check(State(web): State<Web>, mut request: Request, next: Next) -> Response {
    let path = request.uri().path().to_owned();
    let access = Access::of(&path, |path| web.files.find(path).is_some());
    if access == Access::Token && !intake::is_trusted(&web.settings, request.headers()) {
        return without_token(request).await;
    }
    if matches!(access, Access::Session | Access::Watch) || path == "/login" {
        match admit(&web, &mut request).await {
            Ok(true) if path == "/login" && request.method() == Method::GET => return see_other("/"),
            Ok(true) => {}
            Ok(false) | Err(_) if path == "/login" => {}
            Ok(false) => return without_session(&web, request, &path).await,
            Err(away) => return problem::unavailable(away.retry_after),
        }
    }
    let watches = request.extensions().get::<Actor>().is_some_and(|actor| actor.role.is_supervisor());
    if access == Access::Watch && !watches {
        return problem::refuse(StatusCode::FORBIDDEN, "for supervisors and admins");
    }
    if access != Access::Token && !request.method().is_safe() {
        let headers = request.headers();
        if !origin::is_ours(headers, &origin::hosts(headers, web.settings.public_host.as_deref())) {
            return problem::refuse(StatusCode::FORBIDDEN, "not from a page of this site");
        }
    }
    let address = caller(&web, &request);
    request.extensions_mut().insert(ClientAddress(address));
    next.run(request).await
}

/// Puts the person into the request, when the cookie names a session.
async fn admit(web: &Web, request: &mut Request) -> Result<bool, app::backend::Unavailable> {
    let Some(token) = session::token(request.headers(), &web.settings).map(str::to_owned) else {
        return Ok(false);
    };
    let Some(actor): Option<Actor> = web.desk.session(&token).await? else { return Ok(false) };
    request.extensions_mut().insert(actor);
    request.extensions_mut().insert(SessionToken(token));
    Ok(true)
}

fn caller(web: &Web, request: &Request) -> String {
    let Some(Peer(peer)) = request.extensions().get::<Peer>() else { return String::new() };
    let forwarded: Vec<_> =
        request.headers().get_all("x-forwarded-for").iter().filter_map(|value| value.to_str().ok()).collect();
    web.settings.proxies.caller(*peer, &forwarded.join(",")).to_string()
}

/// The body is read and dropped first, so that the sender hears the answer instead of a reset.
async fn without_token(request: Request) -> Response {
    body::swallow(request.into_body()).await;
    let mut response = problem::refuse(StatusCode::UNAUTHORIZED, "a valid token is needed");
    response.headers_mut().insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    response
}

async fn without_session(web: &Web, request: Request, path: &str) -> Response {
    let headers = request.headers();
    // A foreign page's form comes without the cookie, too: its words must not wait for the person to sign in.
    let ours = origin::is_ours(headers, &origin::hosts(headers, web.settings.public_host.as_deref()));
    if ours && path.starts_with("/api/") && problem::wants_page(request.method(), headers) {
        return forms::signed_out(web, request).await;
    }
    if is_data(path) || !request.method().is_safe() {
        return problem::refuse(StatusCode::UNAUTHORIZED, "a session is needed");
    }
    let wanted = request.uri().path_and_query().map_or("/", |it| it.as_str());
    if wanted == "/" {
        see_other("/login")
    } else {
        see_other(&format!("/login?next={}", app::address::escaped(wanted)))
    }
}

/// 303 to a path of this site.
pub fn see_other(path: &str) -> Response {
    let mut headers = HeaderMap::new();
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if let Ok(path) = HeaderValue::from_str(path) {
        headers.insert(LOCATION, path);
    }
    (StatusCode::SEE_OTHER, headers).into_response()
}
