//! Plain forms, for browsers without the program: the same server functions, and then a redirect back to the page
//! with what there is to tell in a cookie that lives a minute.

use app::{
    domain::{Command, Revision},
    flash::Flash,
};
use axum::{
    body::Body,
    extract::{Request, State},
    http::{
        HeaderMap, HeaderValue, Method, StatusCode,
        header::{ACCEPT, RETRY_AFTER, SET_COOKIE},
    },
    middleware::Next,
    response::Response,
};
use bytes::Bytes;
use http_body_util::{BodyExt, Limited};

use super::{
    Web, base64, cookies, guard, local, origin,
    pages::{AT_LEAST, FLASH},
    problem, query,
};

/// A form has a few fields; a reason of 500 characters, percent-encoded, is the longest.
const LONGEST: usize = 16 * 1024;
/// Seconds that a message waits for its page.
const MINUTE: u64 = 60;

/// Around the server functions: plain forms are answered with a redirect, everything else is passed on.
pub async fn redirect(State(web): State<Web>, request: Request, next: Next) -> Response {
    let (parts, body) = request.into_parts();
    let name = parts.uri.path().strip_prefix("/api/").unwrap_or_default().to_owned();
    if parts.method != Method::POST {
        return next.run(Request::from_parts(parts, body)).await;
    }
    let Ok(body) = Limited::new(body, LONGEST).collect().await.map(|it| it.to_bytes()) else {
        return problem::refuse(StatusCode::PAYLOAD_TOO_LARGE, "a form has at most 16 KiB");
    };
    if !problem::wants_page(&parts.method, &parts.headers) {
        return next.run(Request::from_parts(parts, Body::from(body))).await;
    }
    let form = Form::of(&web, &parts.headers, &name, &body);
    let mut inner = Request::from_parts(parts, Body::from(body));
    // The framework has a redirect of its own for pages, which loses the answer's status and body.
    inner.headers_mut().insert(ACCEPT, HeaderValue::from_static("application/json"));
    let answer = next.run(inner).await;
    form.answered(&web, answer).await
}

/// A plain form whose session has ended: to the log-in, from there back to the form, with what was typed.
pub async fn signed_out(web: &Web, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let name = parts.uri.path().strip_prefix("/api/").unwrap_or_default();
    let Ok(body) = Limited::new(body, LONGEST).collect().await.map(|it| it.to_bytes()) else {
        return problem::refuse(StatusCode::PAYLOAD_TOO_LARGE, "a form has at most 16 KiB");
    };
    let form = Form::of(web, &parts.headers, name, &body);
    let told = Flash::read(
        Command::named(name),
        StatusCode::UNAUTHORIZED.as_u16(),
        None,
        "",
        form.reason.as_deref(),
    );
    let back = form.back.as_deref().unwrap_or("/");
    let mut response = guard::see_other(&format!("/login?next={}", app::address::escaped(back)));
    let flash = base64::url(&serde_json::to_vec(&told).unwrap_or_default());
    if let Some(cookie) = cookies::write(FLASH, &flash, MINUTE, web.settings.https) {
        response.headers_mut().append(SET_COOKIE, cookie);
    }
    response
}

/// What must be known of a form after its answer.
struct Form {
    name: String,
    back: Option<String>,
    reason: Option<String>,
}

impl Form {
    fn of(web: &Web, headers: &HeaderMap, name: &str, body: &Bytes) -> Self {
        let hosts = origin::hosts(headers, web.settings.public_host.as_deref());
        let reason = std::str::from_utf8(body).ok().and_then(|text| query::value(text, "reason"));
        Self { name: name.to_owned(), back: local::referer(headers, &hosts), reason }
    }

    async fn answered(self, web: &Web, answer: Response) -> Response {
        let (parts, body) = answer.into_parts();
        let retry_after = parts.headers.get(RETRY_AFTER).and_then(|it| it.to_str().ok()?.parse().ok());
        let bytes = body.collect().await.map(http_body_util::Collected::to_bytes).unwrap_or_default();
        let text = String::from_utf8_lossy(&bytes);
        let done = parts.status.is_success();
        let command = Command::named(&self.name);
        let flash = Flash::read(command, parts.status.as_u16(), retry_after, &text, self.reason.as_deref());

        let mut response = guard::see_other(&self.way(done));
        let headers = response.headers_mut();
        headers.extend(parts.headers.get_all(SET_COOKIE).iter().map(|cookie| (SET_COOKIE, cookie.clone())));
        let https = web.settings.https;
        let mut tell = |name, value: &str| {
            if let Some(cookie) = cookies::write(name, value, MINUTE, https) {
                headers.append(SET_COOKIE, cookie);
            }
        };
        if command.is_some() || !done {
            tell(FLASH, &base64::url(&serde_json::to_vec(&flash).unwrap_or_default()));
        }
        if let Some(revision) = revision(&text) {
            tell(AT_LEAST, &revision.to_string());
        }
        response
    }

    /// Where the person goes next: back to the form's page; after a log-in to the page that they had wanted.
    fn way(&self, done: bool) -> String {
        let back = self.back.as_deref().unwrap_or("/");
        match self.name.as_str() {
            "login" if done => back
                .split_once('?')
                .and_then(|(_, query)| query::value(query, "next"))
                .filter(|next| local::path(next).is_some())
                .unwrap_or_else(|| "/".to_owned()),
            "login" if self.back.is_none() => "/login".to_owned(),
            "logout" if done => "/login".to_owned(),
            _ => back.to_owned(),
        }
    }
}

/// The place in the log of what a command did.
fn revision(body: &str) -> Option<Revision> {
    #[derive(serde::Deserialize)]
    struct Told {
        revision: Revision,
    }
    serde_json::from_str::<Told>(body).ok().map(|told| told.revision)
}
