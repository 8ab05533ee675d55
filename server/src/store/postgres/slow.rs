//! Pages that somebody found slow.

use app::domain::{
    Timestamp,
    slow::{Device, Report, Timings},
};
use sqlx::types::Json;
use time::OffsetDateTime;

use super::{Postgres, counted, moment};
use crate::store::StoreError;

impl Postgres {
    /// Keeps a report.
    ///
    /// # Errors
    /// When the database is away.
    #[tracing::instrument(skip_all)]
    pub async fn keep_slow_report(&self, report: &Report) -> Result<(), StoreError> {
        counted();
        sqlx::query(include_str!("sql/keep_slow_report.sql"))
            .bind(moment::to_driver(report.at))
            .bind(&report.path)
            .bind(report.device.name())
            .bind(&report.about)
            .bind(report.trace.as_deref())
            .bind(Json(&report.timings))
            .execute(self.any())
            .await
            .map_err(StoreError::during("keep slow report"))?;
        Ok(())
    }

    /// The last reports, the newest first.
    ///
    /// # Errors
    /// When the database is away.
    #[tracing::instrument(skip_all)]
    pub async fn read_slow_reports(&self, limit: i64) -> Result<Vec<Report>, StoreError> {
        counted();
        type Row = (OffsetDateTime, String, String, String, Option<String>, Json<Timings>);
        let rows: Vec<Row> = sqlx::query_as(include_str!("sql/read_slow_reports.sql"))
            .bind(limit)
            .fetch_all(self.any())
            .await
            .map_err(StoreError::during("read slow reports"))?;
        let report = |(at, path, device, about, trace, Json(timings)): Row| Report {
            at: moment::from_driver(at),
            path,
            device: match device.as_str() {
                "phone" => Device::Phone,
                "tablet" => Device::Tablet,
                _ => Device::Desktop,
            },
            about,
            trace,
            timings,
        };
        Ok(rows.into_iter().map(report).collect())
    }

    /// Forgets reports sent up to then; how many.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn forget_slow_reports(&self, until: Timestamp) -> Result<u64, StoreError> {
        counted();
        let done = sqlx::query(include_str!("sql/forget_slow_reports.sql"))
            .bind(moment::to_driver(until))
            .execute(self.any())
            .await
            .map_err(StoreError::during("forget slow reports"))?;
        Ok(done.rows_affected())
    }
}
