//! Brings Redis and the near board to the head of the log. Every server does it, none leads: what two do at once,
//! the compare-and-set lets only one do.

use std::{
    pin::pin,
    sync::{Arc, atomic::Ordering},
    time::Duration,
};

use app::domain::Revision;
use tokio::time::{Instant, sleep};
use tracing::{Instrument as _, Span};

use super::{
    Away,
    core::{Core, Reason},
    mark::Mark,
    metrics,
    near::Fed,
    script::Verdict,
};
use crate::{
    store::postgres::log::{Event, Kept, Tail},
    trace,
};

/// Events in one go.
const BATCH: i64 = 500;
/// Looks in a row before the loop takes a breath.
const ROUNDS: usize = 64;
/// How often an absent Redis is asked whether it is back.
const PROBE: Duration = Duration::from_millis(200);

/// How often Redis alone is glanced at between two looks: one small command. An emptied Redis is to be whole again within
/// 250 ms, and reading and writing everything takes most of that.
const GLANCE: Duration = Duration::from_millis(40);

/// What to do after one look.
#[derive(Debug, PartialEq, Eq)]
enum Next {
    /// Nothing more is known to be there.
    Rest,
    /// There is more, or somebody else was quicker: look again.
    Again,
}

/// What one look leaves for the next.
#[derive(Debug)]
struct Memory {
    /// When an absent Redis was last asked.
    probed: Instant,
    /// Where the near board was when it was last found behind Redis.
    behind: Option<Revision>,
    /// When Redis was last asked where it stands.
    asked: Instant,
    /// Where it stood when it was last heard of.
    stood: Option<Revision>,
    /// Where the log is read.
    log: Kept,
}

/// Looks at the log for ever.
pub(super) async fn run(core: Arc<Core>) {
    let now = Instant::now();
    let mut memory = Memory { probed: now, behind: None, asked: now, stood: None, log: core.store.keep() };
    loop {
        for _ in 0..ROUNDS {
            if look(&core, &mut memory).await == Next::Rest {
                break;
            }
        }
        tokio::select! {
            () = core.drain.notified() => {}
            () = sleep(core.jittered(core.settings.tick)) => {}
            // Without a look at the log first: what Redis lacks is everything.
            () = emptied(&core) => core.want(Reason::Cold),
        }
    }
}

/// Ends when Redis is there and has no complete board. Nothing tells of that by itself: a blocked read of the stream
/// sleeps through FLUSHALL.
async fn emptied(core: &Core) {
    loop {
        sleep(GLANCE).await;
        if !core.shelf.reach.is_away() && matches!(core.shelf.mark().await, Ok(None)) {
            return;
        }
    }
}

async fn look(core: &Core, memory: &mut Memory) -> Next {
    // While Redis is away the near board comes first: it must not wait for a time limit.
    let away = core.shelf.reach.is_away();
    // Where Redis stood a moment ago is where it stands, as a rule. If it is not, the compare-and-set says so; and
    // once a tick it is asked anyway.
    let stood = memory.stood.take().filter(|at| core.near.revision() == Some(*at) && !away);
    if let Some(at) = stood
        && memory.asked.elapsed() < core.settings.tick
    {
        let asked = Instant::now();
        let Ok(tail) = core.asked(memory.log.tail(at.rev, BATCH)).await else { return Next::Again };
        core.hear_clock(tail.at, asked);
        feed_near(core, &tail);
        if tail.head == at {
            memory.stood = Some(at);
            return Next::Rest;
        }
        return advance(core, at, &tail, memory).await;
    }
    memory.asked = Instant::now();
    let mark = if away { Err(Away) } else { core.shelf.mark().await };
    if let Ok(Some(mark)) = &mark {
        compare(core, mark);
    }
    let after = start(core.near.revision(), mark.as_ref().ok().and_then(Option::as_ref));
    let asked = Instant::now();
    let Ok(tail) = core.asked(memory.log.tail(after, BATCH)).await else {
        memory.behind = behind(core, mark.as_ref().ok().and_then(Option::as_ref), memory.behind);
        if away {
            probe(core, memory).await;
        }
        return Next::Rest;
    };
    core.hear_clock(tail.at, asked);
    feed_near(core, &tail);
    let full = tail.events.len() as i64 == BATCH;
    match mark {
        Ok(Some(mark)) => advance(core, mark.revision, &tail, memory).await,
        Ok(None) => {
            core.want(Reason::Cold);
            Next::Rest
        }
        Err(Away) if full => Next::Again,
        Err(Away) => probe(core, memory).await,
    }
}

/// From where the log is read, so that both Redis and the near board find what they lack.
fn start(near: Option<Revision>, mark: Option<&Mark>) -> u64 {
    match (near, mark.map(|mark| mark.revision)) {
        (Some(near), Some(mark))
            if near.epoch == mark.epoch && mark.rev.saturating_sub(near.rev) < BATCH as u64 / 2 =>
        {
            near.rev.min(mark.rev)
        }
        (_, Some(mark)) => mark.rev,
        (Some(near), None) => near.rev,
        // Only the head is wanted.
        (None, None) => u64::MAX,
    }
}

/// The near board's own check of what Redis says.
fn compare(core: &Core, mark: &Mark) {
    let Some(near) = core.near.snapshot() else { return };
    if near.revision() == mark.revision {
        if near.digest() == mark.digest {
            core.near.certify(mark.revision, mark.fresh_at);
        } else {
            core.want(Reason::Divergence);
        }
    }
}

/// Without the database the stream and the hash are all there is: a near board that the stream does not move on
/// from one look to the next reloads. Says where it is while it is behind.
fn behind(core: &Core, mark: Option<&Mark>, before: Option<Revision>) -> Option<Revision> {
    let near = core.near.revision();
    let is_behind = mark.is_some_and(|mark| near.is_none_or(|near| near < mark.revision));
    if is_behind && near == before {
        core.restore.notify_one();
    }
    near.filter(|_| is_behind)
}

fn feed_near(core: &Core, tail: &Tail) {
    core.head.store(tail.head.rev, Ordering::Relaxed);
    let near = core.near.revision();
    let lost = match near {
        None => true,
        Some(near) if near.epoch == tail.head.epoch => {
            let fed = core.near.feed(&tail.events, "postgres", core.now());
            let there = core.near.revision().is_some_and(|near| near >= last(tail));
            fed == Fed::Gap || !there
        }
        // An older timeline cannot come back: the near board has seen a later one.
        Some(near) => near.epoch < tail.head.epoch,
    };
    core.near.certify(tail.head, tail.at);
    if lost {
        core.restore.notify_one();
    }
    let near = core.near.snapshot();
    metrics::near(near.as_ref().map(|near| near.revision()), near.map_or(0, |near| near.len()), tail.head);
}

fn last(tail: &Tail) -> Revision {
    tail.events.last().map_or(tail.head, |event| event.revision)
}

/// Brings Redis from where it stands to the end of what was read.
async fn advance(core: &Core, at: Revision, tail: &Tail, memory: &mut Memory) -> Next {
    if at.epoch != tail.head.epoch {
        if at.epoch > tail.head.epoch {
            metrics::ahead(at, tail.head);
        }
        core.want(Reason::Epoch);
        return Next::Rest;
    }
    if at > tail.head {
        metrics::ahead(at, tail.head);
        return Next::Rest;
    }
    let verdict = if at == tail.head {
        core.shelf.touch(at, tail.at).await
    } else {
        let events: Vec<&Event> = tail.events.iter().filter(|event| event.revision > at).collect();
        if !follow(at, &events) {
            core.want(Reason::Gap);
            return Next::Rest;
        }
        let complete = last(tail) == tail.head;
        let span = applied(&events);
        core.shelf.apply(at, &events, complete.then_some(tail.at)).instrument(span).await
    };
    let moved = if at == tail.head { at } else { last(tail) };
    match verdict {
        Ok(Verdict::Ok(_)) => {
            memory.stood = Some(moved);
            if moved < tail.head { Next::Again } else { Next::Rest }
        }
        // Somebody else did the same.
        Ok(Verdict::Stale(now)) if now == tail.head && now == moved => {
            memory.stood = Some(now);
            Next::Rest
        }
        // Somebody else was quicker; nothing is lost.
        Ok(Verdict::Stale(_)) => Next::Again,
        Ok(Verdict::Cold) => {
            core.want(Reason::Cold);
            Next::Rest
        }
        Ok(Verdict::Torn) | Err(Away) => Next::Rest,
    }
}

/// A part of the trace of the first change among these that is traced.
fn applied(events: &[&Event]) -> Span {
    let traced = events.iter().filter_map(|event| event.traceparent);
    let Some(parent) = traced.into_iter().find(|parent| trace::wanted(*parent, true)) else {
        return Span::none();
    };
    let span = trace::begin!(true, "apply to Redis", changes = events.len());
    trace::follow(&span, Some(parent));
    span
}

/// Whether the events come right after `at`, one after another.
fn follow(at: Revision, events: &[&Event]) -> bool {
    !events.is_empty()
        && events
            .iter()
            .try_fold(at, |at, event| event.revision.follows(at).then_some(event.revision))
            .is_some()
}

/// Asks an absent Redis whether it is back. That may take its whole time limit, which nobody is kept waiting for who has
/// heard of a change meanwhile.
async fn probe(core: &Core, memory: &mut Memory) -> Next {
    if memory.probed.elapsed() < PROBE {
        return Next::Rest;
    }
    let mut mark = pin!(core.shelf.mark());
    let back = loop {
        tokio::select! {
            biased;
            mark = &mut mark => break mark.is_ok(),
            () = core.drain.notified() => look_without_redis(core).await,
        }
    };
    memory.probed = Instant::now();
    if back { Next::Again } else { Next::Rest }
}

/// For the near board alone.
async fn look_without_redis(core: &Core) {
    let asked = Instant::now();
    let Ok(tail) = core.asked(core.store.tail(start(core.near.revision(), None), BATCH)).await else {
        return;
    };
    core.hear_clock(tail.at, asked);
    feed_near(core, &tail);
}
