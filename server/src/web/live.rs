//! `GET /live`: changes of the board as they happen (server-sent events). A follower keeps a cursor into the board's
//! ring and no queue: a slow one costs its socket's buffer and nothing else.

use std::{future::poll_fn, io::ErrorKind, pin::pin, sync::Arc, time::Duration};

use app::domain::{Actor, Revision};
use axum::{
    Extension,
    body::Body,
    extract::{RawQuery, State},
    http::{
        HeaderMap, HeaderName, HeaderValue, Method,
        header::{CACHE_CONTROL, CONTENT_TYPE},
    },
    response::Response,
};
use bytes::Bytes;
use tokio::{
    io::AsyncWriteExt,
    net::TcpStream,
    sync::watch,
    time::{Interval, MissedTickBehavior, interval},
};

use super::{Web, Wire, problem, query, session};
use crate::board::{Next, Repairs, Snapshot};

/// How often a follower hears that nothing is wrong; twice that without a word means `behind`.
const TICK: Duration = Duration::from_secs(5);

/// Opens the stream after `Last-Event-ID`, else after `after`, else from now on. `X-Verstak-User` says whose session
/// it is: the cookies of a browser may have become another person's since its pages were opened.
pub async fn follow(
    State(web): State<Web>,
    Extension(actor): Extension<Arc<Actor>>,
    Extension(wire): Extension<Wire>,
    RawQuery(query): RawQuery,
    method: Method,
    headers: HeaderMap,
) -> Response {
    let Some(near) = web.desk.cache().near() else { return problem::unavailable(1) };
    let token = session::token(&headers, &web.settings).unwrap_or_default().into();
    let last = headers.get("last-event-id").map(|value| value.to_str().unwrap_or_default().to_owned());
    let (cursor, known) = match last.or_else(|| query::value(&query.unwrap_or_default(), "after")) {
        None => (near.revision(), web.desk.cache().repairs()),
        // Revision 0.0 is before everything, so that a cursor that cannot be read means `reload`. What was read at a
        // cursor may be what was wrong there.
        Some(text) => (text.parse().unwrap_or_default(), Repairs::default()),
    };
    let mut response = Response::new(Body::empty());
    let out = response.headers_mut();
    out.insert(CONTENT_TYPE, HeaderValue::from_static("text/event-stream"));
    out.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    out.insert(HeaderName::from_static("x-accel-buffering"), HeaderValue::from_static("no"));
    if let Ok(login) = HeaderValue::from_str(&actor.login) {
        out.insert(HeaderName::from_static("x-verstak-user"), login);
    }
    if method == Method::GET {
        let (revisions, endings) = (web.desk.cache().revisions(), web.desk.session_endings());
        let follower = Follower {
            web,
            token,
            cursor,
            known,
            revisions,
            endings,
            due: false,
            asks_again: false,
            _open: Open::new(),
        };
        wire.claim(&mut response, |socket| follower.run(socket));
    }
    response
}

struct Follower {
    web: Web,
    token: Box<str>,
    cursor: Revision,
    /// Of which repairs of the board at that revision it was told.
    known: Repairs,
    revisions: watch::Receiver<Revision>,
    endings: watch::Receiver<u64>,
    /// A tick has to be sent as soon as nothing newer is known.
    due: bool,
    /// Whether the session is over was asked, and not answered yet.
    asks_again: bool,
    _open: Open,
}

impl Follower {
    /// Sends what there is and waits for more, until either side ends it.
    async fn run(mut self, mut socket: TcpStream) {
        let mut ticks = interval(TICK);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let draining = self.web.draining.clone();
        let mut stops = pin!(draining.cancelled());
        loop {
            self.revisions.borrow_and_update();
            let Some(next) = self.next() else { break };
            if let Some(bytes) = next {
                // A peer that reads nothing for long keeps only its own stream waiting, and no longer than its session.
                let sent = tokio::select! {
                    biased;
                    sent = socket.write_all(&bytes) => sent.is_ok(),
                    () = stops.as_mut() => false,
                    () = self.ends(&mut ticks) => false,
                };
                if sent && !(self.asks_again && self.has_ended().await) {
                    self.asks_again = false;
                    continue;
                }
                break;
            }
            // What happens most comes first, and is all that is looked at then.
            tokio::select! {
                biased;
                changed = self.revisions.changed() => if changed.is_err() { break },
                () = stops.as_mut() => break,
                _ = self.endings.changed() => if self.has_ended().await { break },
                _ = ticks.tick(), if !self.due => {
                    if self.has_ended().await {
                        break;
                    }
                    self.due = true;
                }
                gone = has_gone(&socket) => if gone { break },
            }
        }
        // The peer may have left already.
        let _ = socket.shutdown().await;
    }

    /// The next bytes to send; the inner `None` when there are none yet, the outer when there is no board. Changes are
    /// sent as they were made, once for all.
    fn next(&mut self) -> Option<Option<Bytes>> {
        let board = self.web.desk.cache();
        // As a rule it is a change, or there is none: then the board itself is not looked at.
        Some(match board.next(self.cursor, self.known) {
            Next::Event(revision, event) => {
                self.cursor = revision;
                Some(event)
            }
            Next::Reset(known) => {
                let now = board.near()?.revision();
                Some(self.reload(known, now))
            }
            Next::Nothing if self.due => {
                let near = board.near()?;
                // A certificate counts for the board's revision: never before the follower has been sent that one.
                self.due = near.revision() > self.cursor;
                (!self.due).then(|| self.tick(&near))
            }
            Next::Nothing => None,
        })
    }

    fn reload(&mut self, known: Repairs, now: Revision) -> Bytes {
        (self.cursor, self.known) = (now, known);
        format!("id: {now}\nevent: reload\ndata: {{\"revision\":\"{now}\"}}\n\n").into()
    }

    /// Waits until the session is over, while something is on its way to the peer.
    async fn ends(&mut self, ticks: &mut Interval) {
        loop {
            tokio::select! {
                _ = self.endings.changed() => {}
                _ = ticks.tick() => self.due = true,
            }
            // What was waited for may be sent before the answer comes.
            self.asks_again = true;
            if self.has_ended().await {
                return;
            }
            self.asks_again = false;
        }
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

/// Waits until the peer has left. What it says instead is nobody's.
async fn has_gone(socket: &TcpStream) -> bool {
    if poll_fn(|context| socket.poll_read_ready(context)).await.is_err() {
        return true;
    }
    match socket.try_read(&mut [0; 256]) {
        Ok(read) => read == 0,
        Err(error) => error.kind() != ErrorKind::WouldBlock,
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
