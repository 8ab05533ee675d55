//! The whole board as ready-made bodies: made on demand, one at a time for each encoding, kept until the board moves
//! on. Readers whom the older body satisfies are not kept waiting while a newer one is made.

use std::{
    io::{self, Write},
    sync::Arc,
    time::Duration,
};

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
/// The same as a row.
const TYPICAL_ROW: usize = 400;
/// Bytes that are handed on together.
const PART: usize = 64 << 10;

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
    /// Its [`tag`].
    pub tag: Bytes,
    /// The encoded bytes.
    pub bytes: Bytes,
}

/// The name of a board's content as HTTP has it, equal on every server: one that was wrong at this revision was named
/// otherwise.
#[must_use]
pub fn tag(board: &Snapshot, encoding: Encoding) -> Bytes {
    let (revision, digest) = (board.revision(), board.digest());
    match encoding {
        Encoding::Identity => format!("W/\"{revision}-{digest}\""),
        _ => format!("W/\"{revision}-{digest}-{}\"", encoding.name()),
    }
    .into()
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
    let slot = core.ready.slot(form, encoding);
    let at = core.near.revision()?;
    // Nearly every reader ends here: nothing is counted for it that the cores share, and the time is not asked for.
    if let Some(made) = &*slot.made.load()
        && made.body.revision == at
        && !core.near.was_wrong(made.taken)
    {
        return Some(made.body.clone());
    }
    let minimum = minimum.min(at);
    let satisfying = || {
        let made = slot.made.load_full()?;
        (made.body.revision >= minimum && !core.near.was_wrong(made.taken)).then_some(made)
    };
    if let Some(made) = satisfying() {
        let age = made.taken.elapsed();
        if age < YOUNG {
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
    let asked = Instant::now();
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
    let (revision, tag) = (near.revision(), tag(&near, encoding));
    let encoded = tokio::task::spawn_blocking(move || encode(&near, form, encoding)).await.ok()?;
    metrics::built(encoding.name());
    let body = Body { revision, tag, bytes: encoded };
    core.ready.slot(form, encoding).made.store(Some(Arc::new(Made { body: body.clone(), taken })));
    Some(body)
}

/// The whole board in this form, encoded.
#[must_use]
pub fn encode(board: &Snapshot, form: Form, encoding: Encoding) -> Bytes {
    let typical = match form {
        Form::Json => TYPICAL,
        Form::Rows => TYPICAL_ROW,
    };
    let mut out = Vec::new();
    // What is compressed is never here as a whole: at 100,000 orders that would be 90 MB more. None of this can fail on
    // a vector.
    let _ = match encoding {
        Encoding::Identity => {
            out.reserve(board.len() * typical);
            write(board, form, &mut out)
        }
        Encoding::Gzip => {
            let mut gzip = flate2::write::GzEncoder::new(&mut out, flate2::Compression::new(6));
            write(board, form, &mut gzip).and_then(|()| gzip.try_finish())
        }
        Encoding::Brotli => {
            let mut brotli = brotli::CompressorWriter::new(&mut out, 64 << 10, 5, 22);
            write(board, form, &mut brotli).and_then(|()| brotli.flush())
        }
    };
    out.shrink_to_fit();
    out.into()
}

fn write(board: &Snapshot, form: Form, out: &mut impl Write) -> io::Result<()> {
    let (revision, orders) = (board.revision(), board.len());
    let (head, tail) = match form {
        Form::Json => (format!("{{\"revision\":\"{revision}\",\"orders\":["), "]}"),
        Form::Rows => (format!("[\"{revision}\",{orders}]\n"), ""),
    };
    out.write_all(head.as_bytes())?;
    let mut part = Vec::with_capacity(PART + 2 * TYPICAL);
    for (place, held) in board.all().enumerate() {
        match form {
            Form::Json => {
                if place > 0 {
                    part.push(b',');
                }
                held.write_json(&mut part);
            }
            Form::Rows => {
                // Half a line would be noticed by whoever reads it.
                serde_json::to_writer(&mut part, &Row(&held.card))?;
                part.push(b'\n');
            }
        }
        if part.len() >= PART {
            out.write_all(&part)?;
            part.clear();
        }
    }
    out.write_all(&part)?;
    out.write_all(tail.as_bytes())
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
