//! Who may ask what: the one place where this is decided, by path, before any route runs. What is not named here
//! needs a session.

use std::sync::Arc;

use app::domain::Actor;
use axum::{
    extract::Request,
    http::{
        HeaderMap, HeaderValue, Method, StatusCode,
        header::{CACHE_CONTROL, LOCATION, WWW_AUTHENTICATE},
    },
    response::{IntoResponse, Response},
};

use super::{Web, body, forms, intake, origin, pages, problem, session};

/// What a path asks of the one who wants it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Nothing: the log-in page and the files it is made of.
    Open,
    /// The shop's token.
    Token,
    /// The shop's token, or a signed-in person.
    TokenOrSession,
    /// A signed-in person.
    Session,
    /// A supervisor or an admin.
    Supervisor,
}

impl Access {
    /// Of a path; `is_file` says whether the built site has a file there.
    #[must_use]
    pub fn of(path: &str, is_file: impl FnOnce(&str) -> bool) -> Self {
        if path.starts_with("/intake/") {
            return Self::Token;
        }
        let named = matches!(path, "/login" | "/api/login" | "/sw.js" | "/favicon.ico");
        let under = |folder| path.starts_with(folder);
        if named || under("/pkg/") || under("/lang/") || is_file(path) {
            return Self::Open;
        }
        if path == "/api/promise" {
            return Self::TokenOrSession;
        }
        let watched = matches!(path, "/radar" | "/cache" | "/api/broker" | "/api/replay" | "/api/dismiss");
        let measured = matches!(path, "/flow" | "/slow" | "/api/bonus");
        if watched || measured || under("/radar/") || under("/flow/") {
            Self::Supervisor
        } else {
            Self::Session
        }
    }
}

/// Addresses of data: a program is told 401 there, while a person who wants a page is led to the log-in.
fn is_data(path: &str) -> bool {
    path == "/live" || path.starts_with("/api/") || path.starts_with("/models/")
}

/// The request as it may go on, with who asks in it, or the answer to one that may not. The order of checks is a
/// contract: session 401, origin 403, then the route's own.
///
/// # Errors
/// The refusal, as an answer.
pub async fn check(web: &Web, mut request: Request) -> Result<Request, Response> {
    let path = request.uri().path();
    let login = path == "/login";
    let mut access = Access::of(path, |path| web.files.has(path));
    if access == Access::TokenOrSession {
        let trusted = intake::is_trusted(&web.settings, request.headers());
        access = if trusted { Access::Token } else { Access::Session };
    }
    if access == Access::Token && !intake::is_trusted(&web.settings, request.headers()) {
        return Err(without_token(request).await);
    }
    if matches!(access, Access::Session | Access::Supervisor) || login {
        match admit(web, &mut request).await {
            Ok(true) if access == Access::Supervisor && !is_supervisor(&request) => {
                return Err(pages::forbidden(web.clone(), request).await);
            }
            Ok(true) if login && request.method() == Method::GET => return Err(see_other("/")),
            Ok(true) => {}
            Ok(false) | Err(_) if login => {}
            Ok(false) => return Err(without_session(web, request).await),
            Err(away) => return Err(problem::unavailable(away.retry_after)),
        }
    }
    if access != Access::Token && !request.method().is_safe() {
        let headers = request.headers();
        if !origin::is_ours(headers, &origin::hosts(headers, web.settings.public_host.as_deref())) {
            return Err(problem::refuse(StatusCode::FORBIDDEN, "not from a page of this site"));
        }
    }
    Ok(request)
}

/// Puts the person into the request, when the cookie names a session.
async fn admit(web: &Web, request: &mut Request) -> Result<bool, app::backend::Unavailable> {
    let Some(token) = session::token(request.headers(), &web.settings) else { return Ok(false) };
    let Some(actor) = web.desk.session(token).await? else { return Ok(false) };
    request.extensions_mut().insert(actor);
    Ok(true)
}

fn is_supervisor(request: &Request) -> bool {
    request.extensions().get::<Arc<Actor>>().is_some_and(|actor| actor.role.is_supervisor())
}

/// The body is read and dropped first, so that the sender hears the answer instead of a reset.
async fn without_token(request: Request) -> Response {
    body::swallow(request.into_body()).await;
    let mut response = problem::refuse(StatusCode::UNAUTHORIZED, "a valid token is needed");
    response.headers_mut().insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    response
}

async fn without_session(web: &Web, request: Request) -> Response {
    let (path, headers) = (request.uri().path(), request.headers());
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
