//! The port: everything a browser can make the server do through pages and server functions. The server
//! implements it; `app` knows nothing else of storage, cache or broker.

use async_trait::async_trait;

use uuid::Uuid;

use crate::{
    cache::{CacheState, Comparison, NotCompared},
    domain::{
        Actor, Amount, BoardPage, BoardView, Cancelled, Command, Entry, ModelDigest, Neglected, OperatorName,
        OrderId, OrderNumber, OrderPage, Receipt, Refusal, RequestId, Revision, SavedView, Timestamp,
        ViewName, flow::FlowPage, promise::LEVELS, slow::Report,
    },
    radar::{BrokerAway, Dealt, LettersAsk, LettersRefusal, Radar},
};

/// The database cannot be asked, and the answer is not in memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("temporarily unavailable")]
pub struct Unavailable {
    /// Seconds to wait before the next try.
    pub retry_after: u32,
}

/// Which part of the board a page wants.
#[derive(Debug, Clone)]
pub struct BoardAsk {
    /// Who looks.
    pub actor: Actor,
    /// Search, filters, order.
    pub view: BoardView,
    /// Never older than this (a wait of at most 150 ms).
    pub at_least: Option<Revision>,
    /// At most so many cards a column.
    pub limit: usize,
    /// Without so many before them.
    pub skip: usize,
}

/// A command as it was asked for.
#[derive(Debug, Clone)]
pub struct CommandAsk {
    /// Who asks.
    pub actor: Actor,
    /// What for.
    pub command: Command,
    /// Which order.
    pub id: OrderId,
    /// The version that the person saw.
    pub version: i32,
    /// The same press sent twice is the same answer.
    pub request_id: RequestId,
    /// Why, for steps back.
    pub reason: Option<String>,
}

/// A bonus as it was asked for.
#[derive(Debug, Clone)]
pub struct BonusAsk {
    /// Who asks.
    pub actor: Actor,
    /// On which order.
    pub id: OrderId,
    /// The version that the person saw.
    pub version: i32,
    /// The same press sent twice is the same answer.
    pub request_id: RequestId,
    /// How much, in the currency of the order's pay; 0 takes it back.
    pub amount: Amount,
}

impl BonusAsk {
    /// More is a slip of the finger: 100,000 of any currency.
    pub const MOST: Amount = Amount::from_hundredths(10_000_000);
}

/// An operator's word that they have seen the other model of their order and work to it.
#[derive(Debug, Clone)]
pub struct ConfirmAsk {
    /// Who says so.
    pub actor: Actor,
    /// Of which order.
    pub id: OrderId,
    /// The version that the person saw.
    pub version: i32,
    /// The same press sent twice is the same answer.
    pub request_id: RequestId,
    /// The model that the person saw.
    pub sha256: ModelDigest,
}

/// A log-in that succeeded.
#[derive(Debug, Clone)]
pub struct SignedIn {
    /// Who it is.
    pub actor: Actor,
    /// The session's secret, for the cookie only.
    pub token: String,
    /// Seconds until it ends.
    pub max_age: u64,
}

/// A log-in that did not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LoginRefusal {
    /// Unknown log-in or wrong password; which of them is not told.
    Wrong,
    /// Too many failures; try again after so many seconds.
    TooMany {
        /// Seconds to wait.
        retry_after: u32,
    },
    /// The database is away.
    Unavailable(Unavailable),
}

/// Somebody who has orders in hand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holder {
    /// Who.
    pub operator: OperatorName,
    /// How many actual orders.
    pub orders: u32,
}

/// Why a saved view was not changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ViewRefusal {
    /// A name has 1 to 40 characters.
    Nameless,
    /// Another of this person's views has that name.
    Taken,
    /// This person has twelve.
    TooMany,
    /// This person has no such view.
    Unknown,
    /// The database is away.
    Unavailable(Unavailable),
}

/// What the passport's sheet knows of a step besides.
#[derive(Debug, Clone, PartialEq, Eq, Default, serde::Deserialize)]
pub struct StepNote {
    /// The message that told of it, or that told others.
    pub message: Option<Uuid>,
    /// The trace in which it happened: 32 hexadecimal digits.
    pub trace: Option<String>,
}

/// An order's passport.
#[derive(Debug, Clone, PartialEq)]
pub struct PassportPage {
    /// The server's clock.
    pub now: Timestamp,
    /// The order.
    pub entry: Entry,
    /// One for each step of its history.
    pub notes: Vec<StepNote>,
    /// By when it is ready; nothing where nobody can say.
    pub ready: Option<[Timestamp; LEVELS.len()]>,
    /// By when it was to be ready, as it was promised when the order was approved.
    pub promised: Option<[Timestamp; LEVELS.len()]>,
}

/// What pages and server functions may ask for.
#[async_trait]
pub trait Backend: Send + Sync + 'static {
    /// The server's clock.
    fn now(&self) -> Timestamp;

    /// The first screen of the board, from memory.
    async fn board(&self, ask: BoardAsk) -> Result<BoardPage, Unavailable>;

    /// Orders that nobody has taken for days, from memory; never older than this (a wait of at most 150 ms).
    async fn neglected(&self, at_least: Option<Revision>) -> Result<Neglected, Unavailable>;

    /// Orders that were cancelled while this person had them, until they say that they know; from memory.
    fn cancelled(&self, actor: &Actor) -> Vec<Cancelled>;

    /// Notes that this person knows that their order was cancelled; any other order stays as it is.
    async fn note_cancelled(&self, actor: &Actor, order: OrderId) -> Result<(), Unavailable>;

    /// One order; an actual one from memory, others from the database by key.
    async fn order(
        &self,
        number: &OrderNumber,
        at_least: Option<Revision>,
    ) -> Result<Option<OrderPage>, Unavailable>;

    /// An order's passport with the messages and traces of its steps, actual or not; from the database by key.
    async fn passport(&self, number: &OrderNumber) -> Result<Option<PassportPage>, Unavailable>;

    /// Where the workshop's time goes; `hours` after which a free order counts as waiting long. What stands on the board is
    /// never older than `at_least` (a wait of at most 150 ms), here and below.
    async fn flow(&self, hours: u32, at_least: Option<Revision>) -> Result<FlowPage, Unavailable>;

    /// Carries out a command, or says why not.
    async fn command(&self, ask: CommandAsk) -> Result<Receipt, Refusal>;

    /// Puts a bonus on a free order, or says why not. That a supervisor asks was seen to before.
    async fn bonus(&self, ask: BonusAsk) -> Result<Receipt, Refusal>;

    /// Notes that the operator of an order works to its other model from here on, or says why not.
    async fn confirm_model(&self, ask: ConfirmAsk) -> Result<Receipt, Refusal>;

    /// The last pages that somebody found slow, the newest first.
    async fn slow_reports(&self) -> Result<Vec<Report>, Unavailable>;

    /// Opens a session. `address` is the caller's network address, for the limit on failures.
    async fn login(&self, login: &str, password: &str, address: &str) -> Result<SignedIn, LoginRefusal>;

    /// Ends a session everywhere.
    async fn logout(&self, token: &str) -> Result<(), Unavailable>;

    /// Notes that a person has looked at everything approved up to `until`; up to when they have, then. It only ever
    /// moves forward.
    async fn look(&self, actor: &Actor, until: Timestamp) -> Result<Timestamp, Unavailable>;

    /// A person's saved views, oldest first; at most twelve.
    async fn views(&self, actor: &Actor) -> Result<Vec<SavedView>, Unavailable>;

    /// Keeps a view under a name.
    async fn save_view(&self, actor: &Actor, name: ViewName, view: BoardView) -> Result<(), ViewRefusal>;

    /// Gives a saved view another name.
    async fn rename_view(&self, actor: &Actor, id: Uuid, name: ViewName) -> Result<(), ViewRefusal>;

    /// Forgets a saved view.
    async fn delete_view(&self, actor: &Actor, id: Uuid) -> Result<(), ViewRefusal>;

    /// Who has orders in hand, most orders first; from memory.
    async fn holders(&self, at_least: Option<Revision>) -> Result<Vec<Holder>, Unavailable>;

    /// What a supervisor sees of messages in and out, after so many dead letters.
    async fn radar(&self, after: u32, at_least: Option<Revision>) -> Radar;

    /// Deals with dead letters.
    async fn letters(&self, ask: LettersAsk) -> Result<Dealt, LettersRefusal>;

    /// Messages do not come to this server; nothing when they do, or there is no broker. From memory.
    fn broker_away(&self) -> Option<BrokerAway>;

    /// This server's cache as it knows itself; from memory.
    fn cache(&self) -> CacheState;

    /// Compares the database, Redis and this server's board at one revision. One comparison at a time, and a new one
    /// every ten seconds at most: until then the last one is the answer.
    async fn compare_cache(&self) -> Result<Comparison, NotCompared>;
}
