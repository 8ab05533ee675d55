//! The refresh-ahead: all actual orders are read again before anyone could find the old ones too old, and never
//! because a reader waits. It audits as it goes: one revision has one content.

use std::{collections::BTreeSet, sync::Arc, time::Duration};

use app::domain::OrderId;
use tokio::time::{Instant, sleep};
use uuid::Builder;

use super::{
    Away, Snapshot,
    core::{Core, Reason},
    mark::{Digest, Mark},
    metrics,
    script::Verdict,
};
use crate::store::postgres::log::Everything;

/// Orders in one part of a staged snapshot.
const PART: usize = 200;
/// For how long a refresh keeps the others from doing the same.
const LOCK: Duration = Duration::from_secs(5);
/// The same for a refresh that somebody waits for.
const RUSH: Duration = Duration::from_secs(1);
/// Old events are forgotten at every so many refreshes.
const FORGET_EVERY: u32 = 20;

/// Refreshes for ever.
pub(super) async fn run(core: Arc<Core>) {
    let (mut rounds, mut failures) = (0, 0);
    loop {
        let timer = core.jittered(core.settings.refresh_every);
        tokio::select! {
            () = core.refresh.notified() => {}
            () = sleep(timer) => core.want(Reason::Timer),
        }
        let reasons = core.wanted();
        let Some(reason) = reasons.last().copied() else { continue };
        let begun = Instant::now();
        let outcome = refresh(&core, &reasons).await;
        metrics::refreshed(reason.name(), outcome, begun.elapsed());
        // Whoever finds Redis empty asks over and over; that another server fills it is no news each time.
        if outcome != "skipped" || reason == Reason::Timer {
            core.remember(reason, outcome, begun.elapsed());
        }
        if outcome == "done" {
            // What was wanted meanwhile is there; whoever still lacks something asks again.
            core.wanted();
        }
        failures = if outcome == "failed" { failures + 1 } else { 0 };
        if failures > 0 {
            // Reading everything over and over would not help what ails.
            sleep(core.jittered(core.settings.tick * (1 << failures.min(4)))).await;
        }
        rounds += 1;
        if rounds % FORGET_EVERY == 0 {
            forget(&core).await;
        }
    }
}

async fn refresh(core: &Core, reasons: &BTreeSet<Reason>) -> &'static str {
    if !mine(core, reasons).await {
        return "skipped";
    }
    let Ok(everything) = core.asked(core.store.everything()).await else { return "failed" };
    let everything = Arc::new(everything);
    let weighed = Arc::clone(&everything);
    let weigh = move || {
        weighed
            .entries
            .iter()
            .fold(Digest::default(), |sum, (order, payload)| sum.with(Digest::of(*order, payload)))
    };
    let Ok(digest) = tokio::task::spawn_blocking(weigh).await else { return "failed" };
    let near = audit_near(core, reasons, &everything, digest).await;
    let shelf = shelve(core, reasons, &everything, digest).await;
    if near && shelf { "done" } else { "failed" }
}

/// Whether this server does it now; the locks only save work.
async fn mine(core: &Core, reasons: &BTreeSet<Reason>) -> bool {
    if core.shelf.reach.is_away() || reasons.contains(&Reason::Near) || reasons.contains(&Reason::Divergence)
    {
        return true;
    }
    let rush = reasons.iter().any(|reason| *reason != Reason::Timer);
    let (name, held) = if rush { ("rush", RUSH) } else { ("refresh", LOCK) };
    // A Redis that does not answer keeps nobody from reading the database.
    core.shelf.lock(name, held).await.unwrap_or(true)
}

/// Gives the near board what it lacks, or finds that it is wrong.
async fn audit_near(
    core: &Core,
    reasons: &BTreeSet<Reason>,
    everything: &Arc<Everything>,
    digest: Digest,
) -> bool {
    let wanted = match core.near.snapshot() {
        None => true,
        Some(near) if near.revision() == everything.revision => {
            if near.digest() != digest {
                metrics::divergence("near", near.revision());
            }
            near.digest() != digest
        }
        Some(near) => {
            near.revision().epoch < everything.revision.epoch
                || (reasons.contains(&Reason::Near) && near.revision() < everything.revision)
        }
    };
    if wanted {
        let source = Arc::clone(everything);
        let build = move || {
            let entries = source.entries.iter().map(|(order, payload)| (*order, payload.as_str()));
            Snapshot::of(source.revision, source.at, entries)
        };
        match tokio::task::spawn_blocking(build).await {
            Ok(Ok(board)) => {
                if core.near.adopt(board) {
                    metrics::loaded("refresh");
                }
            }
            Ok(Err(error)) => {
                metrics::unreadable(&error);
                return false;
            }
            Err(_) => return false,
        }
    }
    core.near.certify(everything.revision, everything.at);
    true
}

/// Puts everything into Redis; true also when Redis is away or newer.
async fn shelve(core: &Core, reasons: &BTreeSet<Reason>, everything: &Everything, digest: Digest) -> bool {
    if core.shelf.reach.is_away() {
        return true;
    }
    let mark = Mark {
        revision: everything.revision,
        fresh_at: everything.at,
        count: everything.entries.len() as u64,
        digest,
    };
    let verdict = match stage(core, &everything.entries, &mark).await {
        Ok(verdict) => verdict,
        Err(Away) => return false,
    };
    match &verdict {
        Verdict::Ok(before) if before == "differs" => metrics::divergence("redis", mark.revision),
        Verdict::Stale(newer) if newer.epoch > mark.revision.epoch => metrics::ahead(*newer, mark.revision),
        _ => {}
    }
    if matches!(verdict, Verdict::Ok(_)) {
        // Others find the work done for most of a period, whoever's timer comes first.
        let rest = core.settings.refresh_every.mul_f64(0.45);
        if reasons.contains(&Reason::Timer) && core.shelf.hold("refresh", rest).await.is_err() {
            tracing::debug!("the refresh lock could not be kept");
        }
        // The log may have moved on since.
        core.drain.notify_one();
    }
    matches!(verdict, Verdict::Ok(_) | Verdict::Stale(_))
}

async fn stage(core: &Core, entries: &[(OrderId, String)], mark: &Mark) -> Result<Verdict, Away> {
    let mut token = [0; 16];
    core.settings.entropy.fill(&mut token);
    let token = Builder::from_random_bytes(token).into_uuid().simple().to_string();
    for part in entries.chunks(PART) {
        core.shelf.stage(&token, part).await?;
    }
    core.shelf.install(&token, mark).await
}

/// Forgets the log's old beginning, below what Redis and this server have.
async fn forget(core: &Core) {
    let Ok(Some(mark)) = core.shelf.mark().await else { return };
    let Some(near) = core.near.revision() else { return };
    let before = near.min(mark.revision).rev;
    match core.asked(core.store.forget_events(before)).await {
        Ok(0) | Err(_) => {}
        Ok(events) => tracing::info!(events, "old events of the board were forgotten"),
    }
}
