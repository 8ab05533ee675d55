//! Connections: HTTP/1.1 with bounds on what a slow or silent peer can hold, and an orderly end.

use std::{convert::Infallible, net::IpAddr, sync::Arc, time::Duration};

use axum::{Router, body::Body, extract::Request};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::Semaphore,
};
use tower::ServiceExt;

use crate::lifecycle::Lifecycle;

/// The address at the other end of the connection, in a request's extensions.
#[derive(Debug, Clone, Copy)]
pub struct Peer(pub IpAddr);

/// A peer that takes longer for a request's head, or is silent for longer between two, is let go.
const HEAD: Duration = Duration::from_secs(30);
/// Bytes buffered for a connection each way; hyper's own choice grows to hundreds of kilobytes.
const BUFFER: usize = 16 * 1024;
/// Connections at once; more wait in the system's queue. 5,000 streams and their pages fit twice.
const CONNECTIONS: usize = 16_384;

/// Accepts until the server drains; then open requests end, and nothing new is taken.
pub async fn serve(listener: TcpListener, router: Router, lifecycle: Lifecycle) {
    let places = Arc::new(Semaphore::new(CONNECTIONS));
    loop {
        let Ok(place) = Arc::clone(&places).acquire_owned().await else { return };
        let accepted = tokio::select! {
            () = lifecycle.draining.cancelled() => return,
            accepted = listener.accept() => accepted,
        };
        let (stream, peer) = match accepted {
            Ok(accepted) => accepted,
            Err(error) => {
                // Out of descriptors, or the peer is gone already: neither ends the server.
                tracing::warn!(%error, "a connection could not be accepted");
                tokio::time::sleep(Duration::from_millis(50)).await;
                continue;
            }
        };
        let (router, lifecycle_of) = (router.clone(), lifecycle.clone());
        lifecycle.requests.spawn(async move {
            metrics::counter!("http_connections_total").increment(1);
            metrics::gauge!("http_connections").increment(1.0);
            converse(stream, Peer(peer.ip()), router, lifecycle_of).await;
            metrics::gauge!("http_connections").decrement(1.0);
            drop(place);
        });
    }
}

async fn converse(stream: TcpStream, peer: Peer, router: Router, lifecycle: Lifecycle) {
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "small packets may wait");
    }
    let service = service_fn(move |request: hyper::Request<Incoming>| {
        let mut request: Request = request.map(Body::new);
        request.extensions_mut().insert(peer);
        let router = router.clone();
        async move { router.oneshot(request).await.map_err(|never: Infallible| never) }
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD)
        .max_buf_size(BUFFER)
        .serve_connection(TokioIo::new(stream), service);
    let mut connection = std::pin::pin!(connection);
    let ended = tokio::select! {
        ended = connection.as_mut() => ended,
        () = lifecycle.draining.cancelled() => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = ended {
        tracing::debug!(%error, "a connection broke off");
    }
}

/// Accepts until the task is dropped: for the admin routes, which answer to the end.
pub async fn serve_until_stop(listener: TcpListener, router: Router) {
    serve(listener, router, Lifecycle::default()).await;
}
