//! Connections: HTTP/1.1 with bounds on what a slow or silent peer can hold, and an orderly end.

use std::{convert::Infallible, sync::Arc, time::Duration};

use axum::{Router, body::Body, extract::Request};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::{
    io::AsyncWriteExt,
    net::{TcpListener, TcpStream},
    sync::{OwnedSemaphorePermit, Semaphore},
};
use tower::ServiceExt;

use super::wire::Wire;
use crate::lifecycle::Lifecycle;

/// A peer that takes longer for a request's head, or is silent for longer between two, is let go.
const HEAD: Duration = Duration::from_secs(30);
/// Bytes buffered for a connection each way; hyper's own choice grows to hundreds of kilobytes.
const BUFFER: usize = 16 * 1024;
/// Connections at once; more wait in the system's queue. 5,000 streams and their pages fit twice.
const CONNECTIONS: usize = 16_384;

/// A connection's place among [`CONNECTIONS`].
struct Place {
    _permit: OwnedSemaphorePermit,
}

impl Place {
    fn new(permit: OwnedSemaphorePermit) -> Self {
        metrics::counter!("http_connections_total").increment(1);
        metrics::gauge!("http_connections_open").increment(1.0);
        Self { _permit: permit }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        metrics::gauge!("http_connections_open").decrement(1.0);
    }
}

/// Accepts until the server drains; then open requests end, and nothing new is taken.
pub async fn serve(listener: TcpListener, router: Router, lifecycle: Lifecycle) {
    let places = Arc::new(Semaphore::new(CONNECTIONS));
    loop {
        let Ok(permit) = Arc::clone(&places).acquire_owned().await else { return };
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
        let (router, lifecycle_of, place) = (router.clone(), lifecycle.clone(), Place::new(permit));
        lifecycle.requests.spawn(async move {
            let wire = Wire::new(peer.ip());
            let Some(mut stream) = converse(stream, wire.clone(), router, &lifecycle_of).await else {
                return;
            };
            let Some(rest) = wire.rest() else {
                // The peer may have left already.
                let _ = stream.shutdown().await;
                return;
            };
            // A task of its own, which is as small as what is left to do.
            lifecycle_of.requests.spawn(async move {
                rest(stream).await;
                drop(place);
            });
        });
    }
}

/// Answers requests until the connection ends. Gives it back when an answer has claimed the rest of it.
async fn converse(stream: TcpStream, wire: Wire, router: Router, lifecycle: &Lifecycle) -> Option<TcpStream> {
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "small packets may wait");
    }
    let service = service_fn(move |request: hyper::Request<Incoming>| {
        let mut request: Request = request.map(Body::new);
        request.extensions_mut().insert(wire.clone());
        let router = router.clone();
        // Boxed: hyper keeps room for one of these as long as the connection lasts.
        Box::pin(async move { router.oneshot(request).await.map_err(|never: Infallible| never) })
    });
    let mut connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD)
        .max_buf_size(BUFFER)
        .serve_connection(TokioIo::new(stream), service);
    let mut draining = std::pin::pin!(lifecycle.draining.cancelled());
    let mut stops = false;
    let ended = std::future::poll_fn(|context| {
        if !stops && draining.as_mut().poll(context).is_ready() {
            stops = true;
            std::pin::Pin::new(&mut connection).graceful_shutdown();
        }
        connection.poll_without_shutdown(context)
    })
    .await;
    match ended {
        Ok(()) => Some(connection.into_parts().io.into_inner()),
        Err(error) => {
            tracing::debug!(%error, "a connection broke off");
            None
        }
    }
}

/// Accepts until the task is dropped: for the admin routes, which answer to the end.
pub async fn serve_until_stop(listener: TcpListener, router: Router) {
    serve(listener, router, Lifecycle::default()).await;
}
