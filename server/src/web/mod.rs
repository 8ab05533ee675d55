//! The web: every route, who may ask what, and what every answer carries. Nothing here knows of storage.

pub mod admin;
mod base64;
mod board;
mod body;
mod broker;
mod conditional;
mod cookies;
mod csv;
mod encoding;
mod files;
mod flow;
mod forms;
mod guard;
mod headers;
mod intake;
mod language;
mod live;
mod local;
mod models;
mod observe;
mod origin;
mod pages;
mod pictures;
mod problem;
mod promise;
mod query;
mod range;
mod real;
mod reconcile;
pub mod router;
pub mod serve;
mod session;
mod traffic;
mod wire;
mod worker;

use std::{ops::Deref, sync::Arc};

use app::backend::Backend;
use axum::extract::FromRef;
use leptos::config::LeptosOptions;
use tokio_util::sync::CancellationToken;

use crate::{
    clock::{SharedClock, SharedEntropy},
    config::{Proxies, Secret},
    desk::Desk,
};

pub use files::{File, Files};
pub use guard::Access;
pub use headers::Policy;
pub use wire::Wire;

/// What the routes work with. Every request takes a few of these, so they are one pointer to the same parts.
#[derive(Debug, Clone)]
pub struct Web(Arc<Parts>);

/// What the web is made of.
pub struct Parts {
    /// The use cases.
    pub desk: Arc<Desk>,
    /// The same, as pages and server functions know them.
    pub backend: Arc<dyn Backend>,
    /// The time.
    pub clock: SharedClock,
    /// Randomness.
    pub entropy: SharedEntropy,
    /// The built site.
    pub files: Files,
    /// What the pages' shell needs to know of it.
    pub leptos: LeptosOptions,
    /// The rest of the configuration.
    pub settings: Settings,
    /// The content security policy.
    pub policy: Policy,
    /// Cancelled when the server begins to stop: streams end.
    pub draining: CancellationToken,
}

impl From<Parts> for Web {
    fn from(parts: Parts) -> Self {
        Self(Arc::new(parts))
    }
}

impl Deref for Web {
    type Target = Parts;
    fn deref(&self) -> &Parts {
        &self.0
    }
}

/// Configuration of the web.
#[derive(Debug, Clone, Default)]
pub struct Settings {
    /// People come by https: cookies are `Secure` and `__Host-`.
    pub https: bool,
    /// `host[:port]` that people type, when it is known.
    pub public_host: Option<String>,
    /// Whose `X-Forwarded-For` is believed.
    pub proxies: Proxies,
    /// What `POST /intake/orders` must bring.
    pub intake_token: Option<Secret>,
    /// The service worker is switched off.
    pub worker_off: bool,
    /// Where a trace can be looked at; `{trace}` in it is the trace's id.
    pub trace_url: Option<String>,
}

impl FromRef<Web> for LeptosOptions {
    fn from_ref(web: &Web) -> Self {
        web.leptos.clone()
    }
}

impl std::fmt::Debug for Parts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Parts").field("settings", &self.settings).finish_non_exhaustive()
    }
}
