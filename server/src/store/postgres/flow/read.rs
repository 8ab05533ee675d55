//! The flow's tables as the page reads them: small ones, whatever the size of the history.

use app::domain::{
    Entry, Timestamp,
    flow::{BonusEffect, FlowDay, LEVELS, Measured, Period, PersonFlow, StageTimes},
    passport::{Stage, Sums},
    timestamp::Day,
};
use time::{Date, OffsetDateTime};

use super::{
    super::{Postgres, counted, moment},
    date,
};
use crate::store::StoreError;

/// Which days a reading is about; days are counted from 1970 on by the workshop's calendar.
#[derive(Debug, Clone, Copy)]
pub struct Span {
    /// The first day of the diagrams.
    pub first: i64,
    /// The first day of this period.
    pub period: i64,
    /// Today.
    pub today: i64,
}

impl Postgres {
    /// Everything that the page shows of the histories.
    ///
    /// # Errors
    /// When the database is away, or holds what this program cannot read.
    #[tracing::instrument(skip_all)]
    pub async fn read_flow(&self, span: Span) -> Result<Measured, StoreError> {
        counted();
        let (days_made, stages_made): (Option<OffsetDateTime>, Option<OffsetDateTime>) =
            sqlx::query_as(include_str!("../sql/flow_read_state.sql"))
                .fetch_one(self.any())
                .await
                .map_err(StoreError::during("read flow's state"))?;
        Ok(Measured {
            // Nothing is whole before both have been worked out once.
            made_at: days_made.filter(|_| stages_made.is_some()).map(moment::from_driver),
            stages: self.read_stages().await?,
            periods: self.read_periods().await?,
            days: self.read_days(span.first, span.today).await?,
            people: self.read_people(span.period, span.today).await?,
            bonuses: self.read_bonuses().await?,
        })
    }

    async fn read_stages(&self) -> Result<[Vec<StageTimes>; 2], StoreError> {
        counted();
        let rows: Vec<(i16, String, i64, f64, f64)> =
            sqlx::query_as(include_str!("../sql/flow_read_stages.sql"))
                .fetch_all(self.any())
                .await
                .map_err(StoreError::during("read stages"))?;
        let of = |wanted: i16| {
            let times = |stage: Stage| {
                let row = rows.iter().find(|row| row.0 == wanted && row.1 == stage.name())?;
                Some(StageTimes { stage, stays: row.2, p50: row.3, p90: row.4 })
            };
            Stage::ALL.into_iter().filter_map(times).collect()
        };
        Ok([of(0), of(1)])
    }

    async fn read_periods(&self) -> Result<[Period; 2], StoreError> {
        counted();
        type Row = (i16, i64, i64, i64, i64, Option<f64>, Option<f64>);
        let rows: Vec<Row> = sqlx::query_as(include_str!("../sql/flow_read_periods.sql"))
            .fetch_all(self.any())
            .await
            .map_err(StoreError::during("read periods"))?;
        let of = |wanted: i16| {
            let row = rows.iter().find(|row| row.0 == wanted);
            row.map_or_else(Period::default, |&(_, shipped, working, waiting, held, p50, p90)| Period {
                shipped,
                sums: Sums { outside: 0, working, waiting, held },
                lead: p50.zip(p90).map(|(p50, p90)| [p50, p90]),
            })
        };
        Ok([of(0), of(1)])
    }

    /// The days from `first` to `last`, with the levels of the cumulative flow diagram.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn read_days(&self, first: i64, last: i64) -> Result<Vec<FlowDay>, StoreError> {
        counted();
        let stages: Vec<&str> = LEVELS.into_iter().chain([Stage::Handover]).map(Stage::name).collect();
        let rows: Vec<(Date, i64, i64, i64, Vec<i64>)> =
            sqlx::query_as(include_str!("../sql/flow_read_days.sql"))
                .bind(date(first))
                .bind(date(last))
                .bind(stages)
                .fetch_all(self.any())
                .await
                .map_err(StoreError::during("read days"))?;
        let day = |(date, arrived, shipped, cancelled, levels): (Date, _, _, _, Vec<i64>)| {
            let mut stood = [0; LEVELS.len()];
            for (at, level) in levels.iter().enumerate() {
                // What is on its way to the workshop is as free as what has come.
                stood[at.min(LEVELS.len() - 1)] += level;
            }
            FlowDay { day: of_date(date), arrived, shipped, cancelled, levels: stood }
        };
        Ok(rows.into_iter().map(day).collect())
    }

    async fn read_bonuses(&self) -> Result<[BonusEffect; 2], StoreError> {
        counted();
        let rows: Vec<(i16, i64, i64, Option<f64>)> =
            sqlx::query_as(include_str!("../sql/flow_read_bonuses.sql"))
                .fetch_all(self.any())
                .await
                .map_err(StoreError::during("read bonuses"))?;
        let of = |wanted: i16| {
            let row = rows.iter().find(|row| row.0 == wanted);
            row.map_or_else(BonusEffect::default, |&(_, orders, taken, p50)| BonusEffect {
                orders,
                taken,
                p50,
            })
        };
        Ok([of(0), of(1)])
    }

    async fn read_people(&self, first: i64, last: i64) -> Result<Vec<PersonFlow>, StoreError> {
        const OPERATION: &str = "read people's days";
        counted();
        type Row = (String, String, i64, i64, i64, i64, String);
        let rows: Vec<Row> = sqlx::query_as(include_str!("../sql/flow_read_people.sql"))
            .bind(date(first))
            .bind(date(last))
            .fetch_all(self.any())
            .await
            .map_err(StoreError::during(OPERATION))?;
        rows.into_iter()
            .map(|(login, name, taken, given_back, finished, shipped, pay)| {
                let pay = serde_json::from_str(&pay).map_err(|it| StoreError::unreadable(OPERATION, it))?;
                Ok(PersonFlow { login, name, taken, given_back, finished, shipped, pay })
            })
            .collect()
    }

    /// Of the orders shipped since a moment those that took longest in the workshop, with their histories.
    ///
    /// # Errors
    /// When the database is away, or holds an entry that this program cannot read.
    #[tracing::instrument(skip_all)]
    pub async fn read_slowest(&self, since: Timestamp, limit: i64) -> Result<Vec<Entry>, StoreError> {
        const OPERATION: &str = "read slowest orders";
        counted();
        let rows: Vec<String> = sqlx::query_scalar(include_str!("../sql/flow_read_slowest.sql"))
            .bind(moment::to_driver(since))
            .bind(limit)
            .fetch_all(self.any())
            .await
            .map_err(StoreError::during(OPERATION))?;
        let read = |payload: &String| serde_json::from_str(payload);
        rows.iter().map(read).collect::<Result<_, _>>().map_err(|it| StoreError::unreadable(OPERATION, it))
    }

    /// Every order that went on at or after a moment, at most `limit`, cell by cell.
    ///
    /// # Errors
    /// When the database is away.
    #[tracing::instrument(skip_all)]
    pub async fn table_of_orders(
        &self,
        since: Timestamp,
        limit: i64,
    ) -> Result<Vec<Vec<String>>, StoreError> {
        counted();
        sqlx::query_scalar(include_str!("../sql/flow_table_orders.sql"))
            .bind(moment::to_driver(since))
            .bind(limit)
            .fetch_all(self.any())
            .await
            .map_err(StoreError::during("make table of orders"))
    }
}

fn of_date(date: Date) -> Day {
    Day { year: i64::from(date.year()), month: date.month().into(), day: date.day() }
}
