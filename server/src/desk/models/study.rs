//! What the bench wants to know of a model, worked out once for every file: its measures, and its picture.

use std::time::Duration;

use app::domain::{ModelDigest, Timestamp};
use bytes::Bytes;

use crate::{
    desk::Desk,
    model::{self, EDITION, Limits, ModelFacts, Record},
    store::models::ModelsError,
};

/// For how long a model that is measured again is nobody else's.
const LEASE: Duration = Duration::from_secs(600);
/// How often a file is looked at that this program, or the whole process, fails over. A server that was stopped or died
/// of something else in just these moments counts, too.
const TRIES: u32 = 3;
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
            tokio::task::spawn_blocking(move || (model::study(&bytes, &Limits::of_accepted()), read)).await;
        let Ok((study, read)) = studied else {
            tracing::error!(%sha256, "a model can't be measured: a defect of this program");
            count("failed");
            return Ok(None);
        };
        metrics::histogram!("model_study_seconds").record(begun.elapsed().as_secs_f64());
        count("measured");
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
        let (sha256, tries) = match self.store.claim_facts(EDITION, now, until).await {
            Ok(Some(claimed)) => claimed,
            Ok(None) => return false,
            Err(error) => {
                super::super::away(&error);
                return false;
            }
        };
        let facts = if tries < TRIES {
            match self.models.verified(&sha256, LARGEST).await {
                Ok(bytes) => self.looked_at_again(&sha256, Bytes::from(bytes)).await,
                Err(error) => Err(error),
            }
        } else {
            tracing::error!(%sha256, tries, "a model is not measured any more: each try failed");
            count("given_up");
            Ok(untold())
        };
        match facts {
            Ok(Some(facts)) => match self.store.record_facts(&sha256, &facts).await {
                Ok(()) => self.board.committed(),
                Err(error) => drop(super::super::away(&error)),
            },
            // It is somebody's again when the lease ends, for as long as there are tries.
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
        // With the bytes at hand: a store of files that is away is nothing that the file has done.
        if let Err(error) = self.store.count_study(sha256, 1).await {
            super::super::away(&error);
            return Ok(None);
        }
        let checked = bytes.clone();
        let read = tokio::task::spawn_blocking(move || model::read(&checked, &Limits::of_accepted())).await;
        match read {
            Ok(Ok(read)) => {
                let facts = self.facts_of(sha256, read, bytes).await;
                // It came through; only its picture could not be stored.
                if facts.is_err()
                    && let Err(error) = self.store.count_study(sha256, -1).await
                {
                    super::super::away(&error);
                }
                facts
            }
            // It was accepted once; a stricter reader does not take it away from whoever works on it.
            Ok(Err(refused)) => {
                tracing::warn!(%sha256, problem = refused.code(), "nothing can be told of a model that is shown");
                Ok(untold())
            }
            Err(_) => {
                tracing::error!(%sha256, "a model can't be read: a defect of this program");
                count("failed");
                Ok(None)
            }
        }
    }
}

fn untold() -> Option<String> {
    serde_json::to_string(&Record::untold()).ok()
}

fn count(outcome: &'static str) {
    metrics::counter!("model_studies_total", "outcome" => outcome).increment(1);
}
