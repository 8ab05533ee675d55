//! What the radar asks: counts, the last message, orders that nobody approved, how other servers' lines stand.

use app::{
    domain::Timestamp,
    radar::{Announced, COUNTED, LastMessage, Line, LineReport, Listed, Standing},
};
use time::OffsetDateTime;
use uuid::Uuid;

use super::{Postgres, moment};
use crate::store::StoreError;

/// Rows of a list that are shown.
const SHOWN: i64 = 50;

/// So many messages of a minute that came through a door and had an outcome.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tally {
    /// When the minute began.
    pub minute: Timestamp,
    /// The door's name.
    pub door: &'static str,
    /// The outcome's name.
    pub outcome: &'static str,
    /// How many.
    pub count: u64,
}

/// What was counted since two moments.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sum {
    /// The door's name.
    pub door: String,
    /// The outcome's name.
    pub outcome: String,
    /// Since the first moment.
    pub today: u64,
    /// Since the second one.
    pub hour: u64,
}

impl Postgres {
    /// Adds to what was counted.
    ///
    /// # Errors
    /// When the database is away; it may have happened all the same.
    #[tracing::instrument(skip_all)]
    pub async fn add_tally(&self, tallies: &[Tally]) -> Result<(), StoreError> {
        let minutes: Vec<_> = tallies.iter().map(|tally| moment::to_driver(tally.minute)).collect();
        let (doors, outcomes): (Vec<&str>, Vec<&str>) =
            tallies.iter().map(|tally| (tally.door, tally.outcome)).unzip();
        let counts: Vec<_> =
            tallies.iter().map(|tally| i64::try_from(tally.count).unwrap_or(i64::MAX)).collect();
        super::counted();
        sqlx::query(include_str!("sql/add_tally.sql"))
            .bind(minutes)
            .bind(doors)
            .bind(outcomes)
            .bind(counts)
            .execute(self.any())
            .await
            .map(drop)
            .map_err(StoreError::during("add tally"))
    }

    /// What was counted since two moments, of which either may be the earlier one.
    ///
    /// # Errors
    /// When the database is away.
    #[tracing::instrument(skip_all)]
    pub async fn read_tally(&self, today: Timestamp, hour: Timestamp) -> Result<Vec<Sum>, StoreError> {
        super::counted();
        let rows: Vec<(String, String, i64, i64)> = sqlx::query_as(include_str!("sql/read_tally.sql"))
            .bind(moment::to_driver(today))
            .bind(moment::to_driver(hour))
            .fetch_all(self.any())
            .await
            .map_err(StoreError::during("read tally"))?;
        let count = |n| u64::try_from(n).unwrap_or_default();
        let sum =
            |(door, outcome, today, hour)| Sum { door, outcome, today: count(today), hour: count(hour) };
        Ok(rows.into_iter().map(sum).collect())
    }

    /// Forgets what was counted before a moment, at most `limit` rows; returns how many.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn forget_tally(&self, before: Timestamp, limit: u32) -> Result<u64, StoreError> {
        self.forget(include_str!("sql/forget_tally.sql"), before, limit, "forget tally").await
    }

    /// Tells the others how this server's lines stand; who has told nothing since `gone` is forgotten.
    ///
    /// # Errors
    /// When the database is away.
    #[tracing::instrument(skip_all)]
    pub async fn tell_lines(
        &self,
        server: Uuid,
        lines: &[(Line, Standing, Timestamp)],
        gone: Timestamp,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let (names, standings): (Vec<&str>, Vec<&str>) =
            lines.iter().map(|(line, standing, _)| (line.name(), standing.name())).unzip();
        let since: Vec<_> = lines.iter().map(|(.., since)| moment::to_driver(*since)).collect();
        super::counted();
        sqlx::query(include_str!("sql/tell_lines.sql"))
            .bind(server)
            .bind(names)
            .bind(standings)
            .bind(since)
            .bind(moment::to_driver(gone))
            .bind(moment::to_driver(now))
            .execute(self.any())
            .await
            .map(drop)
            .map_err(StoreError::during("tell lines"))
    }

    /// How the lines of all servers but this one stand, that have told since then.
    ///
    /// # Errors
    /// When the database is away.
    #[tracing::instrument(skip_all)]
    pub async fn read_lines(
        &self,
        server: Uuid,
        told_since: Timestamp,
    ) -> Result<Vec<LineReport>, StoreError> {
        super::counted();
        let rows: Vec<(String, String, OffsetDateTime, i64)> =
            sqlx::query_as(include_str!("sql/read_lines.sql"))
                .bind(server)
                .bind(moment::to_driver(told_since))
                .fetch_all(self.any())
                .await
                .map_err(StoreError::during("read lines"))?;
        let report = |(line, standing, since, servers): (String, String, _, i64)| {
            Some(LineReport {
                line: Line::ALL.into_iter().find(|known| known.name() == line)?,
                standing: Standing::named(&standing)?,
                since: moment::from_driver(since),
                servers: u32::try_from(servers).ok()?,
            })
        };
        Ok(rows.into_iter().filter_map(report).collect())
    }

    /// The last message that was taken in.
    ///
    /// # Errors
    /// When the database is away.
    #[tracing::instrument(skip_all)]
    pub async fn last_message(&self) -> Result<Option<LastMessage>, StoreError> {
        super::counted();
        let row: Option<(OffsetDateTime, OffsetDateTime)> =
            sqlx::query_as(include_str!("sql/last_message.sql"))
                .fetch_optional(self.any())
                .await
                .map_err(StoreError::during("read last message"))?;
        Ok(row.map(|(received, occurred)| LastMessage {
            received_at: moment::from_driver(received),
            occurred_at: moment::from_driver(occurred),
        }))
    }

    /// Orders that the source has priced or gone on with since `after`, and that were never approved here.
    ///
    /// # Errors
    /// When the database is away.
    #[tracing::instrument(skip_all)]
    pub async fn list_announced(&self, after: Timestamp) -> Result<Listed<Announced>, StoreError> {
        super::counted();
        let rows = sqlx::query_as(include_str!("sql/list_announced.sql"))
            .bind(moment::to_driver(after))
            .bind(i64::try_from(COUNTED).unwrap_or(i64::MAX) + 1)
            .bind(SHOWN)
            .fetch_all(self.any())
            .await
            .map_err(StoreError::during("list announced orders"))?;
        Ok(listed(rows))
    }

    /// Orders that were submitted after `after` and before `before`, and of which nothing was heard since.
    ///
    /// # Errors
    /// When the database is away.
    #[tracing::instrument(skip_all)]
    pub async fn list_unpriced(
        &self,
        after: Timestamp,
        before: Timestamp,
    ) -> Result<Listed<Announced>, StoreError> {
        super::counted();
        let rows = sqlx::query_as(include_str!("sql/list_unpriced.sql"))
            .bind(moment::to_driver(after))
            .bind(i64::try_from(COUNTED).unwrap_or(i64::MAX) + 1)
            .bind(SHOWN)
            .bind(moment::to_driver(before))
            .fetch_all(self.any())
            .await
            .map_err(StoreError::during("list unpriced orders"))?;
        Ok(listed(rows))
    }
}

type AnnouncedRow = (String, String, OffsetDateTime, i64);

fn listed(rows: Vec<AnnouncedRow>) -> Listed<Announced> {
    let total = rows.first().map_or(0, |(.., total)| u64::try_from(*total).unwrap_or_default());
    let announced = |(number, status, heard_at, _): AnnouncedRow| {
        // A number that is none cannot be: the reader of messages has checked it.
        let number = number.parse().ok()?;
        Some(Announced { number, status, heard_at: moment::from_driver(heard_at) })
    };
    Listed { total, items: rows.into_iter().filter_map(announced).collect() }
}
