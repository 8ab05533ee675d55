//! Up to when a person has looked at the board.

use app::domain::Timestamp;
use time::OffsetDateTime;
use uuid::Uuid;

use super::{Postgres, moment};
use crate::store::StoreError;

impl Postgres {
    /// Moves a person's watermark to `until`, never back; where it stands now. The other servers are told.
    ///
    /// # Errors
    /// When the database is away.
    #[tracing::instrument(skip_all)]
    pub async fn raise_seen(&self, user: Uuid, until: Timestamp) -> Result<Timestamp, StoreError> {
        super::counted();
        let seen: OffsetDateTime = sqlx::query_scalar(include_str!("sql/raise_seen.sql"))
            .bind(user)
            .bind(moment::to_driver(until))
            .fetch_one(self.any())
            .await
            .map_err(StoreError::during("raise watermark"))?;
        Ok(moment::from_driver(seen))
    }
}
