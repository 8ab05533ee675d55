//! Many open streams of `/live`, and when each change came out of each of them.

use std::{
    cell::RefCell,
    rc::Rc,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use tokio::{io::AsyncReadExt, net::TcpStream, task::spawn_local, time::sleep};

use crate::{
    Failure,
    http::Connection,
    site::{Person, Site},
};

/// A line longer than this is the data of an event; only its beginning matters.
const LINE: usize = 64;
/// Streams that are being opened at once.
const OPENING: usize = 64;

/// A change that came out of a stream.
#[derive(Debug, Clone, Copy)]
pub struct Arrival {
    /// Its number in the log.
    pub rev: i64,
    /// Microseconds since 1970.
    pub at: i64,
}

/// Open streams; they are read until this is dropped.
#[derive(Debug, Clone, Default)]
pub struct Streams {
    arrived: Rc<RefCell<Vec<Arrival>>>,
    broken: Rc<RefCell<Option<String>>>,
    tasks: Rc<RefCell<Vec<tokio::task::JoinHandle<()>>>>,
}

/// Microseconds since 1970, by the machine's clock; PostgreSQL reads the same one.
pub fn now() -> i64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_micros() as i64)
}

impl Streams {
    /// Opens this many more streams of one server. Needs a `LocalSet`.
    pub async fn open(&self, site: &Site, person: &Person, count: usize) -> Result<(), Failure> {
        let request = site.get(person, "/live", &[("Accept", "text/event-stream")]);
        for part in (0..count).collect::<Vec<_>>().chunks(OPENING) {
            let opening: Vec<_> = part
                .iter()
                .map(|_| {
                    let (request, address) = (request.clone(), site.address);
                    spawn_local(async move { Connection::open(address).await?.follow(&request).await })
                })
                .collect();
            for opened in opening {
                let (status, stream, begun) = opened.await??;
                if status != 200 {
                    return Err(format!("/live answers {status}").into());
                }
                self.tasks.borrow_mut().push(spawn_local(self.clone().read(stream, begun)));
            }
        }
        Ok(())
    }

    /// What has arrived since it was last taken.
    pub fn take(&self) -> Vec<Arrival> {
        self.arrived.take()
    }

    /// Waits until this many have arrived, for ten seconds at most; then takes them.
    pub async fn gather(&self, wanted: usize) -> Result<Vec<Arrival>, Failure> {
        for _ in 0..1000 {
            if let Some(broken) = self.broken.borrow().clone() {
                return Err(broken.into());
            }
            if self.arrived.borrow().len() >= wanted {
                return Ok(self.take());
            }
            sleep(Duration::from_millis(10)).await;
        }
        Err(format!("{} of {wanted} changes arrived within ten seconds", self.arrived.borrow().len()).into())
    }

    /// Closes them all.
    pub fn close(&self) {
        self.tasks.take().into_iter().for_each(|task| task.abort());
    }

    async fn read(self, mut stream: TcpStream, begun: Vec<u8>) {
        let mut line = Vec::with_capacity(LINE);
        self.lines(&begun, &mut line);
        let mut buffer = [0; 4096];
        loop {
            match stream.read(&mut buffer).await {
                Ok(0) => return self.give_up("a stream ended".to_owned()),
                Ok(read) => self.lines(&buffer[..read], &mut line),
                Err(error) => return self.give_up(error.to_string()),
            }
        }
    }

    /// Looks at the beginnings of lines: `id: <epoch>.<rev>` belongs to a change.
    fn lines(&self, bytes: &[u8], line: &mut Vec<u8>) {
        let at = now();
        let mut parts = bytes.split(|byte| *byte == b'\n').peekable();
        while let Some(part) = parts.next() {
            let room = LINE.saturating_sub(line.len()).min(part.len());
            line.extend_from_slice(&part[..room]);
            if parts.peek().is_none() {
                return;
            }
            let text = String::from_utf8_lossy(line);
            let text = text.trim_end();
            if text == "event: reload" {
                self.give_up("a stream was told to begin again".to_owned());
            }
            let rev = text.strip_prefix("id:").and_then(|id| id.trim().split_once('.')?.1.parse().ok());
            if let Some(rev) = rev {
                self.arrived.borrow_mut().push(Arrival { rev, at });
            }
            line.clear();
        }
    }

    fn give_up(&self, why: String) {
        self.broken.borrow_mut().get_or_insert(why);
    }
}
