//! The worker that fetches the files which orders name: claims what is due, checks it, keeps it under its own hash,
//! and records what it is. Any number of servers may run it; a claim is a lease, so who dies loses nothing.

use std::{sync::Arc, time::Duration};

use app::domain::{ModelState, Timestamp};
use bytes::Bytes;
use futures_util::{StreamExt, stream};
use tokio_util::sync::CancellationToken;
use tracing::Instrument as _;

use super::inspect::{self, Inspected};
use crate::{
    desk::Desk,
    store::{
        StoreError,
        models::ModelsError,
        postgres::models::{DueModel, Finding},
    },
    trace,
};

/// Bytes of a file at most (CONTRACTS, section 3).
const LARGEST: u64 = 64 * 1024 * 1024;
/// For how long a claimed file is nobody else's: longer than S3's own time-outs, twice.
const LEASE_MS: i64 = 600_000;
/// Files in memory at once.
const AT_ONCE: usize = 2;
/// Between looks when nobody calls: what another server took in, or what is due again.
const LOOK: Duration = Duration::from_secs(1);

impl Desk {
    /// Fetches what is due until told to stop; files that are being fetched then are left to the next server.
    pub(in crate::desk) async fn fetch_models(self: Arc<Self>, stop: CancellationToken) {
        let work = async {
            loop {
                match self.fetch_due_models().await {
                    Ok(0) if self.study_again().await => {}
                    Ok(0) => {
                        let called = tokio::time::timeout(LOOK, self.model_waits.notified());
                        let _ = called.await;
                    }
                    Ok(_) => {}
                    Err(error) => {
                        tracing::warn!(error = &error as &dyn std::error::Error, "models wait");
                        tokio::time::sleep(LOOK).await;
                    }
                }
            }
        };
        stop.run_until_cancelled(work).await;
    }

    /// Fetches a handful of files that are due now; how many there were.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn fetch_due_models(&self) -> Result<usize, StoreError> {
        let now = self.clock.now();
        let until = Timestamp::from_millis(now.millis() + LEASE_MS);
        let due = self.store.claim_models(now, until, AT_ONCE as i64).await?;
        let count = due.len();
        let mut done = stream::iter(due)
            .map(|due| {
                let span = span(&due);
                self.fetch_model(due).instrument(span)
            })
            .buffer_unordered(AT_ONCE);
        while let Some(done) = done.next().await {
            done?;
        }
        Ok(count)
    }

    async fn fetch_model(&self, due: DueModel) -> Result<(), StoreError> {
        let finding = match self.find_out(&due).await {
            Ok(finding) => finding,
            Err(error) => {
                tracing::warn!(error = &error as &dyn std::error::Error, "the model is tried again later");
                metrics::counter!("model_fetches_total", "state" => "pending").increment(1);
                return self.store.put_off_model(&due, self.next_try(due.tries)).await;
            }
        };
        let state = self.store.record_model(&due, &finding).await?.then_some(finding.state);
        tracing::info!(?state, problem = finding.problem, "the model is looked at");
        metrics::counter!("model_fetches_total", "state" => name(finding.state)).increment(1);
        self.board.committed();
        Ok(())
    }

    async fn find_out(&self, due: &DueModel) -> Result<Finding, ModelsError> {
        let bytes = match self.models.fetch(&due.key, LARGEST).await {
            Ok(bytes) => Bytes::from(bytes),
            Err(ModelsError::Missing { .. }) => {
                return Ok(inspect::absent(ModelState::Missing, "missing").finding);
            }
            Err(ModelsError::TooLarge { .. }) => {
                return Ok(inspect::absent(ModelState::Refused, "too_large").finding);
            }
            Err(error @ ModelsError::Away { .. }) => return Err(error),
        };
        if due.size.is_some_and(|size| size != bytes.len() as u64) {
            // The hash is what counts, and the size that cards show is measured.
            tracing::warn!(
                announced = due.size,
                actual = bytes.len(),
                "the model has another size than announced"
            );
        }
        let (inspected, declared) = (bytes.clone(), due.declared);
        let looked = tokio::task::spawn_blocking(move || inspect::inspect(&inspected, declared)).await;
        let Inspected { mut finding, read } =
            looked.unwrap_or_else(|_| inspect::absent(ModelState::Refused, "unreadable"));
        if let (Some(read), Some(sha256)) = (read, finding.sha256) {
            self.models.keep(&sha256, bytes.clone()).await?;
            finding.facts = self.facts_of(&sha256, read, bytes).await?;
        }
        Ok(finding)
    }

    /// 1 s, 2 s, 4 s … 60 s after now, each up to half as long again, so that servers do not return all at once.
    fn next_try(&self, tries: u32) -> Timestamp {
        let mut random = [0];
        self.entropy.fill(&mut random);
        let pause = 1000_i64 << tries.saturating_sub(1).min(6);
        let pause = pause.min(60_000);
        Timestamp::from_millis(self.clock.now().millis() + pause + pause * i64::from(random[0]) / 512)
    }
}

const fn name(state: ModelState) -> &'static str {
    match state {
        ModelState::None => "none",
        ModelState::Pending => "pending",
        ModelState::Ready => "ready",
        ModelState::Missing => "missing",
        ModelState::Refused => "refused",
        ModelState::Mismatch => "mismatch",
    }
}

/// The fetch's part of the order's trace.
fn span(due: &DueModel) -> tracing::Span {
    let wanted = due.traceparent.is_some_and(|parent| trace::wanted(parent, true));
    let span = trace::begin!(wanted, "fetch_model", order.id = %due.order, model.key = %due.key);
    trace::follow(&span, due.traceparent);
    span
}
