//! What the promise is made from, and what was promised.

use app::domain::{
    OrderId, Timestamp,
    passport::Stage,
    promise::{GRID, LEVELS, Made, Stay},
};
use serde::Serialize;
use sqlx::types::Json;
use time::{Date, OffsetDateTime};
use uuid::Uuid;

use super::{
    super::{Postgres, Work, counted, moment},
    date,
};
use crate::store::StoreError;

/// A promise as it is written.
#[derive(Debug, Clone, Serialize)]
pub struct Promise {
    /// To which order.
    pub order_id: Uuid,
    /// When the order was approved.
    pub approved_at: Timestamp,
    /// See [`Made::days`].
    pub days: Vec<Timestamp>,
    /// See [`Made::promised`].
    pub promised: Vec<Timestamp>,
}

/// An order that is to be promised something.
pub type Waiting = (Uuid, Timestamp);

impl Postgres {
    /// Stays that went on from `since` to `as_of`, as they were known at `as_of`: about `most` of them, evenly by order.
    ///
    /// # Errors
    /// When the database is away.
    #[tracing::instrument(skip_all)]
    pub async fn read_stays(
        &self,
        since: Timestamp,
        as_of: Timestamp,
        most: i64,
    ) -> Result<Vec<Stay>, StoreError> {
        counted();
        let stages: Vec<&str> = Stage::WORKSHOP.map(Stage::name).into();
        let count: i64 = sqlx::query_scalar(include_str!("../sql/promise_count_stays.sql"))
            .bind(moment::to_driver(since))
            .bind(&stages)
            .fetch_one(self.any())
            .await
            .map_err(StoreError::during("count stays"))?;
        counted();
        type Row = (String, OffsetDateTime, OffsetDateTime, OffsetDateTime, bool, Option<String>);
        let rows: Vec<Row> = sqlx::query_as(include_str!("../sql/promise_read_stays.sql"))
            .bind(moment::to_driver(since))
            .bind(moment::to_driver(as_of))
            .bind(&stages)
            .bind(i32::try_from((count / most.max(1)).max(1)).unwrap_or(i32::MAX))
            .fetch_all(self.any())
            .await
            .map_err(StoreError::during("read stays"))?;
        let stay = |(stage, began, from, until, ended, next): Row| {
            Some(Stay {
                stage: Stage::named(&stage)?,
                began: moment::from_driver(began),
                from: moment::from_driver(from),
                until: moment::from_driver(until),
                ended,
                next: next.and_then(|next| Stage::named(&next)).filter(|stage| stage.is_workshop()),
            })
        };
        Ok(rows.into_iter().filter_map(stay).collect())
    }

    /// Promises to orders approved from `since` to `as_of`, and what had become of these by then; the newest `most`.
    ///
    /// # Errors
    /// When the database is away, or holds what this program cannot read.
    #[tracing::instrument(skip_all)]
    pub async fn read_made(
        &self,
        since: Timestamp,
        as_of: Timestamp,
        most: i64,
    ) -> Result<Vec<Made>, StoreError> {
        counted();
        type Row = (Vec<OffsetDateTime>, Vec<OffsetDateTime>, Option<OffsetDateTime>);
        let rows: Vec<Row> = sqlx::query_as(include_str!("../sql/promise_read_made.sql"))
            .bind(moment::to_driver(since))
            .bind(moment::to_driver(as_of))
            .bind(most)
            .fetch_all(self.any())
            .await
            .map_err(StoreError::during("read promises"))?;
        // Another version of the program may remember other levels: its promises teach this one nothing.
        let made = |(days, promised, shipped): Row| {
            Some(Made {
                days: moments::<{ GRID.len() }>(days)?,
                promised: moments::<{ LEVELS.len() }>(promised)?,
                shipped: shipped.map(moment::from_driver),
            })
        };
        Ok(rows.into_iter().filter_map(made).collect())
    }

    /// The days that an order was promised when it was approved.
    ///
    /// # Errors
    /// When the database is away.
    #[tracing::instrument(skip_all)]
    pub async fn read_promise(
        &self,
        order: OrderId,
    ) -> Result<Option<[Timestamp; LEVELS.len()]>, StoreError> {
        counted();
        let days: Option<Vec<OffsetDateTime>> =
            sqlx::query_scalar(include_str!("../sql/promise_read_one.sql"))
                .bind(order.0)
                .fetch_optional(self.any())
                .await
                .map_err(StoreError::during("read promise"))?;
        Ok(days.and_then(moments))
    }
}

impl Work {
    /// Orders that came since then, were approved after `approved`, go on, and have been promised nothing.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn find_unpromised(
        &mut self,
        approved: Timestamp,
        since: Timestamp,
        limit: i64,
    ) -> Result<Vec<Waiting>, StoreError> {
        let rows: Vec<(Uuid, OffsetDateTime)> = sqlx::query_as(include_str!("../sql/promise_find_new.sql"))
            .bind(moment::to_driver(approved))
            .bind(moment::to_driver(since))
            .bind(limit)
            .fetch_all(self.connection())
            .await
            .map_err(StoreError::during("find new orders"))?;
        Ok(rows.into_iter().map(|(order, at)| (order, moment::from_driver(at))).collect())
    }

    /// The first of these days of the calendar whose orders have not been promised anything afterwards; days are
    /// counted from 1970 on.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn find_unpromised_day(&mut self, first: i64, last: i64) -> Result<Option<i64>, StoreError> {
        let day: Option<Date> = sqlx::query_scalar(include_str!("../sql/promise_find_day.sql"))
            .bind(date(first))
            .bind(date(last))
            .fetch_one(self.connection())
            .await
            .map_err(StoreError::during("find unpromised day"))?;
        Ok(day.map(|day| (day - OffsetDateTime::UNIX_EPOCH.date()).whole_days()))
    }

    /// Some of the orders approved from one moment until another that have been promised nothing.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn find_past(
        &mut self,
        from: Timestamp,
        until: Timestamp,
        limit: i64,
    ) -> Result<Vec<Waiting>, StoreError> {
        let rows: Vec<(Uuid, OffsetDateTime)> = sqlx::query_as(include_str!("../sql/promise_find_past.sql"))
            .bind(moment::to_driver(from))
            .bind(moment::to_driver(until))
            .bind(limit)
            .fetch_all(self.connection())
            .await
            .map_err(StoreError::during("find past orders"))?;
        Ok(rows.into_iter().map(|(order, at)| (order, moment::from_driver(at))).collect())
    }

    /// Writes promises down.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn keep_promises(&mut self, promises: &[Promise], afterwards: bool) -> Result<(), StoreError> {
        sqlx::query(include_str!("../sql/promise_keep.sql"))
            .bind(Json(promises))
            .bind(afterwards)
            .execute(self.connection())
            .await
            .map_err(StoreError::during("keep promises"))?;
        Ok(())
    }

    /// Notes that the orders of a day have been promised what they would have been.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn note_promised_day(&mut self, day: i64) -> Result<(), StoreError> {
        sqlx::query(include_str!("../sql/promise_note_day.sql"))
            .bind(date(day))
            .execute(self.connection())
            .await
            .map_err(StoreError::during("note promised day"))?;
        Ok(())
    }
}

fn moments<const N: usize>(days: Vec<OffsetDateTime>) -> Option<[Timestamp; N]> {
    let days: Vec<Timestamp> = days.into_iter().map(moment::from_driver).collect();
    days.try_into().ok()
}
