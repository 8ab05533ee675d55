//! A line to Redis: a connection that is made again and again, and given up when nobody answers on it.
//!
//! The client library's defaults wait for ever, so every command has a time limit. It gives a connection up when
//! nothing was *written* on it for a while without an answer, which never happens here, where something is asked four
//! times a second: a primary that hangs would be asked for ever, while another one has long been promoted. So a line
//! counts its own silence.

use std::{
    sync::{Mutex, PoisonError},
    time::Duration,
};

use fred::{
    clients::Client,
    error::{Error, ErrorKind},
    interfaces::ClientLike,
    types::{
        Builder, ConnectHandle,
        config::{Config, ConnectionConfig, PerformanceConfig, ReconnectPolicy},
    },
};
use tokio::time::Instant;

/// A line on which nothing was answered for so long is made anew.
const SILENCE: Duration = Duration::from_secs(1);
/// A dead server must not hold up the way to the next one.
const GREETING: Duration = Duration::from_secs(2);

/// Why nothing can be connected to by `REDIS_URL`.
#[derive(Debug, thiserror::Error)]
pub enum BadAddress {
    /// Not the form of an address, or one that names no Sentinel service or no port.
    #[error("it is not an address of Redis")]
    Read(#[source] Error),
    /// Another program's.
    #[error("it must begin with redis:// or rediss://, or with one of these and -sentinel or -cluster")]
    Scheme,
    /// `rediss`, and nobody is trusted to vouch for a certificate.
    #[error("the system's certificates can't be read, which TLS needs: install them, or set SSL_CERT_FILE")]
    Trust(#[source] Error),
}

/// A line.
#[derive(Debug)]
pub(super) struct Line {
    /// Asks.
    pub client: Client,
    connection: ConnectHandle,
    limit: Duration,
    /// Since when nothing was answered.
    silent: Mutex<Option<Instant>>,
}

impl Line {
    /// Begins to connect, and goes on doing so for ever. An answer that takes longer than `limit` is none.
    pub fn open(url: &str, limit: Duration) -> Result<Self, BadAddress> {
        let client = Builder::from_config(config(url)?)
            .set_policy(ReconnectPolicy::new_exponential(0, 20, 500, 2))
            .set_performance_config(PerformanceConfig {
                default_command_timeout: limit,
                broadcast_channel_capacity: 4096,
                ..PerformanceConfig::default()
            })
            .set_connection_config(ConnectionConfig {
                connection_timeout: GREETING,
                internal_command_timeout: GREETING,
                max_command_attempts: 1,
                max_command_buffer_len: 10_000,
                ..ConnectionConfig::default()
            })
            .build()
            .map_err(BadAddress::Read)?;
        // This task connects again and again until it is ended.
        let connection = client.connect();
        Ok(Self { client, connection, limit, silent: Mutex::new(None) })
    }

    /// Lets go of the connection at once. The library's `quit` would wait for the answer of a Redis that may be away,
    /// and nothing needs one: whoever wanted to know what became of a command has waited for it.
    pub fn close(&self) {
        self.connection.abort();
    }

    /// Notes how a question ended. After a second without any answer the line is made anew, to whoever is the primary
    /// then; while there is no connection, that is under way already.
    pub fn heard<T>(&self, answer: &Result<T, Error>) {
        let now = Instant::now();
        let mut silent = self.silent.lock().unwrap_or_else(PoisonError::into_inner);
        let late = answer.as_ref().is_err_and(|error| *error.kind() == ErrorKind::Timeout);
        if !late {
            *silent = None;
            return;
        }
        let since = *silent.get_or_insert(now.checked_sub(self.limit).unwrap_or(now));
        if now.duration_since(since) >= SILENCE && self.client.is_connected() {
            *silent = Some(now);
            let client = self.client.clone();
            tokio::spawn(async move { client.force_reconnection().await });
        }
    }
}

fn config(url: &str) -> Result<Config, BadAddress> {
    let scheme = url.split_once("://").map_or(url, |(scheme, _)| scheme);
    let plain = scheme.trim_end_matches("-sentinel").trim_end_matches("-cluster");
    if !matches!(plain, "redis" | "rediss") {
        return Err(BadAddress::Scheme);
    }
    let mut config = Config::from_url(url).map_err(|error| match error.kind() {
        ErrorKind::Tls => BadAddress::Trust(error),
        _ => BadAddress::Read(error),
    })?;
    // The server starts without Redis.
    config.fail_fast = false;
    Ok(config)
}
