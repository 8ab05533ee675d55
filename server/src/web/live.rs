//! `GET /live`: changes of the board as they happen (server-sent events). A follower keeps a cursor into the board's
//! ring and no queue: a slow one costs its socket's buffer and nothing else.

use std::time::Duration;

use app::{domain::Revision, visit::SessionToken};
use axum::{
    Extension,
    body::Body,
    extract::{RawQuery, State},
    http::{
        HeaderMap, HeaderName, HeaderValue,
        header::{CACHE_CONTROL, CONTENT_TYPE},
    },
    response::Response,
};
use bytes::Bytes;
use futures_util::stream;
use tokio::{
    sync::watch,
    time::{Interval, MissedTickBehavior, interval},
};

use super::{Web, problem, query};
use crate::board::Live;

/// How often a follower hears that nothing is wrong; twice that without a word means `behind`.
const TICK: Duration = Duration::from_secs(5);
/// Changes written at once.
const BATCH: usize = 256;

/// Opens the stream after `Last-Event-ID`, else after `after`, else from now on.
pub async fn follow(
    State(web): State<Web>,
    Extension(SessionToken(token)): Extension<SessionToken>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Response {
    let Some(near) = web.desk.cache().near() else { return problem::unavailable(1) };
    let last = headers.get("last-event-id").map(|value| value.to_str().unwrap_or_default().to_owned());
    let cursor = match last.or_else(|| query::value(&query.unwrap_or_default(), "after")) {
        None => near.revision(),
        // Revision 0.0 is before everything, so that a cursor that cannot be read means `reload`.
        Some(text) => text.parse().unwrap_or_default(),
    };
    let mut ticks = interval(TICK);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let (revisions, endings) = (web.desk.cache().revisions(), web.desk.session_endings());
    let follower = Follower { web, token, cursor, revisions, endings, ticks, _open: Open::new() };
    let body = stream::unfold(follower, |mut follower| async move {
        follower.next().await.map(|bytes| (Ok::<_, std::convert::Infallible>(bytes), follower))
    });
    let mut response = Response::new(Body::from_stream(body));
    let out = response.headers_mut();
    out.insert(CONTENT_TYPE, HeaderValue::from_static("text/event-stream"));
    out.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    out.insert(HeaderName::from_static("x-accel-buffering"), HeaderValue::from_static("no"));
    response
}

struct Follower {
    web: Web,
    token: String,
    cursor: Revision,
    revisions: watch::Receiver<Revision>,
    endings: watch::Receiver<u64>,
    ticks: Interval,
    _open: Open,
}

impl Follower {
    /// The next bytes to send; nothing when the stream ends.
    async fn next(&mut self) -> Option<Bytes> {
        loop {
            self.revisions.borrow_and_update();
            if let Some(bytes) = self.changes() {
                return Some(bytes);
            }
            tokio::select! {
                () = self.web.draining.cancelled() => return None,
                changed = self.revisions.changed() => changed.ok()?,
                _ = self.endings.changed() => if self.has_ended().await { return None },
                _ = self.ticks.tick() => return self.tick().await,
            }
        }
    }

    fn changes(&mut self) -> Option<Bytes> {
        match self.web.desk.cache().changes(self.cursor, BATCH) {
            Live::Changes(changes) => {
                self.cursor = changes.last()?.revision;
                let mut out = Vec::new();
                for change in &changes {
                    out.extend_from_slice(
                        format!("id: {}\nevent: order\ndata: ", change.revision).as_bytes(),
                    );
                    out.extend_from_slice(&change.json);
                    out.extend_from_slice(b"\n\n");
                }
                Some(out.into())
            }
            Live::Reset => {
                let now = self.web.desk.cache().near()?.revision();
                self.cursor = now;
                Some(format!("id: {now}\nevent: reload\ndata: {{\"revision\":\"{now}\"}}\n\n").into())
            }
        }
    }

    /// Whether the session is over. While nobody can tell, it goes on.
    async fn has_ended(&self) -> bool {
        matches!(self.web.desk.session(&self.token).await, Ok(None))
    }

    /// Says how fresh the board is.
    async fn tick(&self) -> Option<Bytes> {
        if self.has_ended().await {
            return None;
        }
        let fresh_at = self.web.desk.cache().near()?.fresh_at();
        let told = serde_json::json!({ "revision": self.cursor, "fresh_at": fresh_at });
        Some(format!("event: tick\ndata: {told}\n\n").into())
    }
}

/// Counts open streams.
struct Open;

impl Open {
    fn new() -> Self {
        metrics::gauge!("live_streams").increment(1.0);
        Self
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        metrics::gauge!("live_streams").decrement(1.0);
    }
}
