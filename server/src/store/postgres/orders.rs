//! Orders by key: those that are no longer on the board.

use app::{
    backend::StepNote,
    domain::{Entry, OrderNumber, Revision},
};

use super::Postgres;
use crate::store::StoreError;

impl Postgres {
    /// One order, whatever its status, and the revision at which it reads so.
    ///
    /// # Errors
    /// When the database is away or holds an entry that this program cannot read.
    #[tracing::instrument(skip_all)]
    pub async fn read_order(&self, number: &OrderNumber) -> Result<Option<(Revision, Entry)>, StoreError> {
        const OPERATION: &str = "read order";
        super::counted();
        let row: Option<(i32, i64, String)> = sqlx::query_as(include_str!("sql/read_order.sql"))
            .bind(number.as_str())
            .fetch_optional(self.any())
            .await
            .map_err(StoreError::during(OPERATION))?;
        row.map(|(epoch, rev, payload)| {
            let entry =
                serde_json::from_str(&payload).map_err(|error| StoreError::unreadable(OPERATION, error))?;
            Ok((Revision::new(epoch.cast_unsigned(), u64::try_from(rev).unwrap_or_default()), entry))
        })
        .transpose()
    }

    /// An order with a note on each step of its history; `None`: there is none of that number.
    ///
    /// # Errors
    /// When the database is away, or holds what this program cannot read.
    #[tracing::instrument(skip_all)]
    pub async fn read_passport(
        &self,
        number: &OrderNumber,
    ) -> Result<Option<(Entry, Vec<StepNote>)>, StoreError> {
        const OPERATION: &str = "read passport";
        super::counted();
        let row: Option<(String, String)> = sqlx::query_as(include_str!("sql/read_passport.sql"))
            .bind(number.as_str())
            .fetch_optional(self.any())
            .await
            .map_err(StoreError::during(OPERATION))?;
        let unreadable = |error| StoreError::unreadable(OPERATION, error);
        row.map(|(entry, notes)| {
            let entry = serde_json::from_str(&entry).map_err(unreadable)?;
            Ok((entry, serde_json::from_str(&notes).map_err(unreadable)?))
        })
        .transpose()
    }
}
