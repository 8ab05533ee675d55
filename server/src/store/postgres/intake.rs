//! What order messages change, statement by statement, for many orders at once where they come by the hundred;
//! `desk::intake` decides which of them.

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

/// A step on an order's way that the source tells of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ToldStep {
    /// Wire name of what was reached.
    pub status: String,
    /// When, by the source's clock.
    pub at: Timestamp,
    /// Why, for holds and cancellations. Untrusted text.
    pub reason: Option<String>,
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

/// An approval of an order that is to be added.
#[derive(Debug, Clone, Copy)]
pub struct NewOrder<'a> {
    /// Which.
    pub envelope: &'a Envelope,
    /// What it is.
    pub facts: &'a Facts,
    /// When it was approved.
    pub approved_at: Timestamp,
    /// Where its way goes on.
    pub traceparent: Option<TraceParent>,
}

/// A step of an order's way, and the message that told of it.
#[derive(Debug, Clone, Copy)]
pub struct KeptStep<'a> {
    /// The message.
    pub envelope: &'a Envelope,
    /// The step.
    pub step: &'a ToldStep,
    /// Where the order's way goes on.
    pub traceparent: Option<TraceParent>,
}

/// A value of each of these, as a column.
fn column<I, T>(rows: &[I], of: impl Fn(&I) -> T) -> Vec<T> {
    rows.iter().map(of).collect()
}

impl Work {
    /// Locks the orders' places among the source's orders, each order at most once, and tells what is known of each, in
    /// the order of the messages. The place of an order whose message was handled before is not locked.
    ///
    /// # Errors
    /// When the database is away.
    #[tracing::instrument(skip_all)]
    pub async fn look_at_sources(
        &mut self,
        messages: &[&Envelope],
        now: Timestamp,
    ) -> Result<Vec<Known>, StoreError> {
        const OPERATION: &str = "look at sources";
        let rows: Vec<(Option<i64>, bool, bool, Option<String>)> =
            sqlx::query_as(include_str!("sql/look_at_sources.sql"))
                .bind(column(messages, |it| it.order.0))
                .bind(column(messages, |it| it.number.as_str()))
                .bind(column(messages, |it| it.status))
                .bind(column(messages, |it| it.source_version))
                .bind(column(messages, |it| it.message_id))
                .bind(moment::to_driver(now))
                .fetch_all(self.connection())
                .await
                .map_err(StoreError::during(OPERATION))?;
        let known = rows.into_iter().map(|(version, duplicate, number_taken, status)| {
            let status = status.map(|text| text.parse()).transpose();
            let status = status.map_err(|error| StoreError::unreadable(OPERATION, error))?;
            Ok(Known { version, duplicate, number_taken, status })
        });
        known.collect()
    }

    /// Adds new orders to the board, taken in at this moment; which of them were not known already.
    ///
    /// # Errors
    /// When the database is away, or the constraint `orders_number_key` refuses.
    #[tracing::instrument(skip_all)]
    pub async fn insert_orders(
        &mut self,
        new: &[NewOrder<'_>],
        now: Timestamp,
    ) -> Result<Vec<OrderId>, StoreError> {
        let added: Vec<Uuid> = sqlx::query_scalar(include_str!("sql/insert_orders.sql"))
            .bind(column(new, |it| it.envelope.order.0))
            .bind(column(new, |it| it.envelope.number.as_str()))
            .bind(column(new, |it| it.facts.channel))
            .bind(column(new, |it| it.facts.title.as_str()))
            .bind(column(new, |it| it.facts.material.as_str()))
            .bind(column(new, |it| it.facts.size.as_deref()))
            .bind(column(new, |it| it.facts.quantity))
            .bind(column(new, |it| it.facts.price.amount.to_string()))
            .bind(column(new, |it| it.facts.price.currency.clone()))
            .bind(column(new, |it| it.facts.pay.as_ref().map(|pay| pay.amount.to_string())))
            .bind(column(new, |it| it.facts.pay.as_ref().map(|pay| pay.currency.clone())))
            .bind(column(new, |it| urgency(it.facts.priority)))
            .bind(column(new, |it| it.facts.comment.as_deref()))
            .bind(column(new, |it| it.facts.due_at.map(moment::to_driver)))
            .bind(column(new, |it| it.facts.model.as_ref().map(|model| model.key.as_str())))
            .bind(column(new, |it| it.facts.model.as_ref().map(|model| model.size)))
            .bind(column(new, |it| it.facts.model.as_ref()?.sha256.map(|sha256| sha256.to_string())))
            .bind(column(new, |it| moment::to_driver(it.approved_at)))
            .bind(column(new, |it| it.traceparent.map(|it| it.to_string())))
            .bind(moment::to_driver(now))
            .fetch_all(self.connection())
            .await
            .map_err(StoreError::during("insert orders"))?;
        Ok(added.into_iter().map(OrderId).collect())
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

    /// Keeps steps of orders' ways that are not known yet.
    ///
    /// # Errors
    /// When the database is away.
    #[tracing::instrument(skip_all)]
    pub async fn keep_steps(&mut self, steps: &[KeptStep<'_>], now: Timestamp) -> Result<(), StoreError> {
        sqlx::query(include_str!("sql/keep_steps.sql"))
            .bind(column(steps, |it| it.envelope.order.0))
            .bind(column(steps, |it| it.step.status.as_str()))
            .bind(column(steps, |it| moment::to_driver(it.step.at)))
            .bind(column(steps, |it| it.step.reason.as_deref()))
            .bind(column(steps, |it| it.envelope.message_id))
            .bind(column(steps, |it| it.traceparent.map(|it| it.to_string())))
            .bind(moment::to_driver(now))
            .execute(self.connection())
            .await
            .map_err(StoreError::during("keep steps"))?;
        Ok(())
    }

    /// Writes the board's log of orders that this work has added, all at once; what it does not name is logged when the work
    /// is committed. Everybody else's commit waits from here on, so this should be the last step.
    ///
    /// # Errors
    /// When the database is away.
    #[tracing::instrument(skip_all)]
    pub async fn log_new_orders(&mut self, added: &[OrderId]) -> Result<(), StoreError> {
        sqlx::query(include_str!("sql/log_new_orders.sql"))
            .bind(column(added, |it| it.0))
            .execute(self.connection())
            .await
            .map_err(StoreError::during("log new orders"))?;
        Ok(())
    }

    /// Remembers messages of different orders with their outcomes; the ids of those that nobody else handled meanwhile.
    /// What was done for another one must be undone.
    ///
    /// # Errors
    /// When the database is away.
    #[tracing::instrument(skip_all)]
    pub async fn close_messages(
        &mut self,
        handled: &[(&Envelope, &'static str)],
        now: Timestamp,
    ) -> Result<Vec<Uuid>, StoreError> {
        sqlx::query_scalar(include_str!("sql/close_messages.sql"))
            .bind(column(handled, |(it, _)| it.message_id))
            .bind(column(handled, |(it, _)| it.order.0))
            .bind(column(handled, |(it, _)| it.number.as_str()))
            .bind(column(handled, |(it, _)| it.status))
            .bind(column(handled, |(it, _)| it.source_version))
            .bind(column(handled, |(it, _)| it.kind))
            .bind(column(handled, |(_, outcome)| *outcome))
            .bind(column(handled, |(it, _)| moment::to_driver(it.occurred_at)))
            .bind(moment::to_driver(now))
            .fetch_all(self.connection())
            .await
            .map_err(StoreError::during("close messages"))
    }
}

const fn urgency(priority: Priority) -> &'static str {
    match priority {
        Priority::Normal => "normal",
        Priority::Rush => "rush",
    }
}

type Query<'q> = sqlx::query::Query<'q, sqlx::Postgres, sqlx::postgres::PgArguments>;

/// `$1` to `$17` of the statement that changes an order's facts.
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
        .bind(urgency(facts.priority))
        .bind(facts.comment.as_deref())
        .bind(facts.due_at.map(moment::to_driver))
        .bind(model.map(|model| &model.key))
        .bind(model.map(|model| model.size))
        .bind(model.and_then(|model| model.sha256).map(|sha256| sha256.to_string()))
}
