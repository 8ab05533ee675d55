//! Figures of days and periods, counted from the stays.

use app::domain::{Timestamp, card::NEGLECTED_MS};
use time::{Date, OffsetDateTime};

use super::super::{Work, moment};
use crate::store::StoreError;

/// The effect of bonuses is that of the last four weeks.
const BONUSES_MS: i64 = 28 * 86_400_000;

/// How far the figures are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    /// By which calendar the days were counted: minutes ahead of UTC.
    pub calendar: Option<i32>,
    /// When the periods were measured last.
    pub measured: Option<Timestamp>,
    /// Whether orders wait to be looked at.
    pub orders_due: bool,
    /// Whether days wait to be counted.
    pub days_due: bool,
}

impl Work {
    /// How far the figures are.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn flow_standing(&mut self) -> Result<Standing, StoreError> {
        let (calendar, measured, orders_due, days_due): (Option<i32>, Option<OffsetDateTime>, bool, bool) =
            sqlx::query_as(include_str!("../sql/flow_look_at_state.sql"))
                .fetch_one(self.connection())
                .await
                .map_err(StoreError::during("look at flow"))?;
        Ok(Standing { calendar, measured: measured.map(moment::from_driver), orders_due, days_due })
    }

    /// Counts by another calendar from now on: all days are due.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn begin_calendar(&mut self, calendar: i32) -> Result<(), StoreError> {
        sqlx::query(include_str!("../sql/flow_begin_calendar.sql"))
            .bind(calendar)
            .execute(self.connection())
            .await
            .map_err(StoreError::during("begin calendar"))?;
        Ok(())
    }

    /// Counts the days that are due; how many.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn count_days(&mut self, calendar: i32, now: Timestamp) -> Result<usize, StoreError> {
        let days: Vec<Date> = sqlx::query_scalar(include_str!("../sql/flow_take_days.sql"))
            .fetch_all(self.connection())
            .await
            .map_err(StoreError::during("take due days"))?;
        if !days.is_empty() {
            sqlx::query(include_str!("../sql/flow_clear_days.sql"))
                .bind(&days)
                .execute(self.connection())
                .await
                .map_err(StoreError::during("clear days"))?;
            for (statement, operation) in [
                (include_str!("../sql/flow_fill_days.sql"), "count days"),
                (include_str!("../sql/flow_fill_day_orders.sql"), "count orders of days"),
                (include_str!("../sql/flow_fill_day_people.sql"), "count people of days"),
            ] {
                sqlx::query(statement)
                    .bind(&days)
                    .bind(calendar)
                    .execute(self.connection())
                    .await
                    .map_err(StoreError::during(operation))?;
            }
        }
        sqlx::query(include_str!("../sql/flow_note_days.sql"))
            .bind(moment::to_driver(now))
            .execute(self.connection())
            .await
            .map_err(StoreError::during("note days"))?;
        Ok(days.len())
    }

    /// Measures the last two periods, which begin at these moments, the later one first.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn measure_periods(
        &mut self,
        [this, last]: [Timestamp; 2],
        now: Timestamp,
    ) -> Result<(), StoreError> {
        sqlx::query(include_str!("../sql/flow_clear_periods.sql"))
            .execute(self.connection())
            .await
            .map_err(StoreError::during("clear periods"))?;
        for (statement, operation) in [
            (include_str!("../sql/flow_fill_stages.sql"), "measure stages"),
            (include_str!("../sql/flow_fill_periods.sql"), "measure periods"),
        ] {
            sqlx::query(statement)
                .bind(moment::to_driver(this))
                .bind(moment::to_driver(last))
                .bind(moment::to_driver(now))
                .execute(self.connection())
                .await
                .map_err(StoreError::during(operation))?;
        }
        let lately = Timestamp::from_millis(now.millis() - BONUSES_MS);
        sqlx::query(include_str!("../sql/flow_fill_bonuses.sql"))
            .bind(moment::to_driver(lately))
            .bind(NEGLECTED_MS as f64 / 1000.0)
            .bind(moment::to_driver(now))
            .execute(self.connection())
            .await
            .map_err(StoreError::during("measure bonuses"))?;
        sqlx::query(include_str!("../sql/flow_note_stages.sql"))
            .bind(moment::to_driver(now))
            .execute(self.connection())
            .await
            .map_err(StoreError::during("note periods"))?;
        Ok(())
    }
}
