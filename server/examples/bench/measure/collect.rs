//! A collector that takes every span it is sent (OTLP over gRPC) and keeps none: what tracing costs a server does not
//! depend on what becomes of its traces.

use std::net::SocketAddr;

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Response};
use tokio::{net::TcpListener, task::spawn_local};

use crate::Failure;

/// Collects until it is ended.
#[derive(Debug, clap::Args)]
pub struct Collect {
    /// Where
    #[arg(long)]
    listen: SocketAddr,
}

/// An empty message of gRPC: not compressed, no bytes.
const NOTHING: [u8; 5] = [0; 5];

impl Collect {
    pub async fn run(&self) -> Result<(), Failure> {
        let listener = TcpListener::bind(self.listen).await?;
        loop {
            let (stream, _) = listener.accept().await?;
            spawn_local(async move {
                // A server that goes away ends its own connection.
                let _ = serve(stream).await;
            });
        }
    }
}

async fn serve(stream: tokio::net::TcpStream) -> Result<(), h2::Error> {
    let mut connection = h2::server::handshake(stream).await?;
    while let Some(request) = connection.accept().await {
        let (request, mut answer) = request?;
        spawn_local(async move {
            let mut body = request.into_body();
            while let Some(Ok(chunk)) = body.data().await {
                let _ = body.flow_control().release_capacity(chunk.len());
            }
            let head = Response::builder().header("content-type", "application/grpc").body(());
            let Ok(head) = head else { return };
            if let Ok(mut stream) = answer.send_response(head, false) {
                let _ = stream.send_data(Bytes::from_static(&NOTHING), false);
                let mut trailers = HeaderMap::new();
                trailers.insert("grpc-status", HeaderValue::from_static("0"));
                let _ = stream.send_trailers(trailers);
            }
        });
    }
    Ok(())
}
