//! News on their way out. Commands write them in their own transaction; here they are read, marked and forgotten.

use app::domain::{OrderId, Timestamp, TraceParent};
use time::OffsetDateTime;
use uuid::Uuid;

use super::{Postgres, Work, moment};
use crate::store::StoreError;

/// The lock of whoever sends: "verstak" in ASCII. It saves work; the order of news does not depend on it.
const SENDER: i64 = 0x0076_6572_7374_616b;

/// One piece of news that nobody was told yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct News {
    /// Its row.
    pub id: i64,
    /// Its identity, the same however often it is sent.
    pub message: Uuid,
    /// Whose news.
    pub order: OrderId,
    /// Where it goes.
    pub routing_key: String,
    /// What it says, as JSON.
    pub payload: String,
    /// The trace that it belongs to.
    pub traceparent: Option<TraceParent>,
}

/// What waits in the outbox.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Waiting {
    /// How many; counted up to 10,001.
    pub count: u64,
    /// Since when the first one waits.
    pub since: Option<Timestamp>,
}

impl Work {
    /// Becomes the one sender until this transaction ends; `false`: somebody else is.
    ///
    /// # Errors
    /// When the database is away.
    #[tracing::instrument(skip_all)]
    pub async fn become_sender(&mut self) -> Result<bool, StoreError> {
        sqlx::query_scalar(include_str!("sql/become_sender.sql"))
            .bind(SENDER)
            .fetch_one(self.connection())
            .await
            .map_err(StoreError::during("become sender"))
    }

    /// The first news that wait, in the order of their commits, to be marked in this transaction.
    ///
    /// # Errors
    /// When the database is away or does not write.
    #[tracing::instrument(skip_all)]
    pub async fn waiting_news(&mut self, limit: u32) -> Result<Vec<News>, StoreError> {
        type Row = (i64, Uuid, Uuid, String, String, Option<String>);
        let rows: Vec<Row> = sqlx::query_as(include_str!("sql/waiting_news.sql"))
            .bind(i64::from(limit))
            .fetch_all(self.connection())
            .await
            .map_err(StoreError::during("read outbox"))?;
        let news = |(id, message, order, routing_key, payload, traceparent): Row| News {
            id,
            message,
            order: OrderId(order),
            routing_key,
            payload,
            traceparent: traceparent.and_then(|text| text.parse().ok()),
        };
        Ok(rows.into_iter().map(news).collect())
    }

    /// Marks news as sent; returns how many were not marked before.
    ///
    /// # Errors
    /// When the database is away.
    #[tracing::instrument(skip_all)]
    pub async fn mark_published(&mut self, ids: &[i64], now: Timestamp) -> Result<u64, StoreError> {
        let done = sqlx::query(include_str!("sql/mark_published.sql"))
            .bind(ids)
            .bind(moment::to_driver(now))
            .execute(self.connection())
            .await
            .map_err(StoreError::during("mark news as sent"))?;
        Ok(done.rows_affected())
    }
}

impl Postgres {
    /// What waits in the outbox.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn waiting(&self) -> Result<Waiting, StoreError> {
        super::counted();
        let (count, since): (i64, Option<OffsetDateTime>) =
            sqlx::query_as(include_str!("sql/outbox_state.sql"))
                .fetch_one(self.any())
                .await
                .map_err(StoreError::during("look at outbox"))?;
        Ok(Waiting { count: u64::try_from(count).unwrap_or_default(), since: since.map(moment::from_driver) })
    }

    /// Forgets news that were sent before a moment, at most `limit` of them; returns how many.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn forget_news(&self, before: Timestamp, limit: u32) -> Result<u64, StoreError> {
        self.forget(include_str!("sql/forget_news.sql"), before, limit, "forget news").await
    }

    /// Forgets messages that came before a moment, at most `limit` of them, but none of an order that is on the
    /// board; returns how many.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn forget_messages(&self, before: Timestamp, limit: u32) -> Result<u64, StoreError> {
        self.forget(include_str!("sql/forget_messages.sql"), before, limit, "forget messages").await
    }

    pub(super) async fn forget(
        &self,
        statement: &'static str,
        before: Timestamp,
        limit: u32,
        operation: &'static str,
    ) -> Result<u64, StoreError> {
        super::counted();
        let done = sqlx::query(statement)
            .bind(moment::to_driver(before))
            .bind(i64::from(limit))
            .execute(self.any())
            .await
            .map_err(StoreError::during(operation))?;
        Ok(done.rows_affected())
    }
}
