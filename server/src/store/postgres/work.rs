//! A transaction that changes something, bounded in time.

use sqlx::PgConnection;

use super::{Postgres, lent::Lent};
use crate::store::StoreError;

/// One round trip: the transaction and its bounds. A person waits for it, so a blocked row or a lost client must not
/// hold a connection; the pool's other users (the refresh, migrations) keep their own bounds.
const BEGIN: &str = "BEGIN ISOLATION LEVEL READ COMMITTED; SET LOCAL lock_timeout = '2s'; \
                     SET LOCAL statement_timeout = '5s'; SET LOCAL idle_in_transaction_session_timeout = '10s'";

/// A transaction. Dropped without [`Work::commit`], it leaves nothing behind.
#[derive(Debug)]
pub struct Work {
    lent: Lent,
}

impl Postgres {
    /// Begins a transaction that changes something.
    ///
    /// # Errors
    /// When the database is away.
    #[tracing::instrument(skip_all)]
    pub async fn begin(&self) -> Result<Work, StoreError> {
        self.begin_with(BEGIN).await
    }

    /// The same with bounds of its own.
    pub(super) async fn begin_with(&self, begin: &'static str) -> Result<Work, StoreError> {
        super::counted();
        let lent = Lent::begin(&self.pool, begin).await.map_err(StoreError::during("begin transaction"))?;
        Ok(Work { lent })
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
        self.lent.end("COMMIT").await.map_err(StoreError::during("commit"))
    }

    /// Undoes it, and keeps the connection: one that is left in a transaction is closed.
    ///
    /// # Errors
    /// When the database is away; it is undone then, too.
    #[tracing::instrument(skip_all)]
    pub async fn roll_back(mut self) -> Result<(), StoreError> {
        super::counted();
        self.lent.end("ROLLBACK").await.map_err(StoreError::during("roll back"))
    }

    /// The connection, for a statement of this folder.
    pub(super) fn connection(&mut self) -> &mut PgConnection {
        super::counted();
        &mut self.lent
    }
}
