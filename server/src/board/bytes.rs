//! The whole board as ready-made bodies: made on demand, one at a time for each encoding, kept until the board moves
//! on. Readers whom the older body satisfies are not kept waiting while a newer one is made.

use std::{io::Write as _, sync::Arc, time::Duration};

use app::domain::{Revision, Row};
use arc_swap::ArcSwapOption;
use bytes::Bytes;
use tokio::{sync::Mutex, time::Instant};

use super::{Snapshot, core::Core, metrics};

/// Younger than this, a body that the board has moved on from is good for those who did not ask for more: a burst
/// of changes makes five bodies a second at most.
const YOUNG: Duration = Duration::from_millis(200);
/// Younger than this, it is still served while the next one is being made. The sum of both stays well below the
/// second within which a change must be visible.
const SERVED: Duration = Duration::from_millis(600);

/// What a ready-made body says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// `{"revision","orders":[card…]}`: the contract's.
    Json,
    /// For our own pages, which read it in slices: a line `["<revision>",<orders>]`, then a line for each order with
    /// the values of its card without their names ([`Row`]).
    Rows,
}

/// Bytes that a card takes as JSON, and then some: room for the whole board is made at once.
const TYPICAL: usize = 900;

/// Encodings of the ready-made board.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    /// As it is.
    Identity,
    /// brotli.
    Brotli,
    /// gzip.
    Gzip,
}

impl Encoding {
    const fn name(self) -> &'static str {
        match self {
            Self::Identity => "identity",
            Self::Brotli => "br",
            Self::Gzip => "gzip",
        }
    }
}

/// A ready-made body.
#[derive(Debug, Clone)]
pub struct Body {
    /// Of which revision it is; the body says the same.
    pub revision: Revision,
    /// The encoded bytes.
    pub bytes: Bytes,
}

#[derive(Debug)]
struct Made {
    body: Body,
    taken: Instant,
}

#[derive(Debug, Default)]
struct Slot {
    made: ArcSwapOption<Made>,
    maker: Arc<Mutex<()>>,
}

/// The newest body of each encoding.
#[derive(Debug, Default)]
struct Bodies {
    identity: Slot,
    brotli: Slot,
    gzip: Slot,
}

/// The newest body of each form and encoding.
#[derive(Debug, Default)]
pub(super) struct Ready {
    json: Bodies,
    rows: Bodies,
}

impl Ready {
    const fn slot(&self, form: Form, encoding: Encoding) -> &Slot {
        let bodies = match form {
            Form::Json => &self.json,
            Form::Rows => &self.rows,
        };
        match encoding {
            Encoding::Identity => &bodies.identity,
            Encoding::Brotli => &bodies.brotli,
            Encoding::Gzip => &bodies.gzip,
        }
    }
}

/// A body at or after `minimum`, or the newest there is when the board itself is not that far; `None` before the
/// first board.
pub(super) async fn body(
    core: &Arc<Core>,
    minimum: Revision,
    form: Form,
    encoding: Encoding,
) -> Option<Body> {
    let asked = Instant::now();
    let slot = core.ready.slot(form, encoding);
    let near = core.near.snapshot()?;
    let minimum = minimum.min(near.revision());
    let satisfying = || slot.made.load_full().filter(|made| made.body.revision >= minimum);
    if let Some(made) = satisfying() {
        let age = made.taken.elapsed();
        if made.body.revision == near.revision() || age < YOUNG {
            return Some(made.body.clone());
        }
        if age < SERVED {
            if let Ok(making) = Arc::clone(&slot.maker).try_lock_owned() {
                let core = Arc::clone(core);
                tokio::spawn(async move {
                    make(&core, form, encoding).await;
                    drop(making);
                });
            }
            return Some(made.body.clone());
        }
    }
    let _making = slot.maker.lock().await;
    // What was begun after this reader asked is as new as this reader can want.
    match satisfying().filter(|made| made.taken >= asked || core.near.revision() == Some(made.body.revision))
    {
        Some(made) => Some(made.body.clone()),
        None => make(core, form, encoding).await,
    }
}

async fn make(core: &Core, form: Form, encoding: Encoding) -> Option<Body> {
    let taken = Instant::now();
    let near = core.near.snapshot()?;
    let revision = near.revision();
    let encoded = tokio::task::spawn_blocking(move || encode(&near, form, encoding)).await.ok()?;
    metrics::built(encoding.name());
    let body = Body { revision, bytes: encoded };
    core.ready.slot(form, encoding).made.store(Some(Arc::new(Made { body: body.clone(), taken })));
    Some(body)
}

/// The whole board in this form, encoded.
#[must_use]
pub fn encode(board: &Snapshot, form: Form, encoding: Encoding) -> Bytes {
    let plain = match form {
        Form::Json => plain(board),
        Form::Rows => rows(board),
    };
    let mut out = Vec::with_capacity(plain.len() / 6);
    // Neither can fail on a vector.
    match encoding {
        Encoding::Identity => return plain.into(),
        Encoding::Gzip => {
            let mut gzip = flate2::write::GzEncoder::new(&mut out, flate2::Compression::new(6));
            let _ = gzip.write_all(&plain).and_then(|()| gzip.try_finish());
        }
        Encoding::Brotli => {
            let mut brotli = brotli::CompressorWriter::new(&mut out, 64 << 10, 5, 22);
            let _ = brotli.write_all(&plain).and_then(|()| brotli.flush());
        }
    }
    out.into()
}

fn plain(board: &Snapshot) -> Vec<u8> {
    let mut out = format!("{{\"revision\":\"{}\",\"orders\":[", board.revision()).into_bytes();
    out.reserve(board.len() * TYPICAL);
    for (place, held) in board.all().enumerate() {
        if place > 0 {
            out.push(b',');
        }
        held.write_json(&mut out);
    }
    out.extend_from_slice(b"]}");
    out
}

fn rows(board: &Snapshot) -> Vec<u8> {
    let mut out = format!("[\"{}\",{}]\n", board.revision(), board.len()).into_bytes();
    out.reserve(board.len() * 400);
    for held in board.all() {
        // Writing a card to a vector cannot fail; half a line would be noticed by whoever reads it.
        let _ = serde_json::to_writer(&mut out, &Row(&held.card));
        out.push(b'\n');
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use app::domain::Timestamp;

    #[test]
    fn an_empty_board_is_whole_json_too() {
        let board = Snapshot::empty(Revision::new(1, 7), Timestamp::from_millis(0));
        assert_eq!(encode(&board, Form::Json, Encoding::Identity), r#"{"revision":"1.7","orders":[]}"#);
        assert_eq!(encode(&board, Form::Rows, Encoding::Identity), "[\"1.7\",0]\n");
    }
}
