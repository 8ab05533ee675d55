//! `GET /api/board`: the whole board, or what a view shows of it.

use std::{sync::Arc, time::Duration};

use app::{
    backend::Unavailable,
    domain::{Actor, BoardView, Revision, Status, view::Onlooker},
};
use axum::{
    Extension,
    body::Body,
    extract::{RawQuery, State},
    http::{
        HeaderMap, HeaderValue, StatusCode,
        header::{ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, ETAG, VARY},
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
    board::{Encoding, Held, Snapshot},
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

/// Answers the ready-made bytes without a query; otherwise one snapshot is encoded on the fly.
pub async fn read(
    State(web): State<Web>,
    Extension(actor): Extension<Actor>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Response {
    let pairs = query::pairs(query.as_deref().unwrap_or_default());
    let view = BoardView::from_query(pairs.iter().map(|(key, value)| (key.as_str(), value.as_str())));
    if view == BoardView::default() && web.desk.reads() == Reads::Near {
        return ready_made(&web, &headers).await;
    }
    let snapshot = match web.desk.snapshot(at_least(&headers)).await {
        Ok(snapshot) => snapshot,
        Err(Unavailable { retry_after }) => return problem::unavailable(retry_after),
    };
    let (now, seen) = (web.clock.now(), web.desk.seen(&actor));
    let eye = Onlooker { login: &actor.login, now, seen: seen.or(Some(now)) };
    let body = shown(&snapshot, &view, eye);
    let tag = format!("W/\"{}\"", base64::url(&Sha256::digest(&body)[..15]));
    answer(&headers, &tag, body, "")
}

async fn ready_made(web: &Web, headers: &HeaderMap) -> Response {
    let (encoding, name) = match encoding::best(headers.get(ACCEPT_ENCODING)) {
        Accepted::Brotli => (Encoding::Brotli, "br"),
        Accepted::Gzip => (Encoding::Gzip, "gzip"),
        Accepted::Identity => (Encoding::Identity, ""),
    };
    let board = web.desk.cache();
    web.desk.note_ready_made();
    let minimum = at_least(headers);
    if let Some(minimum) = minimum {
        board.at_least(minimum, PATIENCE).await;
    }
    let Some(body) = board.bytes(minimum.unwrap_or_default(), encoding).await else {
        return problem::unavailable(1);
    };
    let revision = body.revision;
    let tag = if name.is_empty() { format!("W/\"{revision}\"") } else { format!("W/\"{revision}-{name}\"") };
    answer(headers, &tag, body.bytes, name)
}

/// `{"revision","orders":[card…]}` of what the view shows.
fn shown(snapshot: &Snapshot, view: &BoardView, eye: Onlooker<'_>) -> Bytes {
    let words = view.words();
    let mut held: Vec<&Arc<Held>> = Status::COLUMNS
        .into_iter()
        .flat_map(|status| snapshot.column(status))
        .filter(|held| view.shows(&held.entry.card, &held.text, &words, eye))
        .collect();
    held.sort_by(|a, b| view.compare(&a.entry.card, &b.entry.card));
    let mut body = format!("{{\"revision\":\"{}\",\"orders\":[", snapshot.revision()).into_bytes();
    for (at, held) in held.into_iter().enumerate() {
        if at > 0 {
            body.push(b',');
        }
        body.extend_from_slice(&held.json);
    }
    body.extend_from_slice(b"]}");
    body.into()
}

fn answer(headers: &HeaderMap, tag: &str, body: Bytes, encoding: &'static str) -> Response {
    let known = conditional::matches(headers, tag);
    let mut response = Response::new(if known { Body::empty() } else { Body::from(body) });
    if known {
        *response.status_mut() = StatusCode::NOT_MODIFIED;
    }
    let out = response.headers_mut();
    out.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    // Kept by the browser, and asked for again each time.
    out.insert(CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
    out.insert(VARY, HeaderValue::from_static("accept-encoding, cookie"));
    if let Ok(tag) = HeaderValue::from_str(tag) {
        out.insert(ETAG, tag);
    }
    if !encoding.is_empty() && !known {
        out.insert(CONTENT_ENCODING, HeaderValue::from_static(encoding));
    }
    response
}
