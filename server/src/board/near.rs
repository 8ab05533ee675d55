//! The board in this process: one writer at a time, any number of readers, never back to an older revision.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use app::domain::{Revision, Timestamp, TraceParent};
use arc_swap::ArcSwapOption;
use tokio::{sync::watch, time::Instant};

use super::{
    Digest, Snapshot, metrics,
    ring::{Change, Live, Ring},
};
use crate::{store::postgres::log::Event, trace};

/// Certificates that wait for their revision to arrive.
const WAITING: usize = 64;

/// What became of changes that were offered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fed {
    /// The board is at the last of them or beyond.
    Current,
    /// They do not follow what is here: something is missing in between.
    Gap,
}

#[derive(Debug)]
pub(super) struct Near {
    current: ArcSwapOption<Snapshot>,
    /// Held by whoever changes the board; certificates for revisions that are not here yet.
    writer: Mutex<VecDeque<(Revision, Timestamp)>>,
    revisions: watch::Sender<Revision>,
    pub ring: Ring,
    /// When the board was last found to have been wrong, and put right.
    put_right: ArcSwapOption<Instant>,
}

impl Near {
    pub fn new() -> Self {
        Self {
            current: ArcSwapOption::empty(),
            writer: Mutex::default(),
            revisions: watch::Sender::new(Revision::default()),
            ring: Ring::default(),
            put_right: ArcSwapOption::empty(),
        }
    }

    pub fn snapshot(&self) -> Option<Arc<Snapshot>> {
        self.current.load_full()
    }

    pub fn revision(&self) -> Option<Revision> {
        self.current.load().as_ref().map(|board| board.revision())
    }

    /// Whether what was made of the board at this moment may be of one that was wrong.
    pub fn was_wrong(&self, taken: Instant) -> bool {
        self.put_right.load().as_deref().is_some_and(|at| taken <= *at)
    }

    pub fn revisions(&self) -> watch::Receiver<Revision> {
        self.revisions.subscribe()
    }

    /// Takes over a whole board if it is newer, or the same revision with other content (a repair). One that was read
    /// a moment ago is brought to where the near board is by the changes since.
    pub fn adopt(&self, mut board: Snapshot) -> bool {
        let mut waiting = self.write();
        let current = self.current.load_full();
        if current.as_ref().is_some_and(|old| board.revision() < old.revision())
            && let Live::Changes(changes) = self.ring.after(board.revision(), usize::MAX)
        {
            for change in changes {
                board.follow(change.revision, change.order, change.held.as_ref());
            }
        }
        let is_repair = current
            .as_ref()
            .is_some_and(|old| board.revision() == old.revision() && board.digest() != old.digest());
        let wanted = is_repair || current.as_ref().is_none_or(|old| board.revision() > old.revision());
        if wanted {
            honour(&mut waiting, &mut board);
            let (revision, digest) = (board.revision(), board.digest());
            self.current.store(Some(Arc::new(board)));
            if is_repair {
                self.put_right.store(Some(Arc::new(Instant::now())));
                self.ring.put_right(revision, digest);
            } else {
                self.ring.begin(revision, digest);
            }
            self.revisions.send_replace(revision);
        }
        wanted
    }

    /// Applies those changes that follow the revision here, as far as they follow each other. `seen` is the moment,
    /// for the histogram of how long a commit takes to be seen.
    pub fn feed(&self, events: &[Event], from: &'static str, seen: Timestamp) -> Fed {
        let mut waiting = self.write();
        let Some(current) = self.current.load_full() else { return Fed::Gap };
        let mut board = Snapshot::clone(&current);
        let mut changes = Vec::new();
        let mut fed = Fed::Current;
        for event in events.iter().filter(|event| event.revision > current.revision()) {
            if !event.revision.follows(board.revision()) {
                fed = Fed::Gap;
                break;
            }
            match board.change(event) {
                Ok(held) => {
                    let traced = shown(event, from);
                    changes.push(Change::new(event.revision, event.order, held, board.digest(), traced));
                }
                Err(error) => {
                    metrics::unreadable(&error);
                    fed = Fed::Gap;
                    break;
                }
            }
            metrics::seen(from, seen.millis() - event.committed_at.millis());
        }
        if !changes.is_empty() {
            honour(&mut waiting, &mut board);
            let revision = board.revision();
            self.current.store(Some(Arc::new(board)));
            self.ring.push(changes);
            self.revisions.send_replace(revision);
        }
        fed
    }

    /// The hash of all entries at a revision that lies within reach of the ring.
    pub fn digest_at(&self, revision: Revision) -> Option<Digest> {
        self.ring.digest_at(revision)
    }

    /// At this moment the database was at this revision: whoever has it, or a later one, was complete then.
    pub fn certify(&self, head: Revision, at: Timestamp) {
        let mut waiting = self.write();
        let Some(current) = self.current.load_full() else { return };
        if current.revision().epoch != head.epoch || current.revision() < head {
            if waiting.len() == WAITING {
                waiting.pop_front();
            }
            waiting.push_back((head, at));
        } else if at > current.fresh_at() {
            let mut board = Snapshot::clone(&current);
            board.certify(at);
            self.current.store(Some(Arc::new(board)));
        }
    }

    fn write(&self) -> MutexGuard<'_, VecDeque<(Revision, Timestamp)>> {
        self.writer.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The cache's part of a change's trace, and where it goes on.
fn shown(event: &Event, from: &'static str) -> Option<TraceParent> {
    let parent = event.traceparent?;
    let wanted = trace::wanted(parent, true);
    let span = trace::begin!(wanted, "show", order.id = %event.order, revision = %event.revision, from);
    trace::follow(&span, Some(parent));
    trace::of(&span).or(Some(parent))
}

/// Gives a board the certificates that waited for it.
fn honour(waiting: &mut VecDeque<(Revision, Timestamp)>, board: &mut Snapshot) {
    waiting.retain(|(head, at)| {
        if head.epoch == board.revision().epoch && *head <= board.revision() {
            board.certify(*at);
        }
        *head > board.revision()
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::board::held::tests::PAYLOAD;
    use app::domain::OrderId;

    const NOW: Timestamp = Timestamp::from_millis(0);

    fn at(rev: u64) -> Revision {
        Revision::new(2, rev)
    }

    fn moment(millis: i64) -> Timestamp {
        Timestamp::from_millis(millis)
    }

    fn empty(revision: Revision) -> Snapshot {
        Snapshot::empty(revision, NOW)
    }

    fn removals(revs: std::ops::RangeInclusive<u64>) -> Vec<Event> {
        let order = OrderId(uuid::Uuid::nil());
        let event =
            |rev| Event { revision: at(rev), order, payload: None, committed_at: NOW, traceparent: None };
        revs.map(event).collect()
    }

    #[test]
    fn it_never_goes_back() {
        let near = Near::new();
        assert!(near.adopt(empty(at(10))));
        for older in [at(9), at(10), Revision::new(1, 99)] {
            assert!(!near.adopt(empty(older)), "{older}");
        }
        assert_eq!(near.feed(&removals(8..=10), "log", NOW), Fed::Current);
        assert_eq!(near.revision(), Some(at(10)));
        assert!(near.adopt(empty(Revision::new(3, 1))));
    }

    #[test]
    fn a_board_that_was_wrong_is_replaced_by_the_right_one_of_the_same_revision_and_what_was_made_of_it_is_too_old()
     {
        let near = Near::new();
        let order = "0193c1a2-6f0e-7d3a-9c1b-2f4f5a6b7c8d".parse().unwrap();
        let board = |title| {
            let mut board = empty(at(10));
            board.add(&[(order, PAYLOAD.replace("Ветвь", title))]).unwrap();
            board
        };
        let digest = || near.snapshot().unwrap().digest();
        assert!(near.adopt(board("wrong")));
        let (wrong, made) = (digest(), Instant::now());
        assert!(!near.adopt(board("wrong")), "the same is no repair");
        assert!(!near.was_wrong(made));
        assert!(near.adopt(board("right")));
        assert!(digest() != wrong && near.was_wrong(made));
        near.feed(&removals(11..=11), "log", NOW);
        assert!(near.was_wrong(made), "also when the board has moved on");
    }

    #[test]
    fn changes_are_taken_as_far_as_they_follow_each_other() {
        let near = Near::new();
        assert_eq!(near.feed(&removals(1..=2), "log", NOW), Fed::Gap, "nothing to follow yet");
        near.adopt(empty(at(10)));
        assert_eq!(near.feed(&removals(12..=13), "log", NOW), Fed::Gap);
        assert_eq!(near.revision(), Some(at(10)));
        let mut broken = removals(9..=12);
        broken.extend(removals(14..=14));
        assert_eq!(near.feed(&broken, "log", NOW), Fed::Gap);
        assert_eq!(near.revision(), Some(at(12)));
        assert_eq!(*near.revisions().borrow(), at(12));
        assert_eq!(near.feed(&removals(13..=13), "log", NOW), Fed::Current);
    }

    #[test]
    fn a_certificate_counts_once_its_revision_is_here() {
        let near = Near::new();
        near.adopt(empty(at(10)));
        let fresh = || near.snapshot().unwrap().fresh_at();
        near.certify(at(9), moment(5));
        assert_eq!(fresh(), moment(5), "whoever is further was complete then too");
        near.certify(at(12), moment(20));
        near.certify(at(13), moment(30));
        near.certify(Revision::new(1, 3), moment(90));
        assert_eq!(fresh(), moment(5));
        near.feed(&removals(11..=11), "log", NOW);
        assert_eq!(fresh(), moment(5));
        near.feed(&removals(12..=12), "log", NOW);
        assert_eq!(fresh(), moment(20));
        near.feed(&removals(13..=13), "log", NOW);
        assert_eq!(fresh(), moment(30));
        near.certify(at(13), moment(25));
        assert_eq!(fresh(), moment(30), "it never looks older than it was known to be");
    }
}
