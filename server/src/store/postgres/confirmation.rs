//! Confirmations of models that were changed under an operator's hands.

use app::domain::{OrderId, RequestId, Timestamp, TraceParent};
use uuid::Uuid;

use super::{Work, moment};
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
    /// The trace that it belongs to.
    pub traceparent: Option<TraceParent>,
}

impl Work {
    /// Notes a confirmation; `false`: something stood in the way and nothing happened.
    ///
    /// # Errors
    /// When the database is away or refuses.
    #[tracing::instrument(skip_all)]
    pub async fn confirm_model(&mut self, confirmation: &Confirmation<'_>) -> Result<bool, StoreError> {
        let version: Option<i32> = sqlx::query_scalar(include_str!("sql/confirm_model.sql"))
            .bind(confirmation.order.0)
            .bind(confirmation.version)
            .bind(confirmation.user)
            .bind(confirmation.sha256)
            .bind(moment::to_driver(confirmation.now))
            .bind(confirmation.request.as_str())
            .bind(confirmation.traceparent.map(|it| it.to_string()))
            .fetch_optional(self.connection())
            .await
            .map_err(StoreError::during("confirm model"))?;
        Ok(version.is_some())
    }
}
