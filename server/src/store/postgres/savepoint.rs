//! Places in a transaction to return to: what several messages share, one bad message must not spoil.

use super::Work;
use crate::store::StoreError;

const FIRST: &str = "SAVEPOINT message";
/// One round trip: what was done since the last mark stays, and here is the next one.
const NEXT: &str = "RELEASE SAVEPOINT message; SAVEPOINT message";
const BACK: &str = "ROLLBACK TO SAVEPOINT message";

impl Work {
    /// Marks a place to return to, instead of the one before it if there is one.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn mark(&mut self, is_first: bool) -> Result<(), StoreError> {
        self.say(if is_first { FIRST } else { NEXT }).await
    }

    /// Undoes everything since the last mark; the mark stays.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn back_to_mark(&mut self) -> Result<(), StoreError> {
        self.say(BACK).await
    }

    async fn say(&mut self, statement: &'static str) -> Result<(), StoreError> {
        let said = sqlx::raw_sql(statement).execute(self.connection()).await;
        said.map(drop).map_err(StoreError::during("mark a place in the transaction"))
    }
}
