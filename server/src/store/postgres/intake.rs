//! What an order message changes, statement by statement; `desk::intake` decides which of them.

use app::domain::{ModelDigest, Money, OrderId, OrderNumber, Priority, Status, Timestamp, TraceParent};
use uuid::Uuid;

use super::{Work, moment};
use crate::store::StoreError;

/// The facts of an order as the shop states them.
#[derive(Debug, Clone, PartialEq)]
pub struct Facts {
    /// `shop` or `api`.
    pub channel: &'static str,
    /// Untrusted text.
    pub title: String,
    /// Untrusted text.
    pub material: String,
    /// Untrusted text.
    pub size: Option<String>,
    /// Pieces.
    pub quantity: i32,
    /// What the customer paid.
    pub price: Money,
    /// What the operator earns.
    pub pay: Option<Money>,
    /// How urgent.
    pub priority: Priority,
    /// When it is promised.
    pub due_at: Option<Timestamp>,
    /// Untrusted text.
    pub comment: Option<String>,
    /// The 3D model.
    pub model: Option<NamedModel>,
}

/// A model as a message names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedModel {
    /// Where it lies in the bucket.
    pub key: String,
    /// Bytes, as announced.
    pub size: i64,
    /// Its hash, as announced.
    pub sha256: Option<ModelDigest>,
}

/// Which message, about which order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Envelope {
    /// The message's identity.
    pub message_id: Uuid,
    /// Its type.
    pub kind: &'static str,
    /// When it happened at the source.
    pub occurred_at: Timestamp,
    /// The order.
    pub order: OrderId,
    /// What people call it.
    pub number: OrderNumber,
    /// Its status at the source, as text: some are not the workshop's.
    pub status: &'static str,
    /// Counts the source's changes of the order.
    pub source_version: i64,
}

/// What is known about the order of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    /// The newest version that the source told of before.
    pub version: Option<i64>,
    /// The message came before.
    pub duplicate: bool,
    /// Another order has that number.
    pub number_taken: bool,
    /// Where the order stands in the workshop.
    pub status: Option<Status>,
}

impl Work {
    /// Locks the order's place among the source's orders, and tells what is known of it.
    ///
    /// # Errors
    /// When the database is away.
    #[tracing::instrument(skip_all)]
    pub async fn look_at_source(&mut self, envelope: &Envelope, now: Timestamp) -> Result<Known, StoreError> {
        const OPERATION: &str = "look at source";
        let row: (Option<i64>, bool, bool, Option<String>) =
            sqlx::query_as(include_str!("sql/look_at_source.sql"))
                .bind(envelope.order.0)
                .bind(envelope.number.as_str())
                .bind(envelope.status)
                .bind(envelope.source_version)
                .bind(envelope.message_id)
                .bind(moment::to_driver(now))
                .fetch_one(self.connection())
                .await
                .map_err(StoreError::during(OPERATION))?;
        let (version, duplicate, number_taken, status) = row;
        let status = status.map(|text| text.parse()).transpose();
        let status = status.map_err(|error| StoreError::unreadable(OPERATION, error))?;
        Ok(Known { version, duplicate, number_taken, status })
    }

    /// Adds a new order to the board, approved and taken in at these moments; `false`: it is known already.
    ///
    /// # Errors
    /// When the database is away, or the constraint `orders_number_key` refuses.
    #[tracing::instrument(skip_all)]
    pub async fn insert_order(
        &mut self,
        envelope: &Envelope,
        facts: &Facts,
        (approved_at, now): (Timestamp, Timestamp),
        traceparent: Option<TraceParent>,
    ) -> Result<bool, StoreError> {
        let done = bind_facts(sqlx::query(include_str!("sql/insert_order.sql")), envelope, facts)
            .bind(moment::to_driver(approved_at))
            .bind(moment::to_driver(now))
            .bind(traceparent.map(|it| it.to_string()))
            .execute(self.connection())
            .await
            .map_err(StoreError::during("insert order"))?;
        Ok(done.rows_affected() == 1)
    }

    /// Changes the facts of an actual order; `false`: it is not actual.
    ///
    /// # Errors
    /// When the database is away, or the constraint `orders_number_key` refuses.
    #[tracing::instrument(skip_all)]
    pub async fn update_order(
        &mut self,
        envelope: &Envelope,
        facts: &Facts,
        now: Timestamp,
        traceparent: Option<TraceParent>,
    ) -> Result<bool, StoreError> {
        let done = bind_facts(sqlx::query(include_str!("sql/update_order.sql")), envelope, facts)
            .bind(moment::to_driver(now))
            .bind(traceparent.map(|it| it.to_string()))
            .execute(self.connection())
            .await
            .map_err(StoreError::during("update order"))?;
        Ok(done.rows_affected() == 1)
    }

    /// Calls an actual order off; `false`: it is not actual.
    ///
    /// # Errors
    /// When the database is away.
    #[tracing::instrument(skip_all)]
    pub async fn cancel_order(
        &mut self,
        order: OrderId,
        now: Timestamp,
        traceparent: Option<TraceParent>,
    ) -> Result<bool, StoreError> {
        let done = sqlx::query(include_str!("sql/cancel_order.sql"))
            .bind(order.0)
            .bind(moment::to_driver(now))
            .bind(traceparent.map(|it| it.to_string()))
            .execute(self.connection())
            .await
            .map_err(StoreError::during("cancel order"))?;
        Ok(done.rows_affected() == 1)
    }

    /// Keeps steps of the order's way that are not known yet.
    ///
    /// # Errors
    /// When the database is away.
    #[tracing::instrument(skip_all)]
    pub async fn keep_steps(
        &mut self,
        envelope: &Envelope,
        steps: &[(String, Timestamp)],
    ) -> Result<(), StoreError> {
        let (statuses, moments): (Vec<&str>, Vec<_>) =
            steps.iter().map(|(status, at)| (status.as_str(), moment::to_driver(*at))).unzip();
        sqlx::query(include_str!("sql/keep_steps.sql"))
            .bind(envelope.order.0)
            .bind(statuses)
            .bind(moments)
            .bind(envelope.message_id)
            .execute(self.connection())
            .await
            .map_err(StoreError::during("keep steps"))?;
        Ok(())
    }

    /// Remembers the message with its outcome; `false`: somebody else handled it meanwhile, so this must be undone.
    ///
    /// # Errors
    /// When the database is away.
    #[tracing::instrument(skip_all)]
    pub async fn close_message(
        &mut self,
        envelope: &Envelope,
        outcome: &'static str,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let done = sqlx::query(include_str!("sql/close_message.sql"))
            .bind(envelope.message_id)
            .bind(envelope.order.0)
            .bind(envelope.number.as_str())
            .bind(envelope.status)
            .bind(envelope.source_version)
            .bind(envelope.kind)
            .bind(outcome)
            .bind(moment::to_driver(envelope.occurred_at))
            .bind(moment::to_driver(now))
            .execute(self.connection())
            .await
            .map_err(StoreError::during("close message"))?;
        Ok(done.rows_affected() == 1)
    }
}

type Query<'q> = sqlx::query::Query<'q, sqlx::Postgres, sqlx::postgres::PgArguments>;

/// `$1` to `$17` of the statements that write an order's facts.
fn bind_facts<'q>(query: Query<'q>, envelope: &'q Envelope, facts: &'q Facts) -> Query<'q> {
    let model = facts.model.as_ref();
    query
        .bind(envelope.order.0)
        .bind(envelope.number.as_str())
        .bind(facts.channel)
        .bind(&facts.title)
        .bind(&facts.material)
        .bind(facts.size.as_deref())
        .bind(facts.quantity)
        .bind(facts.price.amount.to_string())
        .bind(&facts.price.currency)
        .bind(facts.pay.as_ref().map(|pay| pay.amount.to_string()))
        .bind(facts.pay.as_ref().map(|pay| &pay.currency))
        .bind(match facts.priority {
            Priority::Normal => "normal",
            Priority::Rush => "rush",
        })
        .bind(facts.comment.as_deref())
        .bind(facts.due_at.map(moment::to_driver))
        .bind(model.map(|model| &model.key))
        .bind(model.map(|model| model.size))
        .bind(model.and_then(|model| model.sha256).map(|sha256| sha256.to_string()))
}
