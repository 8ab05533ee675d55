//! The connection under a request: who is at its other end, and whether an answer goes on upon it after HTTP has
//! done its part.
//!
//! An answer that lasts for hours needs none of what the server keeps for requests: their buffers and the room for
//! the longest way through the routes are ten times what such an answer holds itself. So it may claim the connection:
//! its head goes out like any other's, as one whose body ends with the connection, and the socket is its own then.

use std::{
    future::Future,
    net::IpAddr,
    pin::Pin,
    sync::{Arc, Mutex, PoisonError},
};

use axum::{
    body::Body,
    http::{HeaderValue, Version, header::CONNECTION},
    response::Response,
};
use futures_util::stream;
use tokio::net::TcpStream;

type Rest = Box<dyn FnOnce(TcpStream) -> Pin<Box<dyn Future<Output = ()> + Send>> + Send>;

/// In the extensions of every request.
#[derive(Clone)]
pub struct Wire {
    /// The address at the other end.
    pub peer: IpAddr,
    rest: Arc<Mutex<Option<Rest>>>,
}

impl Wire {
    pub(super) fn new(peer: IpAddr) -> Self {
        Self { peer, rest: Arc::default() }
    }

    /// Makes the answer to a GET the last one of this connection. When its head has been sent, `go_on` gets the socket.
    pub fn claim<F>(&self, answer: &mut Response, go_on: impl FnOnce(TcpStream) -> F + Send + 'static)
    where
        F: Future<Output = ()> + Send + 'static,
    {
        // A body of unknown length, at its end already. In HTTP/1.0 nothing marks the end but the connection's.
        *answer.body_mut() =
            Body::from_stream(stream::empty::<Result<bytes::Bytes, std::convert::Infallible>>());
        *answer.version_mut() = Version::HTTP_10;
        answer.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
        let rest: Rest = Box::new(|socket| Box::pin(go_on(socket)));
        *self.rest.lock().unwrap_or_else(PoisonError::into_inner) = Some(rest);
    }

    /// What an answer has claimed the connection for.
    pub(super) fn rest(&self) -> Option<Rest> {
        self.rest.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

impl std::fmt::Debug for Wire {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Wire").field("peer", &self.peer).finish_non_exhaustive()
    }
}
