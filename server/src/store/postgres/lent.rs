//! Connections that are lent, and how they come back. The driver's own way back asks a connection whether it answers, for
//! as long as that takes (sqlx 0.9.0): on a line that fell silent a quarter of an hour, or for ever where something between
//! still takes what is sent, and so long the pool has one less.
//!
//! A transaction is begun and ended here by its words alone: the driver knows of none, and must not be asked to begin one.

use std::{
    ops::{Deref, DerefMut},
    time::Duration,
};

use futures_util::FutureExt as _;
use sqlx::{PgConnection, Postgres as Driver, pool::PoolConnection, postgres::PgPool};
use tokio::{runtime::Handle, time::timeout};

/// A connection may come back in the middle of a statement that nobody waits for any more. After this it is not waited
/// for either: it is closed, and another one may take its place.
const BACK: Duration = Duration::from_secs(2);

/// A connection of the pool, until it is dropped.
#[derive(Debug)]
pub(super) struct Lent {
    connection: PoolConnection<Driver>,
    /// It may be in a transaction that nobody has ended: it is closed then, which undoes it.
    open: bool,
}

impl Lent {
    /// One that is free and answers.
    pub async fn of(pool: &PgPool) -> sqlx::Result<Self> {
        Ok(Self { connection: pool.acquire().await?, open: false })
    }

    /// One in a transaction. Whoever stops waiting for it leaves nothing open: what has perhaps begun counts as begun.
    pub async fn begin(pool: &PgPool, statement: &'static str) -> sqlx::Result<Self> {
        let mut lent = Self::of(pool).await?;
        lent.open = true;
        sqlx::raw_sql(statement).execute(&mut *lent).await?;
        Ok(lent)
    }

    /// Ends the transaction.
    pub async fn end(&mut self, statement: &'static str) -> sqlx::Result<()> {
        sqlx::raw_sql(statement).execute(&mut **self).await?;
        self.open = false;
        Ok(())
    }
}

impl Deref for Lent {
    type Target = PgConnection;
    fn deref(&self) -> &PgConnection {
        &self.connection
    }
}

impl DerefMut for Lent {
    fn deref_mut(&mut self) -> &mut PgConnection {
        &mut self.connection
    }
}

impl Drop for Lent {
    fn drop(&mut self) {
        // Where this future is dropped, the connection is closed and its place in the pool is free.
        let back = self.connection.return_to_pool();
        if let (false, Ok(runtime)) = (self.open, Handle::try_current()) {
            runtime.spawn(timeout(BACK, back).map(drop));
        }
    }
}
