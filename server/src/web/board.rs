//! `GET /api/board`: the whole board, or what a view shows of it; and `GET /api/board/compact`, the whole board for
//! our own pages.

use std::{sync::Arc, time::Duration};

use app::{
    backend::Unavailable,
    domain::{Actor, BoardView, Revision, Status, view::Onlooker},
};
use axum::{
    body::Body,
    extract::{Request, State},
    http::{
        HeaderMap, HeaderValue, StatusCode,
        header::{ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, ETAG, VARY},
        request::Parts,
    },
    response::Response,
};
use bytes::Bytes;
use sha2::{Digest, Sha256};

use super::{
    Web, base64, conditional, cookies,
    encoding::{self, Accepted},
    problem, query,
};
use crate::{
    board::{self, Encoding, Form, Held, Snapshot, encode},
    desk::Reads,
};

/// How long a reader may wait for the revision it names.
const PATIENCE: Duration = Duration::from_millis(150);

/// The cookie that keeps what is read after a command from being older than its effect.
pub const AT_LEAST: &str = "at_least";

/// Never older than this: as the caller says, and as the cookie of the last command says. A malformed value counts
/// for nothing.
#[must_use]
pub fn at_least(headers: &HeaderMap) -> Option<Revision> {
    let asked = headers.get("x-board-min-rev").and_then(|value| value.to_str().ok());
    let revision = |text: &str| text.parse().ok();
    asked.and_then(revision).max(cookies::read(headers, AT_LEAST).and_then(revision))
}

/// Answers the ready-made bytes without a query; otherwise one snapshot is encoded on the fly. Takes the request as it
/// is: to extract its headers would be to copy them.
pub async fn read(State(web): State<Web>, request: Request) -> Response {
    let (Parts { uri, headers, extensions, .. }, _) = request.into_parts();
    let view = match uri.query() {
        None => BoardView::default(),
        Some(query) => {
            let pairs = query::pairs(query);
            BoardView::from_query(pairs.iter().map(|(key, value)| (key.as_str(), value.as_str())))
        }
    };
    if view == BoardView::default() && web.desk.reads() == Reads::Near {
        return ready_made(&web, Form::Json, &headers).await;
    }
    let Some(actor) = extensions.get::<Arc<Actor>>() else {
        return problem::refuse(StatusCode::UNAUTHORIZED, "a session is needed");
    };
    // Boxed: asking Redis or the database takes 32 KB of state, which every answer would carry along.
    let snapshot = match Box::pin(web.desk.snapshot(at_least(&headers))).await {
        Ok(snapshot) => snapshot,
        Err(Unavailable { retry_after }) => return problem::unavailable(retry_after),
    };
    let (now, seen) = (web.clock.now(), web.desk.seen(actor));
    let eye = Onlooker { login: &actor.login, now, seen: seen.or(Some(now)) };
    let body = shown(&snapshot, &view, eye);
    let tag = format!("W/\"{}\"", base64::url(&Sha256::digest(&body)[..15]));
    let (body, encoding) = encoding::pressed(encoding::best(headers.get(ACCEPT_ENCODING)), body);
    answer(&headers, tag.into(), body, Form::Json, encoding)
}

/// The whole board as rows ([`Form::Rows`]), by the same rules.
pub async fn compact(State(web): State<Web>, headers: HeaderMap) -> Response {
    if web.desk.reads() == Reads::Near {
        return ready_made(&web, Form::Rows, &headers).await;
    }
    match Box::pin(web.desk.snapshot(at_least(&headers))).await {
        Ok(snapshot) => {
            let tag = board::tag(&snapshot, Encoding::Identity);
            let body = encode(&snapshot, Form::Rows, Encoding::Identity);
            let (body, encoding) = encoding::pressed(encoding::best(headers.get(ACCEPT_ENCODING)), body);
            answer(&headers, tag, body, Form::Rows, encoding)
        }
        Err(Unavailable { retry_after }) => problem::unavailable(retry_after),
    }
}

async fn ready_made(web: &Web, form: Form, headers: &HeaderMap) -> Response {
    let accepted = encoding::best(headers.get(ACCEPT_ENCODING));
    let (encoding, name) = match accepted {
        Accepted::Brotli => (Encoding::Brotli, accepted.name()),
        Accepted::Gzip => (Encoding::Gzip, accepted.name()),
        Accepted::Identity => (Encoding::Identity, accepted.name()),
    };
    let board = web.desk.cache();
    web.desk.note_ready_made();
    let minimum = at_least(headers);
    if let Some(minimum) = minimum {
        board.at_least(minimum, PATIENCE).await;
    }
    let Some(body) = board.bytes(minimum.unwrap_or_default(), form, encoding).await else {
        return problem::unavailable(1);
    };
    answer(headers, body.tag, body.bytes, form, name)
}

/// `{"revision","orders":[card…]}` of what the view shows.
fn shown(snapshot: &Snapshot, view: &BoardView, eye: Onlooker<'_>) -> Bytes {
    let words = view.words();
    let mut held: Vec<&Arc<Held>> = Status::COLUMNS
        .into_iter()
        .flat_map(|status| snapshot.column(status))
        .filter(|held| view.shows(&held.card, &held.text, &words, eye))
        .collect();
    held.sort_by(|a, b| view.compare(&a.card, &b.card));
    let mut body = format!("{{\"revision\":\"{}\",\"orders\":[", snapshot.revision()).into_bytes();
    for (at, held) in held.into_iter().enumerate() {
        if at > 0 {
            body.push(b',');
        }
        held.write_json(&mut body);
    }
    body.extend_from_slice(b"]}");
    body.into()
}

fn answer(headers: &HeaderMap, tag: Bytes, body: Bytes, form: Form, encoding: &'static str) -> Response {
    let known = std::str::from_utf8(&tag).is_ok_and(|tag| conditional::matches(headers, tag));
    let mut response = Response::new(if known { Body::empty() } else { Body::from(body) });
    if known {
        *response.status_mut() = StatusCode::NOT_MODIFIED;
    }
    let out = response.headers_mut();
    let kind = match form {
        Form::Json => "application/json",
        Form::Rows => "application/x-ndjson",
    };
    out.insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    // Kept by the browser, and asked for again each time.
    out.insert(CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
    out.insert(VARY, HeaderValue::from_static("accept-encoding, cookie"));
    if let Ok(tag) = HeaderValue::from_maybe_shared(tag) {
        out.insert(ETAG, tag);
    }
    if !encoding.is_empty() && !known {
        out.insert(CONTENT_ENCODING, HeaderValue::from_static(encoding));
    }
    response
}
