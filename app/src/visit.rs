//! What a page or a server function knows of the request it answers. The web layer puts these into the context,
//! next to an `Arc<dyn Backend>` and, with a session, the [`Actor`](crate::domain::Actor).

use std::sync::Arc;

use crate::{
    address,
    domain::{Revision, Role, Timestamp},
    flash::Flash,
    i18n::Lang,
    look::{Density, Theme},
};

/// Everything about the visit that shows on a page. In context for every page and server function.
#[derive(Debug, Clone, Default)]
pub struct Visit {
    /// From the cookie `lang`, else from `Accept-Language`, else Russian.
    pub lang: Lang,
    /// From the cookie `theme`.
    pub theme: Theme,
    /// From the cookie `density`.
    pub density: Density,
    /// What the last plain form came to, from the cookie `flash`, which is cleared as it is read.
    pub flash: Option<Flash>,
    /// Never show less than this: `X-Board-Min-Rev`, or the cookie that a form's redirect left.
    pub at_least: Option<Revision>,
    /// The service worker is switched off on this server (`WORKER=off`).
    pub worker_off: bool,
}

/// The folder in which the pages' own scripts and styles are served, with a slash at both ends. Its name tells what is in
/// it, so that a browser keeps them for good; `/` in development. In context for every page.
#[derive(Debug, Clone)]
pub struct OwnFiles(pub Arc<str>);

/// Where traces can be looked at, when somebody collects them (`TRACE_URL`); `{trace}` in it is the trace's id.
#[derive(Debug, Clone, Default)]
pub struct TraceLinks(pub Option<String>);

impl TraceLinks {
    /// The address of a trace.
    #[must_use]
    pub fn to(&self, trace: &str) -> Option<String> {
        self.0.as_ref().map(|address| address.replace("{trace}", trace))
    }

    /// The same, and where nobody collects them the page of slow ones, for those who may open it.
    #[must_use]
    pub fn shown_to(&self, role: Role, trace: &str) -> Option<String> {
        self.to(trace).or_else(|| role.is_supervisor().then(|| address::slow_trace(trace)))
    }
}

/// A span of a slow trace.
#[derive(Debug, Clone, PartialEq)]
pub struct SlowSpan {
    /// What was done.
    pub name: String,
    /// Inside of how many others.
    pub depth: usize,
    /// When it began, in milliseconds from the beginning of the trace here.
    pub from_ms: f64,
    /// How long it took, in milliseconds.
    pub ms: f64,
    /// What is known of it: route, status, command.
    pub facts: Vec<(String, String)>,
    /// Whether it failed.
    pub failed: bool,
}

/// A trace that took long on this server.
#[derive(Debug, Clone, PartialEq)]
pub struct SlowTrace {
    /// 32 hexadecimal digits.
    pub id: String,
    /// When it began here.
    pub at: Timestamp,
    /// How long it took, in milliseconds.
    pub ms: f64,
    /// Its spans, each after the one that it is inside of.
    pub spans: Vec<SlowSpan>,
}

/// The last slow traces of this server, or whatever it keeps of the one with that id, the newest first. In context for the
/// page that shows them.
#[derive(Debug, Clone, Copy)]
pub struct SlowTraces(pub fn(Option<&str>) -> Vec<SlowTrace>);

/// The session's secret as the cookie brought it; only the log-out needs it.
#[derive(Debug, Clone)]
pub struct SessionToken(pub String);

/// The caller's network address, for the limit on failed log-ins.
#[derive(Debug, Clone)]
pub struct ClientAddress(pub String);

/// The response header with which a log-in or log-out asks the web layer for the session cookie:
/// `<token>;<max-age in seconds>`, or empty to clear it. It never leaves the server.
pub const SESSION_HEADER: &str = "x-verstak-session";
