//! Confirmations of models that were changed under an operator's hands.

use app::domain::{OrderId, RequestId, Timestamp, TraceParent};
use uuid::Uuid;

use super::{Postgres, commands::PATIENCE, moment};
use crate::store::StoreError;

/// The command's name among the receipts.
pub const COMMAND: &str = "confirm";

/// A confirmation as the database needs it.
#[derive(Debug, Clone)]
pub struct Confirmation<'a> {
    /// Of which order.
    pub order: OrderId,
    /// The version that the person saw.
    pub version: i32,
    /// Who confirms; the order's operator, or nothing happens.
    pub user: Uuid,
    /// The hash of the model that the person saw.
    pub sha256: &'a str,
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
    /// Notes a confirmation by one statement, which commits itself; the answer as JSON. `None`: something stood in the way
    /// and nothing happened.
    ///
    /// # Errors
    /// When the database refuses or is away; in the second case it may have happened or not.
    #[tracing::instrument(skip_all)]
    pub async fn press_confirm(&self, confirmation: &Confirmation<'_>) -> Result<Option<String>, StoreError> {
        super::counted();
        sqlx::query_scalar(include_str!("sql/press_confirm.sql"))
            .bind(confirmation.order.0)
            .bind(confirmation.version)
            .bind(confirmation.user)
            .bind(confirmation.sha256)
            .bind(moment::to_driver(confirmation.now))
            .bind(confirmation.request.as_str())
            .bind(confirmation.traceparent.map(|it| it.to_string()))
            .bind(confirmation.until.map(Timestamp::millis))
            .fetch_one(self.any_for(PATIENCE))
            .await
            .map_err(StoreError::during("confirm model"))
    }
}
