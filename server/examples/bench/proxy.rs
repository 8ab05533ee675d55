//! A line to RabbitMQ that can be cut.

use std::rc::Rc;

use tokio::{
    io::copy_bidirectional,
    net::{TcpListener, TcpStream},
    sync::watch,
    task::spawn_local,
};

use crate::Failure;

/// Connections through it live until it is cut; the next ones work again.
pub struct Proxy {
    pub port: u16,
    cuts: Rc<watch::Sender<u32>>,
}

impl Proxy {
    /// One that leads to this loopback port.
    pub async fn start(behind: u16) -> Result<Self, Failure> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let port = listener.local_addr()?.port();
        let cuts = Rc::new(watch::channel(0).0);
        let shared = Rc::clone(&cuts);
        spawn_local(async move {
            while let Ok((mut near, _)) = listener.accept().await {
                let mut cut = shared.subscribe();
                spawn_local(async move {
                    let Ok(mut far) = TcpStream::connect(("127.0.0.1", behind)).await else { return };
                    tokio::select! {
                        _ = cut.changed() => {}
                        _ = copy_bidirectional(&mut near, &mut far) => {}
                    }
                });
            }
        });
        Ok(Self { port, cuts })
    }

    /// Cuts what goes through it.
    pub fn cut(&self) {
        self.cuts.send_modify(|cuts| *cuts += 1);
    }
}
