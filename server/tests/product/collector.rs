//! A collector of traces that takes everything and says so, over gRPC as OTLP has it: what `verstak doctor` asks, not
//! what a workshop runs.
#![expect(clippy::unwrap_used, reason = "tests")]

use std::sync::{Arc, Mutex};

use http::{HeaderMap, HeaderValue, Response};
use tokio::{
    net::{TcpListener, TcpStream},
    task::AbortHandle,
};

/// The frame of an empty message: not compressed, no bytes.
const EMPTY: &[u8] = &[0; 5];

/// One.
pub struct Collector {
    /// Where it listens.
    pub url: String,
    asked: Arc<Mutex<Vec<String>>>,
    listens: AbortHandle,
}

impl Collector {
    /// On a free port.
    pub async fn open() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let asked = Arc::new(Mutex::default());
        let heard = Arc::clone(&asked);
        let listens = tokio::spawn(async move {
            while let Ok((line, _)) = listener.accept().await {
                tokio::spawn(serve(line, Arc::clone(&heard)));
            }
        });
        Self { url, asked, listens: listens.abort_handle() }
    }

    /// Which methods were called.
    pub fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }

    /// Nobody listens any more.
    pub fn leave(&self) {
        self.listens.abort();
    }
}

async fn serve(line: TcpStream, heard: Arc<Mutex<Vec<String>>>) {
    let mut line = h2::server::handshake(line).await.unwrap();
    while let Some(Ok((request, mut answer))) = line.accept().await {
        heard.lock().unwrap().push(request.uri().path().to_owned());
        let head = Response::builder().header("content-type", "application/grpc").body(()).unwrap();
        let mut body = answer.send_response(head, false).unwrap();
        body.send_data(EMPTY.into(), false).unwrap();
        let done = HeaderMap::from_iter([(
            http::header::HeaderName::from_static("grpc-status"),
            HeaderValue::from_static("0"),
        )]);
        body.send_trailers(done).unwrap();
    }
}
