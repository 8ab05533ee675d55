//! What became of the orders' model files.

use app::domain::{ModelDigest, ModelState, OrderId, Timestamp, TraceParent};
use uuid::Uuid;

use super::{Postgres, moment};
use crate::store::StoreError;

/// An order whose file is to be fetched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DueModel {
    /// Whose.
    pub order: OrderId,
    /// Where it lies in the bucket.
    pub key: String,
    /// Its hash, as announced.
    pub declared: Option<ModelDigest>,
    /// Bytes, as announced.
    pub size: Option<u64>,
    /// How often it was tried, this time included.
    pub tries: u32,
    /// The order's trace.
    pub traceparent: Option<TraceParent>,
}

/// What a file turned out to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Anything but `None` and `Pending`.
    pub state: ModelState,
    /// Its hash, when it could be fetched whole.
    pub sha256: Option<ModelDigest>,
    /// Bytes, when it could be fetched whole.
    pub bytes: Option<u64>,
    /// Its measures as JSON, when it is ready.
    pub facts: Option<String>,
    /// Why it cannot be shown: a short stable code.
    pub problem: Option<String>,
}

impl Postgres {
    /// At most `limit` orders whose file is due; nobody else gets them before `until`.
    ///
    /// # Errors
    /// When the database is away.
    #[tracing::instrument(skip_all)]
    pub async fn claim_models(
        &self,
        now: Timestamp,
        until: Timestamp,
        limit: i64,
    ) -> Result<Vec<DueModel>, StoreError> {
        const OPERATION: &str = "claim models";
        type Row = (Uuid, String, Option<String>, Option<i64>, i32, Option<String>);
        super::counted();
        let rows: Vec<Row> = sqlx::query_as(include_str!("sql/claim_models.sql"))
            .bind(moment::to_driver(now))
            .bind(moment::to_driver(until))
            .bind(limit)
            .fetch_all(self.any())
            .await
            .map_err(StoreError::during(OPERATION))?;
        rows.into_iter()
            .map(|(id, key, declared, size, tries, traceparent)| {
                let declared = declared.map(|text| text.parse()).transpose();
                Ok(DueModel {
                    order: OrderId(id),
                    key,
                    declared: declared.map_err(|error| StoreError::unreadable(OPERATION, error))?,
                    size: size.and_then(|size| u64::try_from(size).ok()),
                    tries: tries.unsigned_abs(),
                    traceparent: traceparent.and_then(|text| text.parse().ok()),
                })
            })
            .collect()
    }

    /// Records what a file turned out to be; `false`: the order names another file by now.
    ///
    /// # Errors
    /// When the database is away.
    #[tracing::instrument(skip_all)]
    pub async fn record_model(&self, due: &DueModel, finding: &Finding) -> Result<bool, StoreError> {
        super::counted();
        let done = sqlx::query(include_str!("sql/record_model.sql"))
            .bind(due.order.0)
            .bind(&due.key)
            .bind(due.declared.map(|sha256| sha256.to_string()))
            .bind(match finding.state {
                ModelState::None => "none",
                ModelState::Pending => "pending",
                ModelState::Ready => "ready",
                ModelState::Missing => "missing",
                ModelState::Refused => "refused",
                ModelState::Mismatch => "mismatch",
            })
            .bind(finding.sha256.map(|sha256| sha256.to_string()))
            .bind(finding.bytes.and_then(|bytes| i64::try_from(bytes).ok()))
            .bind(finding.facts.as_deref())
            .bind(finding.problem.as_deref())
            .execute(self.any())
            .await
            .map_err(StoreError::during("record model"))?;
        Ok(done.rows_affected() == 1)
    }

    /// Makes a claimed file due then instead of at the end of its lease; `false`: it is not this claim's any more.
    ///
    /// # Errors
    /// When the database is away.
    #[tracing::instrument(skip_all)]
    pub async fn put_off_model(&self, due: &DueModel, until: Timestamp) -> Result<bool, StoreError> {
        super::counted();
        let done = sqlx::query(include_str!("sql/put_off_model.sql"))
            .bind(due.order.0)
            .bind(&due.key)
            .bind(moment::to_driver(until))
            .bind(i32::try_from(due.tries).unwrap_or(i32::MAX))
            .execute(self.any())
            .await
            .map_err(StoreError::during("put off model"))?;
        Ok(done.rows_affected() == 1)
    }

    /// What this edition of the measures, or a later one, found of a file, as JSON.
    ///
    /// # Errors
    /// When the database is away.
    #[tracing::instrument(skip_all)]
    pub async fn find_facts(&self, sha256: &ModelDigest, edition: u32) -> Result<Option<String>, StoreError> {
        super::counted();
        let facts: Option<Option<String>> = sqlx::query_scalar(include_str!("sql/find_facts.sql"))
            .bind(sha256.to_string())
            .bind(i32::try_from(edition).unwrap_or(i32::MAX))
            .fetch_optional(self.any())
            .await
            .map_err(StoreError::during("find facts"))?;
        Ok(facts.flatten())
    }

    /// A ready model of actual orders that only an older edition looked at, and how often it was begun with; nobody else
    /// gets it before `until`.
    ///
    /// # Errors
    /// When the database is away.
    #[tracing::instrument(skip_all)]
    pub async fn claim_facts(
        &self,
        edition: u32,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<Option<(ModelDigest, u32)>, StoreError> {
        const OPERATION: &str = "claim facts";
        super::counted();
        let claimed: Option<(String, i32)> = sqlx::query_as(include_str!("sql/claim_facts.sql"))
            .bind(i32::try_from(edition).unwrap_or(i32::MAX))
            .bind(moment::to_driver(now))
            .bind(moment::to_driver(until))
            .fetch_optional(self.any())
            .await
            .map_err(StoreError::during(OPERATION))?;
        let Some((digest, tries)) = claimed else { return Ok(None) };
        let digest = digest.parse().map_err(|error| StoreError::unreadable(OPERATION, error))?;
        Ok(Some((digest, tries.unsigned_abs())))
    }

    /// Counts a try to look at a leased file before it begins (1), or takes it back (-1).
    ///
    /// # Errors
    /// When the database is away.
    #[tracing::instrument(skip_all)]
    pub async fn count_study(&self, sha256: &ModelDigest, step: i32) -> Result<(), StoreError> {
        super::counted();
        let query = sqlx::query(include_str!("sql/count_study.sql")).bind(sha256.to_string()).bind(step);
        query.execute(self.any()).await.map_err(StoreError::during("count study")).map(drop)
    }

    /// Records what was found of a file, for every actual order that names it.
    ///
    /// # Errors
    /// When the database is away.
    #[tracing::instrument(skip_all)]
    pub async fn record_facts(&self, sha256: &ModelDigest, facts: &str) -> Result<(), StoreError> {
        super::counted();
        sqlx::query(include_str!("sql/record_facts.sql"))
            .bind(sha256.to_string())
            .bind(facts)
            .execute(self.any())
            .await
            .map_err(StoreError::during("record facts"))?;
        Ok(())
    }

    /// Bytes of a ready model that some order names, actual or not, and that order.
    ///
    /// # Errors
    /// When the database is away.
    #[tracing::instrument(skip_all)]
    pub async fn find_model(&self, sha256: &ModelDigest) -> Result<Option<(u64, OrderId)>, StoreError> {
        super::counted();
        let found: Option<(Option<i64>, Uuid)> = sqlx::query_as(include_str!("sql/find_model.sql"))
            .bind(sha256.to_string())
            .fetch_optional(self.any())
            .await
            .map_err(StoreError::during("find model"))?;
        Ok(found.and_then(|(bytes, order)| Some((u64::try_from(bytes?).ok()?, OrderId(order)))))
    }

    /// How far the models of actual orders have come: the state's name and how many.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn model_states(&self) -> Result<Vec<(String, i64)>, StoreError> {
        super::counted();
        let states = sqlx::query_as(include_str!("sql/model_states.sql")).fetch_all(self.any()).await;
        states.map_err(StoreError::during("count model states"))
    }

    /// At most `limit` actual orders, by number, whose model cannot be shown, and why.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn lacking_models(&self, limit: i64) -> Result<Vec<(String, String)>, StoreError> {
        super::counted();
        let query = sqlx::query_as(include_str!("sql/lacking_models.sql")).bind(limit);
        query.fetch_all(self.any()).await.map_err(StoreError::during("look for models"))
    }

    /// Every file that the board names: hash, bytes, and the number of an order that names it.
    ///
    /// # Errors
    /// When the database is away, or a hash is none.
    pub async fn ready_models(&self) -> Result<Vec<(ModelDigest, u64, String)>, StoreError> {
        const OPERATION: &str = "read ready models";
        super::counted();
        let rows: Vec<(String, i64, String)> = sqlx::query_as(include_str!("sql/ready_models.sql"))
            .fetch_all(self.any())
            .await
            .map_err(StoreError::during(OPERATION))?;
        let read = |(sha256, bytes, number): (String, i64, String)| {
            let sha256 = sha256.parse().map_err(|error| StoreError::unreadable(OPERATION, error))?;
            Ok((sha256, bytes.unsigned_abs(), number))
        };
        rows.into_iter().map(read).collect()
    }
}
