//! Bonuses on free orders.

use app::domain::{Amount, OrderId, RequestId, Timestamp, TraceParent};
use uuid::Uuid;

use super::{Postgres, commands::PATIENCE, moment};
use crate::store::StoreError;

/// The command's name among the receipts.
pub const COMMAND: &str = "bonus";

/// A bonus as the database needs it.
#[derive(Debug, Clone)]
pub struct Bonus<'a> {
    /// On which order.
    pub order: OrderId,
    /// The version that the person saw.
    pub version: i32,
    /// Who puts it.
    pub user: Uuid,
    /// How much; 0 takes it back.
    pub amount: Amount,
    /// The press of the button.
    pub request: &'a RequestId,
    /// When.
    pub now: Timestamp,
    /// The moment from which on it is too late, by the database's own clock; nobody's, when that was never heard.
    pub until: Option<Timestamp>,
    /// The trace that it belongs to.
    pub traceparent: Option<TraceParent>,
}

impl Postgres {
    /// Puts a bonus by one statement, which commits itself; the answer as JSON. `None`: something stood in the way and
    /// nothing happened.
    ///
    /// # Errors
    /// When the database refuses or is away; in the second case it may have happened or not.
    #[tracing::instrument(skip_all)]
    pub async fn press_bonus(&self, bonus: &Bonus<'_>) -> Result<Option<String>, StoreError> {
        super::counted();
        sqlx::query_scalar(include_str!("sql/press_bonus.sql"))
            .bind(bonus.order.0)
            .bind(bonus.version)
            .bind(bonus.user)
            .bind(bonus.amount.to_string())
            .bind(moment::to_driver(bonus.now))
            .bind(bonus.request.as_str())
            .bind(bonus.traceparent.map(|it| it.to_string()))
            .bind(bonus.until.map(Timestamp::millis))
            .fetch_one(self.any_for(PATIENCE))
            .await
            .map_err(StoreError::during("put bonus"))
    }
}
