//! A door in front of a service: its address stays, and where it leads is in the test's hands.

use std::sync::{
    Arc, Mutex,
    atomic::{AtomicU16, Ordering},
};

use tokio::{
    io::copy_bidirectional,
    net::{TcpListener, TcpStream},
    task::{AbortHandle, JoinSet},
};

/// A loopback address that leads to another one.
pub struct Door {
    /// Where it is.
    pub port: u16,
    leads_to: Arc<AtomicU16>,
    open: Mutex<Option<AbortHandle>>,
}

impl Door {
    /// Opens one that leads to this port.
    pub async fn to(port: u16) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let door = Self {
            port: listener.local_addr().unwrap().port(),
            leads_to: Arc::new(AtomicU16::new(port)),
            open: Mutex::new(None),
        };
        door.let_in(listener);
        door
    }

    fn let_in(&self, listener: TcpListener) {
        let target = Arc::clone(&self.leads_to);
        let open = tokio::spawn(async move {
            // They end with it.
            let mut passing = JoinSet::new();
            while let Ok((mut here, _)) = listener.accept().await {
                let port = target.load(Ordering::Relaxed);
                passing.spawn(async move {
                    // Who ends first and how is the business of the two.
                    if let Ok(mut there) = TcpStream::connect(("127.0.0.1", port)).await {
                        let _ = copy_bidirectional(&mut here, &mut there).await;
                    }
                });
            }
        });
        *self.open.lock().unwrap() = Some(open.abort_handle());
    }

    /// New connections lead there from now on.
    pub fn lead_to(&self, port: u16) {
        self.leads_to.store(port, Ordering::Relaxed);
    }

    /// Nobody comes through any more, and who is in it is thrown out.
    pub fn shut(&self) {
        if let Some(open) = self.open.lock().unwrap().take() {
            open.abort();
        }
    }

    /// Open again, at the same address.
    pub async fn open(&self) {
        loop {
            match TcpListener::bind(("127.0.0.1", self.port)).await {
                Ok(listener) => return self.let_in(listener),
                Err(_) => tokio::time::sleep(std::time::Duration::from_millis(5)).await,
            }
        }
    }
}

impl Drop for Door {
    fn drop(&mut self) {
        self.shut();
    }
}
