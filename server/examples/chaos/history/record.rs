//! What a run leaves behind: everything that anybody read or wrote, with when and where, and what was broken meanwhile.

use app::domain::{OrderId, Revision};

use super::{digest::Digest, log::Facts, members::Members};

/// Microseconds since 1970, by the machine's clock, which PostgreSQL reads too.
pub type Micros = i64;

/// Who answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Place {
    /// A server, by its number.
    Server(u8),
    /// Redis, read as a whole.
    Redis,
}

/// From when to when something took.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    pub begun: Micros,
    pub ended: Micros,
}

/// A read of the whole board, or a short run of equal ones: the same client, place and answer.
#[derive(Debug, Clone, PartialEq)]
pub struct Read {
    pub place: Place,
    pub first: Span,
    pub last: Span,
    pub times: u64,
    /// The revision that the answer names.
    pub at: Revision,
    /// The revision that the client asked for at least; the default when it did not.
    pub at_least: Revision,
    /// Of the cards in it.
    pub digest: Digest,
    pub orders: usize,
    /// Since when the answer says that it is current, where it says so: milliseconds exactly, by the database's clock.
    pub fresh_at: Option<Micros>,
}

/// A read of one order.
#[derive(Debug, Clone, PartialEq)]
pub struct OrderRead {
    pub place: Place,
    pub span: Span,
    pub at: Revision,
    pub at_least: Revision,
    pub order: OrderId,
    pub found: Found,
}

/// What a read of one order found.
#[derive(Debug, Clone, PartialEq)]
pub enum Found {
    /// It is not on the board.
    Nothing,
    /// Its whole card.
    Card(Facts),
    /// Its page, which tells version and status.
    Page { version: i64, status: String },
}

/// Something that came out of a stream of changes.
#[derive(Debug, Clone, PartialEq)]
pub struct Heard {
    pub place: Place,
    /// When it was read from the stream.
    pub when: Micros,
    pub what: What,
}

/// What came out of a stream of changes.
#[derive(Debug, Clone, PartialEq)]
pub enum What {
    /// It was opened after a board of this revision and content.
    Begin(Revision, Digest),
    /// A change; what the board is after it.
    Change(Revision, Digest),
    /// It says that there is a gap: the client begins again.
    Reload(Revision),
    /// A certificate: at this revision it was complete at the second moment, when the server's clock said the third.
    Tick(Revision, Micros, Micros),
    /// It ended, for whatever reason.
    End,
}

/// A command, until its outcome was known or given up on.
#[derive(Debug, Clone, PartialEq)]
pub struct Write {
    pub place: Place,
    pub span: Span,
    pub order: OrderId,
    /// The version that the person saw.
    pub version: i64,
    /// `take`, `complete`, …
    pub command: &'static str,
    /// Names the press of the button; repeated when it is sent again.
    pub request: u64,
    pub login: String,
    pub outcome: Outcome,
}

/// What became of a command.
#[derive(Debug, Clone, PartialEq)]
pub enum Outcome {
    /// Carried out: where it stands in the log, and the card after it.
    Done(Revision, Facts),
    /// Refused as too late, with the card as committed.
    Conflict(Facts),
    /// Refused otherwise, with the answer's status; 200 for a receipt that nobody can read.
    Refused(u16),
    /// Nobody can say: no answer, or an outage that says so.
    Unknown(Came),
}

/// What came instead of what was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Came {
    /// An answer, with this status.
    Answer(u16),
    /// The connection was refused, or ended before the answer did.
    End,
    /// Nothing, for as long as anybody waits.
    Nothing,
}

/// An order message that was acknowledged.
#[derive(Debug, Clone, PartialEq)]
pub struct Message {
    pub order: OrderId,
    pub span: Span,
    pub says: Says,
}

/// What an order message says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Says {
    /// It is to be made.
    Approved,
    /// The customer does not want it any more; it was on a board before.
    Cancelled,
}

/// A model that was fetched for an order.
#[derive(Debug, Clone, PartialEq)]
pub struct ModelRead {
    pub place: Place,
    pub span: Span,
    pub order: OrderId,
    /// The board that named it.
    pub at: Revision,
    /// The hash that it was fetched by.
    pub named: String,
    /// The hash of what came; nothing when it was not served.
    pub served: Option<String>,
    /// What came instead, and why.
    pub refused: Option<(Came, String)>,
}

/// A read that had no answer, or a failure for one.
#[derive(Debug, Clone, PartialEq)]
pub struct Failed {
    pub place: Place,
    pub span: Span,
    /// The order that was asked for: one that has left is not on the board, and its page needs the database.
    pub about: Option<OrderId>,
    pub came: Came,
    pub why: String,
}

/// One line of a client's history. Nearly all of them come out of streams, a hundred million in an hour: what is larger lies
/// elsewhere.
#[derive(Debug, Clone, PartialEq)]
pub enum Record {
    Board(Box<Read>),
    Order(Box<OrderRead>),
    Stream(Heard),
    Write(Box<Write>),
    Message(Box<Message>),
    Model(Box<ModelRead>),
    Failed(Box<Failed>),
}

/// Which part was broken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    Postgres,
    Redis,
    /// The server itself was frozen.
    Frozen,
    /// The server itself was dead, until it was ready again.
    Dead,
    /// The machine had no core for it.
    Starved,
    /// The store of models.
    Store,
    /// The broker, a clock.
    Other,
}

/// Something was broken.
#[derive(Debug, Clone, PartialEq)]
pub struct Trouble {
    /// What it was, for those who look for the reason of something.
    pub name: String,
    /// For this server alone, or for everybody.
    pub server: Option<u8>,
    pub part: Part,
    pub from: Micros,
    pub to: Micros,
}

/// The database was seen at this revision by somebody who reached it past everything that was broken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sighting {
    pub at: Revision,
    pub begun: Micros,
    pub ended: Micros,
}

/// A whole run.
#[derive(Debug, Clone, Default)]
pub struct History {
    /// Each client's lines, in the order in which they ended.
    pub clients: Vec<Vec<Record>>,
    pub troubles: Vec<Trouble>,
    pub sightings: Vec<Sighting>,
    /// Which orders are in a board of this content.
    pub boards: Members,
}

/// Equal reads become one line for this long at most, so that what was broken during a part of them is still told
/// apart.
const RUN: Micros = 100_000;

/// Adds a read to a client's lines.
pub fn note(lines: &mut Vec<Record>, read: Read) {
    if let Some(Record::Board(last)) = lines.last_mut() {
        let same = (last.place, last.at, last.at_least, last.digest, last.orders, last.fresh_at)
            == (read.place, read.at, read.at_least, read.digest, read.orders, read.fresh_at);
        if same && read.last.ended - last.first.begun < RUN {
            last.times += read.times;
            last.last = read.last;
            return;
        }
    }
    lines.push(Record::Board(Box::new(read)));
}
