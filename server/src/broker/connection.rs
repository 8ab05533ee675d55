//! Connections. Whatever the broker is asked is bounded in time; a connection that fails is dropped, never mended:
//! what a half-mended one has forgotten (prefetch, confirms, a consumer) is not to be guessed.

use std::{future::Future, time::Duration};

use lapin::{Connection, ConnectionProperties, uri::AMQPUri};
use tokio::time::timeout;

use super::error::BrokerError;

/// Whatever takes longer counts as away.
const PATIENCE: Duration = Duration::from_secs(10);
/// A peer that is silent for twice this long is gone, in seconds.
const HEARTBEAT: u16 = 10;
/// A host that does not even refuse, in milliseconds; below the patience, so that the client ends its own try.
const CONNECT_MS: u64 = 8_000;
/// Saying good-bye is polite and no more.
const FAREWELL: Duration = Duration::from_millis(300);

/// Waits for an answer, within bounds.
pub(super) async fn answer<T>(
    operation: &'static str,
    asked: impl Future<Output = lapin::Result<T>>,
) -> Result<T, BrokerError> {
    match timeout(PATIENCE, asked).await {
        Ok(answer) => answer.map_err(BrokerError::during(operation)),
        Err(_) => Err(BrokerError::Silent { operation }),
    }
}

/// A connection; `name` is what RabbitMQ's own pages show.
pub(super) async fn open(uri: &AMQPUri, name: &'static str) -> Result<Connection, BrokerError> {
    let mut uri = uri.clone();
    uri.query.heartbeat.get_or_insert(HEARTBEAT);
    uri.query.connection_timeout.get_or_insert(CONNECT_MS);
    let properties = ConnectionProperties::default().with_connection_name(name.into());
    answer("connect", Connection::connect_uri(uri, properties)).await
}

/// Ends a connection in order, if that is quick.
pub(super) async fn close(connection: &Connection) {
    // 200: the protocol's word for "all is well".
    let _ = timeout(FAREWELL, connection.close(200, "bye".into())).await;
}
