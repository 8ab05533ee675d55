//! Statements that end: with an answer, or when their time is over. On a line that fell silent the driver would wait for
//! ever, and whoever asks with it.

use std::{
    future::Future,
    io,
    ops::{Deref, DerefMut},
    time::Duration,
};

use futures_util::{
    StreamExt as _, TryFutureExt as _,
    future::BoxFuture,
    stream::{self, BoxStream},
};
use sqlx::{
    Describe, Either, Execute, Executor, PgConnection, Postgres as Driver, SqlStr,
    postgres::{PgPool, PgQueryResult, PgRow, PgStatement, PgTypeInfo},
};
use tokio::time::timeout;

use super::lent::Lent;

/// Runs one statement, for so long at most.
#[derive(Debug)]
pub(super) struct Bounded<'c> {
    pub on: On<'c>,
    pub patience: Duration,
}

/// On what it runs.
#[derive(Debug)]
pub(super) enum On<'c> {
    /// Any connection of the pool.
    Pool(&'c PgPool),
    /// One that somebody holds.
    Held(&'c mut PgConnection),
}

/// The answer, or that none came in time: the same as from a line that is broken.
pub(super) async fn within<T>(
    patience: Duration,
    asked: impl Future<Output = sqlx::Result<T>>,
) -> sqlx::Result<T> {
    let late = |_| Err(sqlx::Error::Io(io::ErrorKind::TimedOut.into()));
    timeout(patience, asked).await.unwrap_or_else(late)
}

enum Connection<'c> {
    Lent(Lent),
    Held(&'c mut PgConnection),
}

impl Deref for Connection<'_> {
    type Target = PgConnection;
    fn deref(&self) -> &PgConnection {
        match self {
            Self::Lent(lent) => lent,
            Self::Held(held) => held,
        }
    }
}

impl DerefMut for Connection<'_> {
    fn deref_mut(&mut self) -> &mut PgConnection {
        match self {
            Self::Lent(lent) => lent,
            Self::Held(held) => held,
        }
    }
}

impl<'c> On<'c> {
    async fn connection(self) -> sqlx::Result<Connection<'c>> {
        Ok(match self {
            Self::Pool(pool) => Connection::Lent(Lent::of(pool).await?),
            Self::Held(held) => Connection::Held(held),
        })
    }
}

impl<'c> Executor<'c> for Bounded<'c> {
    type Database = Driver;

    fn fetch_many<'e, 'q: 'e, E>(self, query: E) -> BoxStream<'e, sqlx::Result<Either<PgQueryResult, PgRow>>>
    where
        'c: 'e,
        E: 'q + Execute<'q, Driver>,
    {
        let asked = async move {
            let mut connection = self.on.connection().await?;
            // All of them together: what is long is read in parts.
            let rows = async { Ok(connection.fetch_many(query).collect::<Vec<_>>().await) };
            Ok(stream::iter(within(self.patience, rows).await?))
        };
        Box::pin(asked.try_flatten_stream())
    }

    fn fetch_optional<'e, 'q: 'e, E>(self, query: E) -> BoxFuture<'e, sqlx::Result<Option<PgRow>>>
    where
        'c: 'e,
        E: 'q + Execute<'q, Driver>,
    {
        Box::pin(async move {
            let mut connection = self.on.connection().await?;
            within(self.patience, connection.fetch_optional(query)).await
        })
    }

    fn prepare_with<'e>(
        self,
        sql: SqlStr,
        parameters: &'e [PgTypeInfo],
    ) -> BoxFuture<'e, sqlx::Result<PgStatement>>
    where
        'c: 'e,
    {
        Box::pin(async move {
            let mut connection = self.on.connection().await?;
            within(self.patience, connection.prepare_with(sql, parameters)).await
        })
    }

    fn describe<'e>(self, sql: SqlStr) -> BoxFuture<'e, sqlx::Result<Describe<Driver>>>
    where
        'c: 'e,
    {
        Box::pin(async move {
            let mut connection = self.on.connection().await?;
            within(self.patience, connection.describe(sql)).await
        })
    }
}
