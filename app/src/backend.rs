//! The port: everything a browser can make the server do through pages and server functions. The server
//! implements it; `app` knows nothing else of storage, cache or broker.

use async_trait::async_trait;

use crate::domain::{
    Actor, BoardPage, BoardView, Command, OrderId, OrderNumber, OrderPage, Receipt, Refusal, RequestId,
    Revision, Timestamp,
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

/// What pages and server functions may ask for.
#[async_trait]
pub trait Backend: Send + Sync + 'static {
    /// The server's clock.
    fn now(&self) -> Timestamp;

    /// The first screen of the board, from memory.
    async fn board(&self, ask: BoardAsk) -> Result<BoardPage, Unavailable>;

    /// One order; an actual one from memory, others from the database by key.
    async fn order(
        &self,
        number: &OrderNumber,
        at_least: Option<Revision>,
    ) -> Result<Option<OrderPage>, Unavailable>;

    /// Carries out a command, or says why not.
    async fn command(&self, ask: CommandAsk) -> Result<Receipt, Refusal>;

    /// Opens a session. `address` is the caller's network address, for the limit on failures.
    async fn login(&self, login: &str, password: &str, address: &str) -> Result<SignedIn, LoginRefusal>;

    /// Ends a session everywhere.
    async fn logout(&self, token: &str) -> Result<(), Unavailable>;
}
