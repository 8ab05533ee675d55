//! Boards and changes as they came over the wire, each read once however many people got the same bytes.

use std::{
    io::Read as _,
    sync::{Arc, Mutex, PoisonError},
};

use app::domain::{OrderId, Revision};
use serde_json::Value;

use super::{once::Once, rows};
use crate::history::{digest::Digest, log::Facts, members::Members};

/// Boards that are kept parsed.
const BOARDS: usize = 96;
/// Changes that are, for everybody who follows a stream.
const CHANGES: usize = 2048;

/// An order on a board.
#[derive(Debug, Clone)]
pub struct Line {
    pub order: OrderId,
    pub number: String,
    pub facts: Facts,
}

impl Line {
    /// Whether anybody may take it.
    pub fn is_free(&self) -> bool {
        self.facts.status == "MANUFACTURING_APPROVED"
    }
}

/// A board.
#[derive(Debug, Clone, Default)]
pub struct Board {
    pub at: Revision,
    pub digest: Digest,
    pub lines: Vec<Line>,
}

impl Board {
    /// Reads the body of `GET /api/board`, or with `rows` of `GET /api/board/compact`.
    fn read(body: &[u8], rows: bool) -> Result<Self, String> {
        let told: Value = if rows {
            rows::read(body)?
        } else {
            serde_json::from_slice(body).map_err(|error| error.to_string())?
        };
        let at =
            told["revision"].as_str().and_then(|it| it.parse().ok()).ok_or("a board without revision")?;
        let cards = told["orders"].as_array().ok_or("a board without orders")?;
        let lines = cards.iter().map(line).collect::<Option<Vec<_>>>().ok_or("an order that is none")?;
        let digest = lines.iter().fold(Digest::default(), |sum, line| sum.with(line.facts.digest));
        Ok(Self { at, digest, lines })
    }
}

/// A change of one order.
#[derive(Debug, Clone)]
pub struct Change {
    pub at: Revision,
    /// The order, and its card after it: nothing when it left the board. No order when none can be read, which the check
    /// of the history sees.
    pub order: Option<(OrderId, Option<Digest>)>,
}

/// What became of the bytes.
type Known = Result<Arc<Board>, String>;

/// Everything that anybody got.
pub struct Boards {
    boards: Once<Known>,
    changes: Once<Option<Change>>,
    members: Mutex<Members>,
}

impl Default for Boards {
    fn default() -> Self {
        Self { boards: Once::keeping(BOARDS), changes: Once::keeping(CHANGES), members: Mutex::default() }
    }
}

impl Boards {
    /// Reads a body with this encoding, or finds that it was read before.
    pub fn read(&self, bytes: &[u8], encoding: &str, rows: bool) -> Known {
        self.boards.of(bytes, || {
            let board = Board::read(&decoded(bytes, encoding)?, rows)?;
            self.learn(board.digest, || board.lines.iter().map(|line| line.order).collect());
            Ok(Arc::new(board))
        })
    }

    /// Reads what a stream says of an order; nothing when it names no revision.
    pub fn change(&self, data: &str) -> Option<Change> {
        self.changes.of(data.as_bytes(), || {
            let told: Value = serde_json::from_str(data).ok()?;
            let at = told["revision"].as_str()?.parse().ok()?;
            let (order, card) = match (&told["order"], told["removed"].as_str()) {
                (_, Some(gone)) => (Some(gone), None),
                (card, None) => (card["id"].as_str(), Some(Digest::of(card))),
            };
            Some(Change { at, order: order.and_then(|order| order.parse().ok()).map(|order| (order, card)) })
        })
    }

    /// Notes what is in a board.
    pub fn learn(&self, digest: Digest, orders: impl FnOnce() -> Vec<OrderId>) {
        self.members.lock().unwrap_or_else(PoisonError::into_inner).learn(digest, orders);
    }

    /// All that was noted.
    pub fn members(&self) -> Members {
        std::mem::take(&mut *self.members.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// One card.
fn line(card: &Value) -> Option<Line> {
    Some(Line {
        order: card["id"].as_str()?.parse().ok()?,
        number: card["number"].as_str()?.to_owned(),
        facts: Facts::of(card)?,
    })
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
