//! What a supervisor sees of messages in and out: whether they come, how many, what could not be taken in, and which
//! orders somebody should ask about. The server's alone: the page is plain HTML.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    backend::Unavailable,
    domain::{Actor, OperatorName, OrderNumber, RequestId, Status, Timestamp},
};

/// Counting stops here: what is more is told as "more than 10,000".
pub const COUNTED: u64 = 10_000;
/// An order on the board with which nothing has happened for so long has gone silent, in hours.
pub const SILENT_HOURS: i64 = 72;

/// A direction of the broker's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Line {
    /// Order messages in.
    Intake,
    /// What happened in the workshop, out.
    Relay,
    /// Letters that could not be taken in, to the radar.
    Letters,
}

impl Line {
    /// All of them, as they are shown.
    pub const ALL: [Self; 3] = [Self::Intake, Self::Relay, Self::Letters];

    /// The name in counters and in the database.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Intake => "intake",
            Self::Relay => "relay",
            Self::Letters => "letters",
        }
    }
}

/// How a direction stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Standing {
    /// At work.
    Working,
    /// Connected; what arrives waits in the broker until the database is back.
    Held,
    /// Not connected yet.
    New,
    /// Cannot be reached.
    Away,
    /// Answers, and one of its queues does not: it has no leader.
    Leaderless,
    /// What is there was made by somebody else, in another way.
    Misdeclared,
    /// The user may not.
    Forbidden,
}

impl Standing {
    const ALL: [Self; 7] = [
        Self::Working,
        Self::Held,
        Self::New,
        Self::Away,
        Self::Leaderless,
        Self::Misdeclared,
        Self::Forbidden,
    ];

    /// The name in the database and in `data-standing`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Working => "working",
            Self::Held => "held",
            Self::New => "new",
            Self::Away => "away",
            Self::Leaderless => "leaderless",
            Self::Misdeclared => "misdeclared",
            Self::Forbidden => "forbidden",
        }
    }

    /// The standing of that name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|standing| standing.name() == name)
    }
}

/// How many servers' lines stand alike.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LineReport {
    /// Which direction.
    pub line: Line,
    /// How it stands there.
    pub standing: Standing,
    /// Since when, at the first of them.
    pub since: Timestamp,
    /// At so many servers.
    pub servers: u32,
}

/// The last message that was taken in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LastMessage {
    /// When it was taken in.
    pub received_at: Timestamp,
    /// When it happened at the source.
    pub occurred_at: Timestamp,
}

/// Messages counted by what became of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// New orders and effective cancellations.
    pub accepted: u64,
    /// Facts of a known order.
    pub updated: u64,
    /// The same message again.
    pub duplicate: u64,
    /// Not the workshop's business.
    pub ignored: u64,
    /// The source had said something newer.
    pub stale: u64,
    /// Could not be taken in and lie in the dead letters.
    pub dead: u64,
    /// Could not be taken in and were told so at once: they are their sender's to repeat.
    pub refused: u64,
}

/// Some of many.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed<T> {
    /// How many there are, counted up to [`COUNTED`] + 1.
    pub total: u64,
    /// The first of them.
    pub items: Vec<T>,
}

/// An order as the source told of it last.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Announced {
    /// What people call it.
    pub number: OrderNumber,
    /// Its status there, by the name on the wire.
    pub status: String,
    /// When that was heard here.
    pub heard_at: Timestamp,
}

impl Announced {
    /// Whether the source is past the approval, which was lost then for certain; one that is only priced may not be
    /// paid yet.
    #[must_use]
    pub fn is_lost(&self) -> bool {
        !matches!(self.status.as_str(), "PRICE_CALCULATED" | "SUBMITTED")
    }
}

/// An order on the board with which nothing has happened for long.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Silent {
    /// What people call it.
    pub number: OrderNumber,
    /// Where it stands.
    pub status: Status,
    /// Since when.
    pub since: Timestamp,
    /// Who has it.
    pub operator: Option<OperatorName>,
}

/// News that wait to be sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Backlog {
    /// How many, counted up to [`COUNTED`] + 1.
    pub count: u64,
    /// Since when the first of them waits.
    pub since: Option<Timestamp>,
}

/// A message that could not be taken in. Everything in it was written by somebody else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letter {
    /// Names it in forms.
    pub id: Uuid,
    /// Why it was put aside: a word of a closed set.
    pub reason: String,
    /// What exactly is wrong with it: `field rule; field rule`.
    pub detail: String,
    /// The beginning of its body.
    pub excerpt: String,
    /// Bytes of its whole body.
    pub bytes: u64,
    /// Whether all of the body is here: without its end it cannot be taken in.
    pub is_whole: bool,
    /// When it was put aside for the first time.
    pub first_at: Timestamp,
    /// And for the last.
    pub last_at: Timestamp,
    /// How often.
    pub times: u32,
    /// How often it was tried again here and was still bad.
    pub tries: u32,
}

/// A letter about which nothing more is to be done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settled {
    /// Names it in forms.
    pub id: Uuid,
    /// The beginning of its body.
    pub excerpt: String,
    /// What became of it: an outcome's name, or `dismissed`.
    pub outcome: String,
    /// When.
    pub at: Timestamp,
    /// By whose word.
    pub by: Option<String>,
}

/// What only the database knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    /// Since midnight by the workshop's wall.
    pub today: Counts,
    /// In the last 60 minutes.
    pub hour: Counts,
    /// Announced by the source (priced or further on) and never approved here; those first that it went on with.
    pub announced: Listed<Announced>,
    /// Submitted and not priced since long.
    pub unpriced: Listed<Announced>,
    /// News that wait.
    pub backlog: Backlog,
    /// Dead letters to be dealt with, oldest first.
    pub letters: Listed<Letter>,
    /// The last ones that were dealt with, newest first.
    pub settled: Vec<Settled>,
}

/// The whole page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Radar {
    /// The server's clock.
    pub now: Timestamp,
    /// Whether there is to be a broker at all.
    pub has_broker: bool,
    /// The broker's lines: those of all servers, or of this one alone while the database is away.
    pub lines: Vec<LineReport>,
    /// The last message, as far as this server knows.
    pub last: Option<LastMessage>,
    /// On the board without a change for [`SILENT_HOURS`], longest first.
    pub silent: Listed<Silent>,
    /// The rest; nothing while the database is away.
    pub known: Option<Known>,
}

/// Messages do not come, or not now: what a supervisor is told on every page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BrokerAway {
    /// How the direction in stands at this server.
    pub standing: Standing,
    /// Since when.
    pub since: Timestamp,
    /// The last message that was taken in.
    pub last: Option<LastMessage>,
}

/// What can be done about a dead letter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LettersAction {
    /// Try to take it in again.
    Replay,
    /// Put it away: nothing can be made of it.
    Dismiss,
}

impl LettersAction {
    /// The name that the answer to a press is stored under.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Replay => "replay",
            Self::Dismiss => "dismiss",
        }
    }
}

/// A press of a button about dead letters.
#[derive(Debug, Clone)]
pub struct LettersAsk {
    /// Who asks.
    pub actor: Actor,
    /// What for.
    pub action: LettersAction,
    /// Which letters.
    pub which: Which,
    /// The same press sent twice is the same answer.
    pub request_id: RequestId,
}

/// Why nothing was done about letters, or not everything.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LettersRefusal {
    /// There is no such letter.
    Unknown,
    /// The database is away, or somebody else is at it. What was done until then is done; the same press again goes on.
    Unavailable(Unavailable),
}

/// Which dead letters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Which {
    /// This one.
    One(Uuid),
    /// All that can be tried, as of now.
    All,
}

/// What became of dead letters that were tried again or put away.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Dealt {
    /// New orders and effective cancellations.
    pub accepted: u64,
    /// Facts of a known order.
    pub updated: u64,
    /// Had come in another way before.
    pub duplicate: u64,
    /// Nothing to do for the workshop: ignored or stale.
    pub idle: u64,
    /// Still bad: back among the dead letters, with the reason of today.
    pub bad: u64,
    /// Cannot be tried, because their end is missing.
    pub cut: u64,
    /// Put away unread by the workshop.
    pub dismissed: u64,
    /// Somebody had dealt with them before.
    pub gone: u64,
    /// Not tried for want of time: press again.
    pub left: u64,
}
