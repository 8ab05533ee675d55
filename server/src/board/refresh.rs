//! The refresh-ahead: all actual orders are read again before anyone could find the old ones too old, and never
//! because a reader waits. It audits as it goes: one revision has one content.
//!
//! A refresh that nobody waits for takes its time: the database, Redis and this server are busy with it for a small
//! share of each moment instead of altogether for a second. One that the board has moved on from meanwhile could not
//! compare and repair, so the next one hurries.

use std::{collections::BTreeSet, sync::Arc, time::Duration};

use tokio::time::{Instant, sleep};
use uuid::Builder;

use super::{
    Away, Snapshot,
    core::{Core, Reason},
    mark::{Digest, Mark},
    metrics,
    script::Verdict,
};
use crate::store::postgres::reading::{Part, Reading};

/// Orders in one part of an unhurried reading: some milliseconds of the database's time.
const PART: usize = 50;
/// The same for one that somebody waits for.
const LARGE_PART: usize = 200;
/// The share of the period over which an unhurried refresh spreads.
const SPREAD: f64 = 0.5;
/// The longest pause between two parts.
const PAUSE: Duration = Duration::from_millis(100);
/// For how long a refresh keeps the others from doing the same, besides its pauses.
const LOCK: Duration = Duration::from_secs(5);
/// The same for a refresh that somebody waits for.
const RUSH: Duration = Duration::from_secs(1);
/// Old events are forgotten at every so many refreshes.
const FORGET_EVERY: u32 = 20;

/// What became of a refresh.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Outcome {
    /// Everything is as the database says.
    Done,
    /// The same, but Redis had moved on and could not be compared.
    Overtaken,
    /// The near board says something else.
    Differs,
    /// Somebody else does it.
    Skipped,
    Failed,
}

impl Outcome {
    const fn name(self) -> &'static str {
        match self {
            Self::Done | Self::Overtaken | Self::Differs => "done",
            Self::Skipped => "skipped",
            Self::Failed => "failed",
        }
    }
}

/// Refreshes for ever.
pub(super) async fn run(core: Arc<Core>) {
    let (mut rounds, mut failures, mut hurry) = (0, 0, false);
    loop {
        let timer = core.jittered(core.settings.refresh_every);
        tokio::select! {
            () = core.refresh.notified() => {}
            () = sleep(timer) => core.want(Reason::Timer),
        }
        let reasons = core.wanted();
        let Some(reason) = reasons.last().copied() else { continue };
        let begun = Instant::now();
        let outcome = refresh(&core, &reasons, hurry).await;
        metrics::refreshed(reason.name(), outcome.name(), begun.elapsed());
        // Whoever finds Redis empty asks over and over; that another server fills it is no news each time.
        if outcome != Outcome::Skipped || reason == Reason::Timer {
            core.remember(reason, outcome.name(), begun.elapsed());
        }
        if outcome.name() == "done" {
            // What was wanted meanwhile is there; whoever still lacks something asks again.
            core.wanted();
            hurry = outcome == Outcome::Overtaken;
        }
        if outcome == Outcome::Differs {
            core.want(Reason::Divergence);
        }
        failures = if outcome == Outcome::Failed { failures + 1 } else { 0 };
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

async fn refresh(core: &Core, reasons: &BTreeSet<Reason>, hurry: bool) -> Outcome {
    // A refresh that somebody waits for has a reason besides the timer, which is the least of them.
    let calm = !hurry && reasons.iter().all(|reason| *reason == Reason::Timer);
    let spread = if calm { core.settings.refresh_every.mul_f64(SPREAD) } else { Duration::ZERO };
    if !mine(core, reasons, spread).await {
        return Outcome::Skipped;
    }
    let Ok(mut reading) = core.asked(core.store.read_all()).await else { return Outcome::Failed };
    let size = if calm { PART } else { LARGE_PART };
    let parts = reading.len().div_ceil(size).max(1);
    let pause = (spread / u32::try_from(parts).unwrap_or(u32::MAX)).min(PAUSE);
    let mut copy = Copy::begin(core, reasons, &reading);
    let mut part = Part::new();
    loop {
        // While the database reads a part, the one before goes on to Redis.
        let (next, ()) = tokio::join!(core.asked(reading.next(size)), copy.add(core, &part));
        match next {
            Ok(next) if next.is_empty() => break,
            Ok(next) => part = next,
            Err(_) => return Outcome::Failed,
        }
        // Whoever waits for a refresh does not wait for this one's pauses: it is given up for theirs.
        if !pause.is_zero() && core.pause(pause).await {
            return Outcome::Skipped;
        }
    }
    drop(reading);
    match (copy.audit_near(core), copy.shelve(core, reasons).await) {
        (Outcome::Done, shelved) => shelved,
        (near, _) => near,
    }
}

/// Whether this server does it now; the locks only save work.
async fn mine(core: &Core, reasons: &BTreeSet<Reason>, spread: Duration) -> bool {
    if core.shelf.reach.is_away() || reasons.contains(&Reason::Near) || reasons.contains(&Reason::Divergence)
    {
        return true;
    }
    let rush = reasons.iter().any(|reason| *reason != Reason::Timer);
    let (name, held) = if rush { ("rush", RUSH) } else { ("refresh", LOCK + spread) };
    // A Redis that does not answer keeps nobody from reading the database.
    core.shelf.lock(name, held).await.unwrap_or(true)
}

/// What is made of a reading as it comes in.
struct Copy {
    /// Of what came in so far.
    mark: Mark,
    /// The near board anew, when it lacks what only a whole one can give; nothing when it cannot be read.
    near: Option<Option<Snapshot>>,
    /// The name of the snapshot that is staged in Redis, as long as Redis answers.
    stage: Result<String, Away>,
}

impl Copy {
    fn begin(core: &Core, reasons: &BTreeSet<Reason>, reading: &Reading) -> Self {
        let (revision, at) = (reading.revision, reading.at);
        let lacking = match core.near.revision() {
            None => true,
            Some(near) => {
                let asked = [Reason::Near, Reason::Divergence].iter().any(|it| reasons.contains(it));
                near.epoch < revision.epoch || (asked && near <= revision)
            }
        };
        let mut token = [0; 16];
        core.settings.entropy.fill(&mut token);
        let stage = Builder::from_random_bytes(token).into_uuid().simple().to_string();
        Self {
            mark: Mark { revision, fresh_at: at, count: 0, digest: Digest::default() },
            near: lacking.then(|| Some(Snapshot::empty(revision, at))),
            stage: if core.shelf.reach.is_away() { Err(Away) } else { Ok(stage) },
        }
    }

    async fn add(&mut self, core: &Core, part: &Part) {
        if part.is_empty() {
            return;
        }
        self.mark.count += part.len() as u64;
        for (order, payload) in part {
            self.mark.digest = self.mark.digest.with(Digest::of(*order, payload));
        }
        if let Some(Some(board)) = &mut self.near
            && let Err(error) = board.add(part)
        {
            metrics::unreadable(&error);
            self.near = Some(None);
        }
        if let Ok(token) = &self.stage
            && core.shelf.stage(token, part).await.is_err()
        {
            self.stage = Err(Away);
        }
    }

    /// Gives the near board what it lacks, or finds that it is wrong.
    fn audit_near(&mut self, core: &Core) -> Outcome {
        let Mark { revision, fresh_at, digest, .. } = self.mark;
        match self.near.take() {
            Some(None) => return Outcome::Failed,
            Some(Some(board)) => {
                if core.near.adopt(board) {
                    metrics::loaded("refresh");
                }
            }
            None => {
                if core.near.digest_at(revision).is_some_and(|near| near != digest) {
                    metrics::divergence("near", revision);
                    return Outcome::Differs;
                }
            }
        }
        core.near.certify(revision, fresh_at);
        Outcome::Done
    }

    /// Puts everything into Redis, which may be away, or newer.
    async fn shelve(self, core: &Core, reasons: &BTreeSet<Reason>) -> Outcome {
        let (token, mark) = match self.stage {
            Ok(token) => (token, self.mark),
            Err(Away) if core.shelf.reach.is_away() => return Outcome::Done,
            Err(Away) => return Outcome::Failed,
        };
        let verdict = match core.shelf.install(&token, &mark).await {
            Ok(verdict) => verdict,
            Err(Away) => return Outcome::Failed,
        };
        match &verdict {
            Verdict::Ok(before) if before == "differs" => metrics::divergence("redis", mark.revision),
            Verdict::Stale(newer) if newer.epoch > mark.revision.epoch => {
                metrics::ahead(*newer, mark.revision);
            }
            _ => {}
        }
        match verdict {
            Verdict::Ok(_) => {
                // Others find the work done for most of a period, whoever's timer comes first.
                let rest = core.settings.refresh_every.mul_f64(0.45);
                if reasons.contains(&Reason::Timer) && core.shelf.hold("refresh", rest).await.is_err() {
                    tracing::debug!("the refresh lock could not be kept");
                }
                // The log may have moved on since.
                core.drain.notify_one();
                Outcome::Done
            }
            Verdict::Stale(_) => Outcome::Overtaken,
            Verdict::Cold | Verdict::Torn => Outcome::Failed,
        }
    }
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
