//! The worker that fetches the files which orders name: claims what is due, checks it, keeps it under its own hash,
//! and records what it is. Any number of servers may run it; a claim is a lease, so who dies loses nothing. It is short,
//! and kept for as long as the file is on its way; who stops, or cannot say what came of it, gives it back.

use std::{sync::Arc, time::Duration};

use app::domain::{ModelState, Timestamp};
use bytes::Bytes;
use futures_util::{StreamExt, stream};
use tokio::time::{sleep, timeout};
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

/// Bytes of a file at most: the limit that messages are held to (`intake::limits`), for those that announce none.
const LARGEST: u64 = 64 * 1024 * 1024;
/// For how long a claimed file is nobody else's: the longest that it waits after a server has died with it.
const LEASE_MS: i64 = 60_000;
/// How often a lease is made that long again; one that could not be is tried again twice before it ends.
const RENEW: Duration = Duration::from_secs(20);
/// A lease is given back within this time or ends by itself: a server that stops has two seconds for everything.
const GIVE_BACK: Duration = Duration::from_secs(1);
/// Files in memory at once.
const AT_ONCE: usize = 2;
/// A file that took more tries may be what its servers die of: it is noted first, and measured on its own, where the
/// tries are counted for just that.
const MEASURED_AT_ONCE: u32 = 3;
/// Between looks when nobody calls: what another server took in, or what is due again.
const LOOK: Duration = Duration::from_secs(1);

impl Desk {
    /// Fetches what is due until told to stop; files that are being fetched then are the next server's at once.
    pub(in crate::desk) async fn fetch_models(self: Arc<Self>, stop: CancellationToken) {
        while !stop.is_cancelled() {
            match self.fetch_due_models(&stop).await {
                Ok(0) => {
                    stop.run_until_cancelled(self.find_other_work()).await;
                }
                Ok(_) => {}
                Err(error) => {
                    tracing::warn!(error = &error as &dyn std::error::Error, "models wait");
                    stop.run_until_cancelled(sleep(LOOK)).await;
                }
            }
        }
    }

    /// With nothing to fetch: looks again at a file of an older edition, or waits until somebody calls.
    async fn find_other_work(&self) {
        if !self.study_again().await {
            let _ = timeout(LOOK, self.model_waits.notified()).await;
        }
    }

    /// Fetches a handful of files that are due now, or gives them back when told to stop; how many there were. One that
    /// fails does not hold up the others.
    ///
    /// # Errors
    /// When the database is away: the first failure, after all files had their turn.
    pub async fn fetch_due_models(&self, stop: &CancellationToken) -> Result<usize, StoreError> {
        // Not cut by a stop: a claim whose answer nobody hears could not be given back.
        let now = self.clock.now();
        let due = self.store.claim_models(now, self.lease(), AT_ONCE as i64).await?;
        let count = due.len();
        let done: Vec<Result<(), StoreError>> = stream::iter(due)
            .map(|due| {
                let span = span(&due);
                self.fetch_model(due, stop).instrument(span)
            })
            .buffer_unordered(AT_ONCE)
            .collect()
            .await;
        done.into_iter().collect::<Result<(), _>>().map(|()| count)
    }

    /// Until when a file that is claimed now is nobody else's.
    fn lease(&self) -> Timestamp {
        Timestamp::from_millis(self.clock.now().millis() + LEASE_MS)
    }

    async fn fetch_model(&self, due: DueModel, stop: &CancellationToken) -> Result<(), StoreError> {
        let found = tokio::select! {
            found = self.find_out(&due) => found,
            () = self.renew(&due) => return Ok(()),
            () = stop.cancelled() => {
                self.give_back(&due).await;
                return Ok(());
            }
        };
        let told = self.tell(&due, found).await;
        if let Err(error) = &told {
            tracing::warn!(error = error as &dyn std::error::Error, "what the model is could not be noted");
            self.give_back(&due).await;
        }
        told
    }

    /// Keeps the lease until somebody else has a claim to the file, or nobody has any more.
    async fn renew(&self, due: &DueModel) {
        loop {
            sleep(RENEW).await;
            match self.store.put_off_model(due, self.lease()).await {
                Ok(true) => {}
                Ok(false) => {
                    tracing::info!("the model is not wanted any more, or by another server");
                    return;
                }
                Err(error) => {
                    tracing::warn!(
                        error = &error as &dyn std::error::Error,
                        "a model's lease was not renewed"
                    );
                }
            }
        }
    }

    /// Makes the file due now, for whoever looks next.
    async fn give_back(&self, due: &DueModel) {
        match timeout(GIVE_BACK, self.store.put_off_model(due, self.clock.now())).await {
            Ok(Ok(_)) => tracing::info!("the model is given back"),
            Ok(Err(error)) => {
                tracing::warn!(
                    error = &error as &dyn std::error::Error,
                    "the model waits for its lease to end"
                );
            }
            Err(_) => tracing::warn!("the model waits for its lease to end: the database did not answer"),
        }
    }

    async fn tell(&self, due: &DueModel, found: Result<Finding, ModelsError>) -> Result<(), StoreError> {
        let finding = match found {
            Ok(finding) => finding,
            Err(error) => {
                tracing::warn!(error = &error as &dyn std::error::Error, "the model is tried again later");
                metrics::counter!("model_fetches_total", "state" => "pending").increment(1);
                return self.store.put_off_model(due, self.next_try(due.tries)).await.map(drop);
            }
        };
        let state = self.store.record_model(due, &finding).await?.then_some(finding.state);
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
            if due.tries <= MEASURED_AT_ONCE {
                finding.facts = self.facts_of(&sha256, read, bytes).await?;
            }
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
