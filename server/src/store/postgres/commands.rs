//! Commands: a change of one order by a person, decided by the database.

use std::time::Duration;

use app::domain::{Card, Command, OrderId, RequestId, Revision, Status, Timestamp, TraceParent};
use sqlx::{Row as _, postgres::PgRow};
use uuid::Uuid;

use super::{Postgres, log, moment};
use crate::store::StoreError;

/// A press waits three seconds at most for each lock, and longer than its deadline for none that counts: whoever has heard nothing
/// by then has a line that fell silent.
pub(super) const PATIENCE: Duration = Duration::from_secs(10);

/// A command as the database needs it.
#[derive(Debug, Clone)]
pub struct Change<'a> {
    /// Which order.
    pub order: OrderId,
    /// The version that the person saw.
    pub version: i32,
    /// What is done.
    pub command: Command,
    /// The status it must have.
    pub from: Status,
    /// The status it gets.
    pub to: Status,
    /// Who does it.
    pub user: Uuid,
    /// Also when somebody else has it.
    pub of_any_operator: bool,
    /// The press of the button.
    pub request: &'a RequestId,
    /// Why, for steps back.
    pub reason: Option<&'a str>,
    /// When.
    pub now: Timestamp,
    /// The moment from which on it is too late, by the database's own clock; nobody's, when that was never heard.
    pub until: Option<Timestamp>,
    /// The identity of the news.
    pub message: Uuid,
    /// To whom the news goes.
    pub routing_key: &'static str,
    /// The trace that it belongs to.
    pub traceparent: Option<TraceParent>,
}

/// A press of a button, by which its answer is found again.
#[derive(Debug, Clone, Copy)]
pub struct Press<'a> {
    /// Who pressed.
    pub user: Uuid,
    /// Which command's button.
    pub command: &'static str,
    /// Of which order.
    pub order: OrderId,
    /// This press.
    pub request: &'a RequestId,
    /// The version that the person saw.
    pub version: i32,
    /// What else was said.
    pub reason: Option<&'a str>,
}

impl<'a> Change<'a> {
    /// The press that it is.
    #[must_use]
    pub fn press(&self) -> Press<'a> {
        Press {
            user: self.user,
            command: self.command.name(),
            order: self.order,
            request: self.request,
            version: self.version,
            reason: self.reason,
        }
    }
}

/// What stood in a command's way, as committed.
#[derive(Debug, Clone)]
pub struct Obstacle {
    /// The same press was answered before.
    pub stored: Option<Stored>,
    /// The order, if there is one.
    pub card: Option<Card>,
    /// The log's end as of then.
    pub head: Revision,
}

/// An answer given before.
#[derive(Debug, Clone)]
pub struct Stored {
    /// The version that was named then.
    pub version: i32,
    /// The reason that was given then.
    pub reason: Option<String>,
    /// The answer, as JSON.
    pub answer: String,
}

impl Stored {
    /// Whether it was given to the same press: whoever says something else with an old request's name made a mistake.
    #[must_use]
    pub fn is_of(&self, press: &Press<'_>) -> bool {
        self.version == press.version && self.reason.as_deref() == press.reason
    }
}

impl Postgres {
    /// Carries out a change by one statement, which commits itself; the answer is `{"revision","order"}` as JSON. `None`:
    /// something stood in the way and nothing happened.
    ///
    /// # Errors
    /// When the database refuses or is away; in the second case it may have happened or not.
    #[tracing::instrument(skip_all)]
    pub async fn press_command(&self, change: &Change<'_>) -> Result<Option<String>, StoreError> {
        super::counted();
        sqlx::query_scalar(include_str!("sql/press_command.sql"))
            .bind(change.order.0)
            .bind(change.version)
            .bind(change.from.wire())
            .bind(change.to.wire())
            .bind(change.user)
            .bind(change.command.name())
            .bind(change.reason)
            .bind(moment::to_driver(change.now))
            .bind(change.request.as_str())
            .bind(change.of_any_operator)
            .bind(change.message)
            .bind(change.routing_key)
            .bind(change.traceparent.map(|it| it.to_string()))
            .bind(change.until.map(Timestamp::millis))
            .fetch_one(self.any_for(PATIENCE))
            .await
            .map_err(StoreError::during("carry out command"))
    }

    /// What stood in the way of a press that changed nothing.
    ///
    /// # Errors
    /// When the database is away or holds a card that this program cannot read.
    #[tracing::instrument(skip_all)]
    pub async fn find_obstacle(&self, press: &Press<'_>) -> Result<Obstacle, StoreError> {
        const OPERATION: &str = "find obstacle";
        super::counted();
        let row = sqlx::query(include_str!("sql/find_obstacle.sql"))
            .bind(press.user)
            .bind(press.command)
            .bind(press.order.0)
            .bind(press.request.as_str())
            .fetch_one(self.any_for(PATIENCE))
            .await
            .map_err(StoreError::during(OPERATION))?;
        let (stored, card, head) = read_obstacle(&row).map_err(StoreError::during(OPERATION))?;
        let card = card.map(|json| serde_json::from_str(&json)).transpose();
        let card = card.map_err(|error| StoreError::unreadable(OPERATION, error))?;
        Ok(Obstacle { stored, card, head })
    }

    /// Forgets answers given up to then; how many.
    ///
    /// # Errors
    /// When the database is away.
    #[tracing::instrument(skip_all)]
    pub async fn forget_receipts(&self, until: Timestamp) -> Result<u64, StoreError> {
        super::counted();
        let done = sqlx::query(include_str!("sql/forget_receipts.sql"))
            .bind(moment::to_driver(until))
            .execute(self.any())
            .await
            .map_err(StoreError::during("forget receipts"))?;
        Ok(done.rows_affected())
    }
}

fn read_obstacle(row: &PgRow) -> sqlx::Result<(Option<Stored>, Option<String>, Revision)> {
    let (answered, reason) = (row.try_get::<Option<i32>, _>("version")?, row.try_get("reason")?);
    let answered = answered.zip(row.try_get("answer")?);
    let stored = answered.map(|(version, answer)| Stored { version, reason, answer });
    Ok((stored, row.try_get("card")?, log::revision(row, "rev")?))
}
