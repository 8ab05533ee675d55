//! Bodies of requests: how long they may be, and how long they may take.

use std::time::Duration;

use axum::{
    body::Body,
    http::{HeaderValue, StatusCode, header::CONNECTION},
    response::Response,
};
use bytes::{Bytes, BytesMut};
use futures_util::StreamExt;
use tokio::time::{Instant, timeout_at};

use super::problem;

/// A body has this long to arrive, whoever sends it: well below what a whole request has (router.rs).
const ARRIVAL: Duration = Duration::from_secs(10);
/// What is still read of a body that is too long, so that its sender hears why instead of a reset.
const PATIENCE: usize = 1024 * 1024;

/// The whole body.
///
/// # Errors
/// The answer to one that is longer than `longest` bytes (413, with `too_long` as its words), comes too slowly (408),
/// or breaks off (400).
pub async fn read(body: Body, longest: usize, too_long: &str) -> Result<Bytes, Response> {
    let until = Instant::now() + ARRIVAL;
    let (mut held, mut stream) = (BytesMut::new(), body.into_data_stream());
    loop {
        match timeout_at(until, stream.next()).await {
            Err(_) => return Err(too_slow()),
            Ok(None) => return Ok(held.freeze()),
            Ok(Some(Err(_))) => return Err(problem::refuse(StatusCode::BAD_REQUEST, "the body broke off")),
            Ok(Some(Ok(chunk))) if held.len() + chunk.len() > longest => {
                swallow_until(until, Body::from_stream(stream)).await;
                return Err(problem::refuse(StatusCode::PAYLOAD_TOO_LARGE, too_long));
            }
            Ok(Some(Ok(chunk))) => held.extend_from_slice(&chunk),
        }
    }
}

/// Reads and drops a body that nobody wants, within bounds.
pub async fn swallow(body: Body) {
    swallow_until(Instant::now() + ARRIVAL, body).await;
}

async fn swallow_until(until: Instant, body: Body) {
    let (mut seen, mut stream) = (0, body.into_data_stream());
    while let Ok(Some(Ok(chunk))) = timeout_at(until, stream.next()).await {
        seen += chunk.len();
        if seen > PATIENCE {
            return;
        }
    }
}

/// The rest of the body may still come, so the connection is of no more use.
fn too_slow() -> Response {
    let mut response = problem::refuse(StatusCode::REQUEST_TIMEOUT, "the body came too slowly");
    response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
    response
}
