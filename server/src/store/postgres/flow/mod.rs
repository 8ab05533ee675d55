//! The flow of all orders: tables that are worked out from the history in the background, and read by the flow page.

mod keep;
mod promise;
mod read;
mod recount;

pub use keep::{Due, OrderSums, Stay, StepRow};
pub use promise::{Promise, Waiting};
pub use read::Span;
pub use recount::Standing;

use std::time::Duration;

use time::{Date, OffsetDateTime};

use super::{Postgres, Work};
use crate::store::StoreError;

/// The lock of whoever works the tables out: "flow" in ASCII. It saves work; what is written does not depend on it.
const KEEPER: i64 = 0x666c_6f77;

/// Nobody waits for this work, and a day's figures take longer than a command's change; but no lock that anybody else
/// wants is held meanwhile.
const BEGIN: &str = "BEGIN ISOLATION LEVEL READ COMMITTED; SET LOCAL lock_timeout = '2s'; \
                     SET LOCAL statement_timeout = '60s'; SET LOCAL idle_in_transaction_session_timeout = '30s'";

/// Longer than the database lets a statement take.
const PATIENCE: Duration = Duration::from_secs(70);

impl Postgres {
    /// Becomes the one who works out the flow until the transaction ends; `None`: another server does.
    ///
    /// # Errors
    /// When the database is away.
    #[tracing::instrument(skip_all)]
    pub async fn keep_flow(&self) -> Result<Option<Work>, StoreError> {
        let mut work = self.begin_with(BEGIN, PATIENCE).await?;
        let keeper: bool = sqlx::query_scalar(include_str!("../sql/become_sender.sql"))
            .bind(KEEPER)
            .fetch_one(work.connection())
            .await
            .map_err(StoreError::during("become keeper of the flow"))?;
        if keeper {
            return Ok(Some(work));
        }
        work.roll_back().await?;
        Ok(None)
    }
}

/// The day so many days after 1970 began, as the driver wants it.
fn date(days: i64) -> Date {
    let day = time::Duration::days(days);
    OffsetDateTime::UNIX_EPOCH.checked_add(day).unwrap_or(OffsetDateTime::UNIX_EPOCH).date()
}
