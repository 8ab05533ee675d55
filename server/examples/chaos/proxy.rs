//! A line between two programs that can be broken in every way in which lines break, counted so that nobody has to
//! believe it.

use std::{
    io,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream, tcp::OwnedReadHalf, tcp::OwnedWriteHalf},
    sync::watch,
    task::AbortHandle,
};

/// What the line does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// It works.
    Whole,
    /// Nobody is connected, and those who are have been cut off.
    Down,
    /// Nothing passes; connections stay, and what is on its way arrives later.
    Stalled,
    /// Everything takes this much longer.
    Slow(Duration),
    /// What is sent is lost without a word, and so is everything later on the same connection.
    HalfOpen,
}

/// How connections are ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// In order.
    Closed,
    /// By a reset.
    Reset,
}

/// What the line has done so far.
#[derive(Debug, Default)]
pub struct Counts {
    /// Connections that were made.
    pub opened: AtomicU64,
    /// Connections that were refused while it was down.
    pub refused: AtomicU64,
    /// Connections that it ended.
    pub ended: AtomicU64,
    /// Pieces that had to wait.
    pub held: AtomicU64,
    /// Bytes that were lost.
    pub lost: AtomicU64,
    /// Pieces that were rewritten.
    pub rewritten: AtomicU64,
}

/// How long whoever came by the line waited for answers, while somebody wants to know.
#[derive(Debug, Default)]
pub struct Waits {
    wanted: AtomicBool,
    told: Mutex<Vec<Duration>>,
}

impl Waits {
    /// Measures from now on.
    pub fn begin(&self) {
        self.wanted.store(true, Ordering::Relaxed);
    }

    /// Measures no more. What was measured: from the first piece of a question to the first of its answer.
    pub fn end(&self) -> Vec<Duration> {
        self.wanted.store(false, Ordering::Relaxed);
        std::mem::take(&mut *self.told.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// A piece passes on a connection where a question has waited since then.
    fn passes(&self, way: Way, piece: &[u8], asked: &Mutex<Option<Instant>>) {
        if !self.wanted.load(Ordering::Relaxed) {
            return;
        }
        let mut asked = asked.lock().unwrap_or_else(PoisonError::into_inner);
        match way {
            // To wait is what this one asks for.
            Way::In if piece.windows(5).any(|word| word == b"XREAD") => {}
            Way::In => *asked = asked.or_else(|| Some(Instant::now())),
            Way::Out => {
                if let Some(since) = asked.take() {
                    self.told.lock().unwrap_or_else(PoisonError::into_inner).push(since.elapsed());
                }
            }
        }
    }
}

/// Which way a piece goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// To who listens behind the line.
    In,
    /// To who came by it.
    Out,
}

/// What becomes of a piece.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Does {
    /// It passes.
    Nothing,
    /// It was changed, and passes.
    Rewrites,
    /// It waits until everything that waits is let go.
    Holds,
}

/// Looks at a piece that passes, and may change it.
pub type Rewrite = Arc<dyn Fn(Way, &mut Vec<u8>) -> Does + Send + Sync>;

#[derive(Debug, Clone, Copy)]
struct State {
    mode: Mode,
    /// Grows when all connections are to end.
    cut: u64,
    end: End,
    /// Grows when what waits is let go.
    released: u64,
}

/// A line to one address.
pub struct Proxy {
    pub port: u16,
    pub counts: Arc<Counts>,
    pub waits: Arc<Waits>,
    state: watch::Sender<State>,
    accepting: AbortHandle,
}

impl Proxy {
    /// A whole one, to `host:port`.
    pub async fn to(behind: String) -> io::Result<Self> {
        Self::rewriting(behind, Arc::new(|_, _| Does::Nothing)).await
    }

    /// One that changes what passes.
    pub async fn rewriting(behind: String, rewrite: Rewrite) -> io::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let port = listener.local_addr()?.port();
        let (counts, waits) = (Arc::new(Counts::default()), Arc::new(Waits::default()));
        let state = watch::Sender::new(State { mode: Mode::Whole, cut: 0, end: End::Closed, released: 0 });
        let line = Line {
            behind,
            counts: Arc::clone(&counts),
            waits: Arc::clone(&waits),
            asked: Arc::default(),
            state: state.subscribe(),
            rewrite,
        };
        let accepting = tokio::spawn(async move {
            while let Ok((near, _)) = listener.accept().await {
                let line = Line { asked: Arc::default(), ..line.clone() };
                tokio::spawn(line.carry(near));
            }
        });
        Ok(Self { port, counts, waits, state, accepting: accepting.abort_handle() })
    }

    /// From now on.
    pub fn set(&self, mode: Mode) {
        self.state.send_modify(|state| {
            state.mode = mode;
            state.cut += u64::from(mode == Mode::Down);
        });
    }

    /// Ends every connection now; new ones work.
    pub fn cut(&self, end: End) {
        self.state.send_modify(|state| (state.cut, state.end) = (state.cut + 1, end));
    }

    /// Lets go what a rewrite holds, in the order in which it came.
    pub fn release(&self) {
        self.state.send_modify(|state| state.released += 1);
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

#[derive(Clone)]
struct Line {
    behind: String,
    counts: Arc<Counts>,
    waits: Arc<Waits>,
    /// Since when the connection owes an answer.
    asked: Arc<Mutex<Option<Instant>>>,
    state: watch::Receiver<State>,
    rewrite: Rewrite,
}

impl Line {
    async fn carry(mut self, near: TcpStream) {
        let mode = self.state.borrow_and_update().mode;
        if mode == Mode::Down {
            self.counts.refused.fetch_add(1, Ordering::Relaxed);
            return;
        }
        if mode == Mode::Stalled {
            self.counts.held.fetch_add(1, Ordering::Relaxed);
            if self.state.wait_for(|state| state.mode != Mode::Stalled).await.is_err() {
                return;
            }
        }
        let Ok(far) = TcpStream::connect(&self.behind).await else { return };
        self.counts.opened.fetch_add(1, Ordering::Relaxed);
        let _ = (near.set_nodelay(true), far.set_nodelay(true));
        let cut = self.state.borrow_and_update().cut;
        let (mut near_in, mut near_out) = near.into_split();
        let (mut far_in, mut far_out) = far.into_split();
        let mut watched = self.state.clone();
        let both = async {
            tokio::join!(
                self.clone().pump(Way::In, &mut near_in, &mut far_out),
                self.clone().pump(Way::Out, &mut far_in, &mut near_out),
            )
        };
        let was_cut = tokio::select! {
            state = watched.wait_for(|state| state.cut != cut) => state.is_ok(),
            _ = both => false,
        };
        if was_cut {
            self.counts.ended.fetch_add(1, Ordering::Relaxed);
            if self.state.borrow().end == End::Reset {
                for end in [near_out, far_out] {
                    let _ = end.as_ref().set_zero_linger();
                    end.forget();
                }
            }
        }
    }

    /// Carries one direction until an end.
    async fn pump(mut self, way: Way, from: &mut OwnedReadHalf, to: &mut OwnedWriteHalf) {
        let mut buffer = vec![0; 64 << 10];
        let mut deaf = false;
        loop {
            let read = match from.read(&mut buffer).await {
                Ok(0) | Err(_) => break,
                Ok(read) => read,
            };
            let mode = self.state.borrow_and_update().mode;
            match mode {
                Mode::Slow(by) => {
                    self.counts.held.fetch_add(1, Ordering::Relaxed);
                    tokio::time::sleep(by).await;
                }
                Mode::Stalled => {
                    self.counts.held.fetch_add(1, Ordering::Relaxed);
                    if self.state.wait_for(|state| state.mode != Mode::Stalled).await.is_err() {
                        break;
                    }
                }
                Mode::HalfOpen => deaf = true,
                Mode::Whole | Mode::Down => {}
            }
            // What was lost once leaves a stream of bytes that makes no sense any more.
            if deaf {
                self.counts.lost.fetch_add(read as u64, Ordering::Relaxed);
                continue;
            }
            let mut piece = buffer[..read].to_vec();
            self.waits.passes(way, &piece, &self.asked);
            match (self.rewrite)(way, &mut piece) {
                Does::Nothing => {}
                Does::Rewrites => {
                    self.counts.rewritten.fetch_add(1, Ordering::Relaxed);
                }
                Does::Holds => {
                    self.counts.held.fetch_add(1, Ordering::Relaxed);
                    let before = self.state.borrow_and_update().released;
                    if self.state.wait_for(|state| state.released != before).await.is_err() {
                        break;
                    }
                }
            }
            if to.write_all(&piece).await.is_err() {
                break;
            }
        }
        if deaf {
            // Nobody is told that the other is gone.
            std::future::pending::<()>().await;
        }
        let _ = to.shutdown().await;
    }
}
