//! A transaction that changes something, bounded in time.

use std::{sync::Arc, time::Duration};

use tokio::sync::OwnedSemaphorePermit;

use super::{
    Postgres,
    bounded::{Bounded, On, within},
    lent::Lent,
};
use crate::store::StoreError;

/// Of so many transactions of a server that change orders together, each may fall silent, and one behind the other holds what
/// everybody waits for. Who waits for a lock waits longer than for these.
pub(super) const AT_ONCE: usize = 2;

/// One round trip: the transaction and its bounds. A person waits for it, so a blocked row or a lost client must not
/// hold a connection; the pool's other users (the refresh, migrations) keep their own bounds. Whoever falls silent between
/// two statements may hold an order, or the clock and with it everybody's commits: after a second the transaction is ended,
/// and who waits for a lock waits longer than for two of those in a row.
const BEGIN: &str = "BEGIN ISOLATION LEVEL READ COMMITTED; SET LOCAL lock_timeout = '3s'; \
                     SET LOCAL statement_timeout = '5s'; SET LOCAL idle_in_transaction_session_timeout = '1s'";

/// The same for whoever does something else meanwhile: the broker, or another transaction, has its own time.
const BEGIN_HOLDING: &str = "BEGIN ISOLATION LEVEL READ COMMITTED; SET LOCAL lock_timeout = '3s'; \
                             SET LOCAL statement_timeout = '5s'; SET LOCAL idle_in_transaction_session_timeout = '10s'";

/// Twice as long as the database lets a statement take: whoever has heard nothing by then has a line that fell silent.
const PATIENCE: Duration = Duration::from_secs(10);

/// A transaction. Dropped without [`Work::commit`], it leaves nothing behind.
#[derive(Debug)]
pub struct Work {
    lent: Lent,
    patience: Duration,
    /// Its turn, where turns are taken.
    _turn: Option<OwnedSemaphorePermit>,
}

impl Postgres {
    /// Begins a transaction that changes something. It is ended when a second goes by between two of its statements. A server
    /// has two of these at most, the next one waits.
    ///
    /// # Errors
    /// When the database is away.
    #[tracing::instrument(skip_all)]
    pub async fn begin(&self) -> Result<Work, StoreError> {
        super::counted();
        let begun = async {
            let turn = Arc::clone(&self.turns).acquire_owned().await.map_err(|_| sqlx::Error::PoolClosed)?;
            Ok((Lent::begin(&self.pool, BEGIN).await?, turn))
        };
        let begun = within(PATIENCE, begun).await.map_err(StoreError::during("begin transaction"));
        begun.map(|(lent, turn)| Work { lent, patience: PATIENCE, _turn: Some(turn) })
    }

    /// Begins a transaction that is held while something else is done. It may lock what nobody's order waits for.
    ///
    /// # Errors
    /// When the database is away.
    #[tracing::instrument(skip_all)]
    pub async fn begin_holding(&self) -> Result<Work, StoreError> {
        self.begin_with(BEGIN_HOLDING, PATIENCE).await
    }

    /// The same with bounds of its own, and so much patience with each statement.
    pub(super) async fn begin_with(
        &self,
        begin: &'static str,
        patience: Duration,
    ) -> Result<Work, StoreError> {
        super::counted();
        let begun = within(patience, Lent::begin(&self.pool, begin)).await;
        Ok(Work { lent: begun.map_err(StoreError::during("begin transaction"))?, patience, _turn: None })
    }
}

impl Work {
    /// Makes it last.
    ///
    /// # Errors
    /// When the database refuses at the last moment or is away; in the second case it may have happened or not.
    #[tracing::instrument(skip_all)]
    pub async fn commit(mut self) -> Result<(), StoreError> {
        super::counted();
        within(self.patience, self.lent.end("COMMIT")).await.map_err(StoreError::during("commit"))
    }

    /// Undoes it, and keeps the connection: one that is left in a transaction is closed.
    ///
    /// # Errors
    /// When the database is away; it is undone then, too.
    #[tracing::instrument(skip_all)]
    pub async fn roll_back(mut self) -> Result<(), StoreError> {
        super::counted();
        within(self.patience, self.lent.end("ROLLBACK")).await.map_err(StoreError::during("roll back"))
    }

    /// The connection, for a statement of this folder.
    pub(super) fn connection(&mut self) -> Bounded<'_> {
        super::counted();
        Bounded { on: On::Held(&mut self.lent), patience: self.patience }
    }
}
