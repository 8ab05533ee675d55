//! `GET /live`: changes of the board as they happen (server-sent events). A follower keeps a cursor into the board's
//! ring and no queue: a slow one costs its socket's buffer and nothing else.

use std::time::Duration;

use app::{
    domain::{Actor, Revision},
    visit::SessionToken,
};
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
use crate::board::{Next, Snapshot};

/// How often a follower hears that nothing is wrong; twice that without a word means `behind`.
const TICK: Duration = Duration::from_secs(5);

/// Opens the stream after `Last-Event-ID`, else after `after`, else from now on. `X-Verstak-User` says whose session
/// it is: the cookies of a browser may have become another person's since its pages were opened.
pub async fn follow(
    State(web): State<Web>,
    Extension(actor): Extension<Actor>,
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
    let open = Open::new();
    let follower = Follower { web, token, cursor, revisions, endings, ticks, due: false, _open: open };
    let body = stream::unfold(follower, |mut follower| async move {
        follower.next().await.map(|bytes| (Ok::<_, std::convert::Infallible>(bytes), follower))
    });
    let mut response = Response::new(Body::from_stream(body));
    let out = response.headers_mut();
    out.insert(CONTENT_TYPE, HeaderValue::from_static("text/event-stream"));
    out.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    out.insert(HeaderName::from_static("x-accel-buffering"), HeaderValue::from_static("no"));
    if let Ok(login) = HeaderValue::from_str(&actor.login) {
        out.insert(HeaderName::from_static("x-verstak-user"), login);
    }
    response
}

struct Follower {
    web: Web,
    token: String,
    cursor: Revision,
    revisions: watch::Receiver<Revision>,
    endings: watch::Receiver<u64>,
    ticks: Interval,
    /// A tick has to be sent as soon as nothing newer is known.
    due: bool,
    _open: Open,
}

impl Follower {
    /// The next bytes to send; nothing when the stream ends. Changes are sent as they were made, once for all.
    async fn next(&mut self) -> Option<Bytes> {
        loop {
            self.revisions.borrow_and_update();
            let near = self.web.desk.cache().near()?;
            match self.web.desk.cache().next(self.cursor) {
                Next::Event(revision, event) => {
                    self.cursor = revision;
                    return Some(event);
                }
                Next::Reset => return Some(self.reload(near.revision())),
                // A certificate counts for the board's revision: never before the follower has been sent that one.
                Next::Nothing if self.due && near.revision() <= self.cursor => {
                    self.due = false;
                    return Some(self.tick(&near));
                }
                Next::Nothing => {}
            }
            tokio::select! {
                () = self.web.draining.cancelled() => return None,
                changed = self.revisions.changed() => changed.ok()?,
                _ = self.endings.changed() => if self.has_ended().await { return None },
                _ = self.ticks.tick(), if !self.due => {
                    if self.has_ended().await {
                        return None;
                    }
                    self.due = true;
                }
            }
        }
    }

    fn reload(&mut self, now: Revision) -> Bytes {
        self.cursor = now;
        format!("id: {now}\nevent: reload\ndata: {{\"revision\":\"{now}\"}}\n\n").into()
    }

    /// Whether the session is over. While nobody can tell, it goes on.
    async fn has_ended(&self) -> bool {
        matches!(self.web.desk.session(&self.token).await, Ok(None))
    }

    /// Says how fresh the board is: complete at `fresh_at`, when the clock said `at`, fed from `source`.
    fn tick(&self, near: &Snapshot) -> Bytes {
        let board = self.web.desk.cache();
        let (revision, fresh_at, at) = (self.cursor, board.fresh_at(near), self.web.clock.now());
        let source = if board.redis_is_away() { "database" } else { "cache" };
        format!(
            "event: tick\ndata: {{\"revision\":\"{revision}\",\"fresh_at\":\"{fresh_at}\",\"at\":\"{at}\",\
             \"source\":\"{source}\"}}\n\n"
        )
        .into()
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
