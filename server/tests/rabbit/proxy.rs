//! A line to RabbitMQ that can be cut, and be out of order for a while.

use std::sync::Arc;

use tokio::{
    io::copy_bidirectional,
    net::{TcpListener, TcpStream},
    sync::watch,
    task::AbortHandle,
};

use crate::floor;

/// Connections through it live until it is cut; while it is down, new ones end at once.
pub struct Proxy {
    pub port: u16,
    cuts: Arc<watch::Sender<(u32, bool)>>,
    accepting: AbortHandle,
}

impl Proxy {
    /// One that works.
    pub async fn start() -> Self {
        let url = floor::amqp();
        let (_, rest) = url.rsplit_once('@').unwrap();
        let behind = rest.split('/').next().unwrap().to_owned();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let cuts = Arc::new(watch::channel((0, true)).0);
        let shared = Arc::clone(&cuts);
        let accepting = tokio::spawn(async move {
            while let Ok((mut near, _)) = listener.accept().await {
                let mut cut = shared.subscribe();
                if !cut.borrow_and_update().1 {
                    continue;
                }
                let behind = behind.clone();
                tokio::spawn(async move {
                    let Ok(mut far) = TcpStream::connect(behind).await else { return };
                    tokio::select! {
                        _ = cut.changed() => {}
                        _ = copy_bidirectional(&mut near, &mut far) => {}
                    }
                });
            }
        });
        Self { port, cuts, accepting: accepting.abort_handle() }
    }

    /// Cuts what goes through it; the next connection works again.
    pub fn cut(&self) {
        self.cuts.send_modify(|(cuts, _)| *cuts += 1);
    }

    /// Cuts, and stays away until [`Proxy::up`].
    pub fn down(&self) {
        self.cuts.send_modify(|(cuts, up)| (*cuts, *up) = (*cuts + 1, false));
    }

    /// Works again.
    pub fn up(&self) {
        self.cuts.send_modify(|(_, up)| *up = true);
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}
