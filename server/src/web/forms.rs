//! Plain forms, for browsers without the program: the same server functions, and then a redirect back to the page
//! with what there is to tell in a cookie that lives a minute.

use app::{
    domain::{Command, Revision},
    flash::{Answer, Flash},
    i18n::{Changed, Lang, Word},
};
use axum::{
    body::Body,
    extract::{Request, State},
    http::{
        HeaderValue, Method, StatusCode,
        header::{ACCEPT, RETRY_AFTER, SET_COOKIE},
    },
    middleware::Next,
    response::Response,
};
use http_body_util::BodyExt;

use super::{
    Web, base64,
    board::{self, AT_LEAST},
    body, cookies, guard, language, local, origin,
    pages::FLASH,
    problem, query,
};

/// A form has a few fields; a reason of 500 characters, percent-encoded, is the longest.
const LONGEST: usize = 16 * 1024;
/// Seconds that a message waits for its page.
const MINUTE: u64 = 60;
/// Buttons besides the commands whose answer is a receipt.
const PRESSES: [&str; 2] = ["bonus", "confirm"];

/// Around the server functions: plain forms are answered with a redirect, everything else is passed on.
pub async fn redirect(State(web): State<Web>, request: Request, next: Next) -> Response {
    if request.method() != Method::POST {
        return next.run(request).await;
    }
    let plain = problem::wants_page(request.method(), request.headers());
    let (form, mut request) = match Form::read(&web, request).await {
        Ok(read) => read,
        Err(refused) => return refused,
    };
    if !plain {
        let before = board::at_least(request.headers());
        let answer = next.run(request).await;
        let commanded = Command::named(&form.name).is_some() || PRESSES.contains(&form.name.as_str());
        return if commanded { remembered(&web, answer, before).await } else { answer };
    }
    // The framework has a redirect of its own for pages, which loses the answer's status and body.
    request.headers_mut().insert(ACCEPT, HeaderValue::from_static("application/json"));
    let before = board::at_least(request.headers());
    let answer = next.run(request).await;
    form.answered(&web, answer, before).await
}

/// A script's command: the pages that the person goes to next, on whichever server, are at least as new as its effect.
async fn remembered(web: &Web, answer: Response, before: Option<Revision>) -> Response {
    let (parts, body) = answer.into_parts();
    let bytes = body.collect().await.map(http_body_util::Collected::to_bytes).unwrap_or_default();
    let made = std::str::from_utf8(&bytes).ok().and_then(revision);
    let mut answer = Response::from_parts(parts, Body::from(bytes));
    tell_newest(web, &mut answer, made, before);
    answer
}

/// Has the next pages be as new as what was made. A press that is sent again gets its old answer: the newest that was seen
/// goes on counting.
fn tell_newest(web: &Web, response: &mut Response, made: Option<Revision>, before: Option<Revision>) {
    if let Some(newest) = made.max(before).filter(|_| made.is_some()) {
        tell(web, response, AT_LEAST, &newest.to_string());
    }
}

/// A plain form whose session has ended: to the log-in, from there back to the form, with what was typed.
pub async fn signed_out(web: &Web, request: Request) -> Response {
    let (form, _) = match Form::read(web, request).await {
        Ok(read) => read,
        Err(refused) => return refused,
    };
    let back = form.back.as_deref().unwrap_or("/");
    let mut response = guard::see_other(&format!("/login?next={}", app::address::escaped(back)));
    let told = form.told(StatusCode::UNAUTHORIZED, None, "");
    tell(web, &mut response, FLASH, &written(&told));
    response
}

/// Leaves a word for the next page.
fn tell(web: &Web, response: &mut Response, name: &str, value: &str) {
    if let Some(cookie) = cookies::write(name, value, MINUTE, web.settings.https) {
        response.headers_mut().append(SET_COOKIE, cookie);
    }
}

fn written(flash: &Flash) -> String {
    base64::url(&serde_json::to_vec(flash).unwrap_or_default())
}

/// What must be known of a form after its answer.
struct Form {
    name: String,
    back: Option<String>,
    /// What is not to be typed again.
    reason: Option<String>,
    lang: Lang,
}

impl Form {
    /// The form, and its request as it came; or the answer to a body that is no form.
    async fn read(web: &Web, request: Request) -> Result<(Self, Request), Response> {
        let (parts, body) = request.into_parts();
        let body = body::read(body, LONGEST, "a form has at most 16 KiB").await?;
        let hosts = origin::hosts(&parts.headers, web.settings.public_host.as_deref());
        let name = parts.uri.path().strip_prefix("/api/").unwrap_or_default().to_owned();
        let typed = if name == "login" { "login" } else { "reason" };
        let form = Self {
            name,
            back: local::referer(&parts.headers, &hosts),
            reason: std::str::from_utf8(&body).ok().and_then(|text| query::value(text, typed)),
            lang: language::of(&parts.headers),
        };
        Ok((form, Request::from_parts(parts, Body::from(body))))
    }

    /// What the next page tells of the answer. What went wrong with a form that is neither a command nor the log-in
    /// is told in the server's own words.
    fn told(&self, status: StatusCode, retry_after: Option<u32>, body: &str) -> Flash {
        let command = Command::named(&self.name);
        let mut flash = Flash::read(command, status.as_u16(), retry_after, body, self.reason.as_deref());
        if command.is_none() && self.name != "login" {
            flash.detail = match self.name.as_str() {
                _ if !status.is_success() => Some(self.failure(status, retry_after, body)),
                "confirm" => Some(self.lang.changed(Changed::Confirmed).to_owned()),
                _ => said(body),
            };
        }
        flash
    }

    fn failure(&self, status: StatusCode, retry_after: Option<u32>, body: &str) -> String {
        match status {
            StatusCode::UNAUTHORIZED => return self.lang.t(Word::SessionEnded).to_owned(),
            StatusCode::SERVICE_UNAVAILABLE => return self.lang.not_saved(retry_after),
            _ => {}
        }
        let detail = serde_json::from_str::<Answer>(body).ok().and_then(|answer| answer.detail);
        detail.unwrap_or_else(|| match status {
            StatusCode::CONFLICT => self.lang.changed(Changed::MovedOn).to_owned(),
            _ => self.lang.t(Word::InvalidFields).to_owned(),
        })
    }

    async fn answered(self, web: &Web, answer: Response, before: Option<Revision>) -> Response {
        let (parts, body) = answer.into_parts();
        let retry_after = parts.headers.get(RETRY_AFTER).and_then(|it| it.to_str().ok()?.parse().ok());
        let bytes = body.collect().await.map(http_body_util::Collected::to_bytes).unwrap_or_default();
        let text = String::from_utf8_lossy(&bytes);
        let done = parts.status.is_success();

        let mut response = guard::see_other(&self.way(done));
        let cookies = parts.headers.get_all(SET_COOKIE).iter().map(|cookie| (SET_COOKIE, cookie.clone()));
        response.headers_mut().extend(cookies);
        let told = self.told(parts.status, retry_after, &text);
        if told.command.is_some() || told.detail.is_some() || !done {
            tell(web, &mut response, FLASH, &written(&told));
        }
        tell_newest(web, &mut response, revision(&text), before);
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

/// What a form that is no command came to, in words, if there is anything to say.
fn said(body: &str) -> Option<String> {
    #[derive(serde::Deserialize)]
    struct Said {
        told: String,
    }
    serde_json::from_str::<Said>(body).ok().map(|said| said.told)
}

/// The place in the log of what a command did.
fn revision(body: &str) -> Option<Revision> {
    #[derive(serde::Deserialize)]
    struct Told {
        revision: Revision,
    }
    serde_json::from_str::<Told>(body).ok().map(|told| told.revision)
}
