//! Feeds the near board from the stream, and gets it whole again when something is missing.

use std::{sync::Arc, time::Duration};

use app::domain::{OrderId, Revision, Timestamp};
use tokio::time::sleep;

use super::{
    Snapshot,
    core::{Core, Reason},
    held::Unreadable,
    metrics,
    near::Fed,
    shelf::Heard,
};

/// Events in one go when catching up from the log.
const BATCH: i64 = 1000;
/// Orders in one part of a board from Redis: some tenths of a megabyte.
const PART: usize = 100;
/// Further behind than this, a whole board is cheaper than the changes.
const FAR: u64 = 4096;
/// After a failure, so that a lasting one doesn't spin.
const BREATH: Duration = Duration::from_millis(50);

/// Follows the stream whenever the database is silent. While it answers, every server hears of a commit from the database
/// itself, sooner than from the one that carries it to Redis, and the stream would say everything a second time.
pub(super) async fn listen(core: Arc<Core>) {
    let silence = core.settings.tick * 2;
    loop {
        let Some(after) = core.near.revision().filter(|_| !core.log.has_answered(silence)) else {
            sleep(BREATH).await;
            continue;
        };
        let missing = match core.shelf.hear(after).await {
            Ok(heard) => take(&core, heard),
            Err(_) => {
                sleep(BREATH).await;
                false
            }
        };
        if missing {
            core.restore.notify_one();
            sleep(BREATH).await;
        }
    }
}

/// Whether something is missing.
fn take(core: &Core, heard: Vec<Heard>) -> bool {
    let mut events = Vec::with_capacity(heard.len());
    for heard in heard {
        match heard {
            Heard::Change(event) => events.push(event),
            Heard::Reset(revision) => {
                let fed = core.near.feed(&events, "redis", core.now());
                events.clear();
                if fed == Fed::Gap || core.near.revision().is_none_or(|near| near < revision) {
                    return true;
                }
            }
        }
    }
    core.near.feed(&events, "redis", core.now()) == Fed::Gap
}

/// Gets the near board whole whenever it was found lacking; at the start it lacks everything.
pub(super) async fn restore(core: Arc<Core>) {
    loop {
        let done = by_changes(&core).await || from_shelf(&core).await;
        if !done {
            core.want(Reason::Near);
        }
        tokio::select! {
            () = core.restore.notified() => {}
            // The first board is waited for by everybody.
            () = sleep(BREATH * 5), if core.near.revision().is_none() => {}
        }
    }
}

/// The changes since, from the log: those who follow the near board then miss nothing.
async fn by_changes(core: &Core) -> bool {
    if core.log.is_away() {
        return false;
    }
    while let Some(near) = core.near.revision() {
        let Ok(tail) = core.asked(core.store.tail(near.rev, BATCH)).await else { return false };
        if tail.head.epoch != near.epoch || tail.head.rev.saturating_sub(near.rev) > FAR {
            return false;
        }
        if core.near.feed(&tail.events, "postgres", core.now()) == Fed::Gap {
            return false;
        }
        core.near.certify(tail.head, tail.at);
        let Some(now) = core.near.revision() else { return false };
        if now > near {
            metrics::loaded("log");
        }
        if now >= tail.head || now == near {
            return now >= tail.head;
        }
    }
    false
}

/// The whole board from Redis, if what is there is what its mark says.
async fn from_shelf(core: &Core) -> bool {
    match load(core).await {
        Some(board) => {
            let revision = board.revision();
            let adopted = core.near.adopt(board);
            if adopted {
                metrics::loaded("redis");
                core.drain.notify_one();
            }
            adopted || core.near.revision() == Some(revision)
        }
        None => false,
    }
}

/// The board in Redis, read part by part. What changes meanwhile is in its stream, so that the end is one revision's
/// board all the same.
async fn load(core: &Core) -> Option<Snapshot> {
    let begun = core.shelf.mark().await.ok()??;
    let mut board = Snapshot::empty(begun.revision, begun.fresh_at);
    for part in core.shelf.orders().await.ok()?.chunks(PART) {
        let entries = core.shelf.entries(part).await.ok()?;
        board.add(&entries).inspect_err(metrics::unreadable).ok()?;
    }
    let mark = core.shelf.mark().await.ok()??;
    while board.revision() != mark.revision {
        let before = board.revision();
        for heard in core.shelf.since(before).await.ok()? {
            match heard {
                Heard::Change(event) if event.revision > mark.revision => break,
                Heard::Change(event) if event.revision.follows(board.revision()) => {
                    board.change(&event).inspect_err(metrics::unreadable).ok()?;
                }
                // The board was replaced, or the stream does not reach back: there is no whole board to be had.
                Heard::Change(_) | Heard::Reset(_) => return None,
            }
        }
        if board.revision() == before {
            return None;
        }
    }
    board.certify(mark.fresh_at);
    if board.digest() != mark.digest || board.len() as u64 != mark.count {
        metrics::divergence("redis", mark.revision);
        core.want(Reason::Divergence);
        return None;
    }
    Some(board)
}

/// A board of these entries, made where it keeps nobody waiting.
pub(super) async fn build(
    revision: Revision,
    fresh_at: Timestamp,
    entries: Vec<(OrderId, String)>,
) -> Result<Snapshot, Unreadable> {
    let read = move || {
        let mut board = Snapshot::empty(revision, fresh_at);
        board.add(&entries).map(|()| board)
    };
    tokio::task::spawn_blocking(read).await.unwrap_or(Err(Unreadable::Ended))
}
