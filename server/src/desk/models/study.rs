//! What the bench wants to know of a model, worked out once for every file: its measures, and its picture.

use std::time::Duration;

use app::domain::{ModelDigest, Timestamp};
use bytes::Bytes;

use crate::{
    desk::Desk,
    model::{self, EDITION, Limits, ModelFacts},
    store::models::ModelsError,
};

/// For how long a model that is measured again is nobody else's.
const LEASE: Duration = Duration::from_secs(600);
/// Bytes of a checked file at most.
const LARGEST: u64 = 64 * 1024 * 1024;

impl Desk {
    /// The facts of a checked file as JSON, its picture stored beside it. Another order's facts of the same file
    /// serve as well.
    pub(super) async fn facts_of(
        &self,
        sha256: &ModelDigest,
        read: ModelFacts,
        bytes: Bytes,
    ) -> Result<Option<String>, ModelsError> {
        match self.store.find_facts(sha256, EDITION).await {
            Ok(Some(known)) => return Ok(Some(known)),
            Ok(None) => {}
            // They are worked out all the same; recording them will tell whether the database is back.
            Err(error) => drop(super::super::away(&error)),
        }
        let begun = tokio::time::Instant::now();
        let studied =
            tokio::task::spawn_blocking(move || (model::study(&bytes, &Limits::default()), read)).await;
        let Ok((study, read)) = studied else {
            tracing::error!(%sha256, "a model can't be measured: a defect of this program");
            return Ok(None);
        };
        metrics::histogram!("model_study_seconds").record(begun.elapsed().as_secs_f64());
        let record = study.record(&read);
        tracing::info!(%sha256, doubt = ?study.bench.doubt, picture = study.picture.is_some(), "a model is measured");
        if let Some(picture) = study.picture {
            self.models.keep_picture(sha256, Bytes::from(picture)).await?;
        }
        Ok(serde_json::to_string(&record).ok())
    }

    /// Looks again at one model of actual orders that an older edition looked at, or none; whether there was one.
    pub async fn study_again(&self) -> bool {
        let now = self.clock.now();
        let until = Timestamp::from_millis(now.millis() + i64::try_from(LEASE.as_millis()).unwrap_or(0));
        let sha256 = match self.store.claim_facts(EDITION, now, until).await {
            Ok(Some(sha256)) => sha256,
            Ok(None) => return false,
            Err(error) => {
                super::super::away(&error);
                return false;
            }
        };
        let facts = match self.models.verified(&sha256, LARGEST).await {
            Ok(bytes) => self.looked_at_again(&sha256, Bytes::from(bytes)).await,
            Err(error) => Err(error),
        };
        match facts {
            Ok(Some(facts)) => match self.store.record_facts(&sha256, &facts).await {
                Ok(()) => self.board.committed(),
                Err(error) => drop(super::super::away(&error)),
            },
            Ok(None) => {}
            Err(error) => {
                tracing::warn!(error = &error as &dyn std::error::Error, "a model is measured later");
            }
        }
        true
    }

    async fn looked_at_again(
        &self,
        sha256: &ModelDigest,
        bytes: Bytes,
    ) -> Result<Option<String>, ModelsError> {
        let checked = bytes.clone();
        let read = tokio::task::spawn_blocking(move || model::read(&checked, &Limits::default())).await;
        match read {
            Ok(Ok(read)) => self.facts_of(sha256, read, bytes).await,
            // It was accepted once; a stricter reader does not take it away from whoever works on it.
            _ => Ok(None),
        }
    }
}
