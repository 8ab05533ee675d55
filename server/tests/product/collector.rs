//! A collector of traces that remembers what it was asked, and may leave.
#![expect(clippy::unwrap_used, reason = "tests")]

#[path = "../../examples/bench/measure/collector.rs"]
mod all;

use std::sync::{Arc, Mutex};

use tokio::{net::TcpListener, task::AbortHandle};

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
        let asked = Arc::new(Mutex::<Vec<String>>::default());
        let heard = Arc::clone(&asked);
        let listens =
            tokio::spawn(all::listen(listener, move |method| heard.lock().unwrap().push(method.to_owned())));
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
