//! Orders that were cancelled under an operator's hands.

use app::domain::{Cancelled, OrderId, Timestamp};
use uuid::Uuid;

use super::{Postgres, moment};
use crate::store::StoreError;

impl Postgres {
    /// Orders that were cancelled after `since` while somebody had them, and that their operator has not said to know
    /// of; the newest first, `most` at most. Each with its operator.
    ///
    /// # Errors
    /// When the database is away, or holds what is no order.
    #[tracing::instrument(skip_all)]
    pub async fn read_cancelled(
        &self,
        since: Timestamp,
        most: u32,
    ) -> Result<Vec<(Uuid, Cancelled)>, StoreError> {
        const OPERATION: &str = "read cancelled orders";
        super::counted();
        let rows: Vec<(Uuid, String, String, Uuid)> = sqlx::query_as(include_str!("sql/read_cancelled.sql"))
            .bind(moment::to_driver(since))
            .bind(i64::from(most))
            .fetch_all(self.any())
            .await
            .map_err(StoreError::during(OPERATION))?;
        rows.into_iter()
            .map(|(id, number, title, operator)| {
                let number = number.parse().map_err(|error| StoreError::unreadable(OPERATION, error))?;
                Ok((operator, Cancelled { id: OrderId(id), number, title }))
            })
            .collect()
    }

    /// Notes that an operator knows that their order was cancelled; whether it was news. An order that is not theirs or
    /// is not cancelled stays as it is.
    ///
    /// # Errors
    /// When the database is away.
    #[tracing::instrument(skip_all, fields(order.id = %order))]
    pub async fn note_cancelled(
        &self,
        order: OrderId,
        user: Uuid,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        super::counted();
        let noted = sqlx::query(include_str!("sql/note_cancelled.sql"))
            .bind(order.0)
            .bind(user)
            .bind(moment::to_driver(now))
            .execute(self.any())
            .await
            .map_err(StoreError::during("note cancellation"))?;
        Ok(noted.rows_affected() == 1)
    }
}
