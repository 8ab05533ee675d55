//! Boards as they came over the wire, each read once however many people got the same bytes.

use std::{
    collections::{HashMap, VecDeque},
    hash::{BuildHasher as _, BuildHasherDefault, DefaultHasher},
    io::Read as _,
    sync::{Arc, Mutex, PoisonError},
};

use app::domain::{OrderId, Revision};
use serde_json::Value;

use crate::history::{digest::Digest, log::Facts};

/// Boards that are kept parsed.
const KEPT: usize = 96;

/// An order on a board.
#[derive(Debug, Clone)]
pub struct Line {
    pub order: OrderId,
    pub number: String,
    pub facts: Facts,
}

/// A board.
#[derive(Debug, Clone, Default)]
pub struct Board {
    pub at: Revision,
    pub digest: Digest,
    pub lines: Vec<Line>,
}

impl Board {
    /// Reads the body of `GET /api/board`.
    pub fn read(body: &[u8]) -> Result<Self, String> {
        let told: Value = serde_json::from_slice(body).map_err(|error| error.to_string())?;
        let at =
            told["revision"].as_str().and_then(|it| it.parse().ok()).ok_or("a board without revision")?;
        let cards = told["orders"].as_array().ok_or("a board without orders")?;
        let lines = cards.iter().map(line).collect::<Option<Vec<_>>>().ok_or("an order that is none")?;
        let digest = lines.iter().fold(Digest::default(), |sum, line| sum.with(line.facts.digest));
        Ok(Self { at, digest, lines })
    }
}

/// One card.
pub fn line(card: &Value) -> Option<Line> {
    Some(Line {
        order: card["id"].as_str()?.parse().ok()?,
        number: card["number"].as_str()?.to_owned(),
        facts: Facts::of(card)?,
    })
}

/// What became of the bytes.
type Known = Result<Arc<Board>, String>;

/// Every board that anybody got.
#[derive(Default)]
pub struct Boards {
    recent: Mutex<(HashMap<u64, Known>, VecDeque<u64>)>,
    /// Which orders are in a board of this content.
    members: Mutex<HashMap<Digest, Vec<OrderId>>>,
}

impl Boards {
    /// Reads a body with this encoding, or finds that it was read before.
    pub fn read(&self, bytes: &[u8], encoding: &str) -> Known {
        let name = BuildHasherDefault::<DefaultHasher>::default().hash_one(bytes);
        if let Some(known) = self.recent.lock().unwrap_or_else(PoisonError::into_inner).0.get(&name) {
            return known.clone();
        }
        let read = decoded(bytes, encoding).and_then(|body| Board::read(&body)).map(Arc::new);
        if let Ok(board) = &read {
            self.learn(board.digest, || board.lines.iter().map(|line| line.order).collect());
        }
        let mut recent = self.recent.lock().unwrap_or_else(PoisonError::into_inner);
        if recent.0.insert(name, read.clone()).is_none() {
            recent.1.push_back(name);
        }
        if recent.1.len() > KEPT
            && let Some(oldest) = recent.1.pop_front()
        {
            recent.0.remove(&oldest);
        }
        read
    }

    /// Notes what is in a board.
    pub fn learn(&self, digest: Digest, orders: impl FnOnce() -> Vec<OrderId>) {
        let mut members = self.members.lock().unwrap_or_else(PoisonError::into_inner);
        members.entry(digest).or_insert_with(orders);
    }

    /// All that was noted.
    pub fn members(&self) -> HashMap<Digest, Vec<OrderId>> {
        std::mem::take(&mut *self.members.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

fn decoded(bytes: &[u8], encoding: &str) -> Result<Vec<u8>, String> {
    let mut plain = Vec::with_capacity(bytes.len() * 8);
    let read = match encoding {
        "br" => brotli::Decompressor::new(bytes, 64 << 10).read_to_end(&mut plain),
        "gzip" => flate2::read::GzDecoder::new(bytes).read_to_end(&mut plain),
        _ => return Ok(bytes.to_vec()),
    };
    read.map_err(|error| error.to_string())?;
    Ok(plain)
}
