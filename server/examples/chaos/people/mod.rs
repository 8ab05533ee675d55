//! Who works and reads: operators at their benches, readers with open boards, the shop that sends orders, and boards
//! that live in this very program.

pub mod board;
pub mod client;
pub mod crew;
pub mod near;
pub mod once;
pub mod post;
pub mod reader;
mod rows;
pub mod shop;
pub mod stream;

use std::{
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use rand::{Rng as _, SeedableRng as _, rngs::StdRng};

use crate::history::record::{Micros, Record};
use board::Boards;

/// Microseconds since 1970.
pub fn now() -> Micros {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Micros::try_from(since.as_micros()).unwrap_or(Micros::MAX)
}

/// What everybody shares.
pub struct Crowd {
    /// Everybody goes home.
    pub over: AtomicBool,
    /// Boards that were read already.
    pub boards: Boards,
    /// Finished histories.
    pub histories: Mutex<Vec<Vec<Record>>>,
    /// Commands that were carried out so far.
    pub done: AtomicU64,
    /// Messages that were acknowledged so far.
    pub messages: AtomicU64,
    /// Races for a free order.
    pub races: AtomicU64,
    /// Orders that went by RabbitMQ and were confirmed.
    pub posted: Mutex<Vec<uuid::Uuid>>,
    /// Orders whose cancellation did.
    pub cancelled: Mutex<Vec<uuid::Uuid>>,
    /// Reads so far.
    pub reads: AtomicU64,
    pub servers: usize,
    seed: u64,
    next: AtomicU64,
}

impl Crowd {
    /// For a run of this seed against so many servers.
    pub fn new(seed: u64, servers: usize) -> Arc<Self> {
        Arc::new(Self {
            over: AtomicBool::new(false),
            boards: Boards::default(),
            histories: Mutex::default(),
            done: AtomicU64::new(0),
            messages: AtomicU64::new(0),
            races: AtomicU64::new(0),
            posted: Mutex::default(),
            cancelled: Mutex::default(),
            reads: AtomicU64::new(0),
            servers,
            seed,
            next: AtomicU64::new(0),
        })
    }

    /// Dice for the next of them: the same ones for the same seed.
    pub fn dice(&self) -> StdRng {
        StdRng::seed_from_u64(self.seed.wrapping_mul(1_000_003) ^ self.next.fetch_add(1, Ordering::Relaxed))
    }

    /// Whether it is over.
    pub fn is_over(&self) -> bool {
        self.over.load(Ordering::Relaxed)
    }

    /// Hands in one client's history.
    pub fn hand_in(&self, lines: Vec<Record>) {
        self.histories.lock().unwrap_or_else(PoisonError::into_inner).push(lines);
    }

    /// Any server.
    pub fn some_server(&self, dice: &mut StdRng) -> usize {
        dice.random_range(0..self.servers)
    }
}

/// A moment's rest, around so many milliseconds.
pub async fn rest(dice: &mut StdRng, about: u64) {
    tokio::time::sleep(Duration::from_millis(dice.random_range(about / 2..=about * 3 / 2))).await;
}
