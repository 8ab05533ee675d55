//! The last changes, ready to be sent. Followers keep a cursor each and no queue: a slow one costs nothing, and one
//! that fell out of the ring is told so.

use std::{
    collections::VecDeque,
    sync::{Arc, PoisonError, RwLock, RwLockReadGuard},
};

use app::domain::{OrderId, Revision, TraceParent};
use bytes::Bytes;

use super::{Digest, Held};

/// Changes kept for followers.
const KEPT: usize = 4096;

/// One change of the near board.
#[derive(Debug, Clone)]
pub struct Change {
    /// Its place in the log.
    pub revision: Revision,
    /// Which order.
    pub order: OrderId,
    /// The order after it; nothing when it left the board.
    pub held: Option<Arc<Held>>,
    /// The whole server-sent event, made once for all followers; its data is `{"revision","order":card}` or
    /// `{"revision","removed":id}`, and `"traceparent"` where the change is traced.
    pub event: Bytes,
    /// Where its trace goes on.
    pub traceparent: Option<TraceParent>,
    /// The hash of all entries after it.
    pub digest: Digest,
}

/// How often this process found that its board had been wrong at the revision at which the ring begins. Whoever is at
/// that revision and was not told of the last time holds something that never was.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Repairs(u32);

/// What changed since a cursor.
#[derive(Debug, Clone)]
pub enum Live {
    /// The changes right after the cursor, in order, without a gap; none when there is nothing new.
    Changes(Vec<Change>),
    /// The cursor is older than what is kept: begin again from a whole board.
    Reset,
}

/// What a follower gets next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Next {
    /// The change right after the cursor: its revision, and its event as it is sent.
    Event(Revision, Bytes),
    /// Nothing is newer.
    Nothing,
    /// The cursor is older than what is kept, or at what was wrong: begin again from a whole board, knowing of these.
    Reset(Repairs),
}

impl Change {
    pub(super) fn new(
        revision: Revision,
        order: OrderId,
        held: Option<Arc<Held>>,
        digest: Digest,
        traceparent: Option<TraceParent>,
    ) -> Self {
        let traced = traceparent.map_or_else(String::new, |it| format!("\"traceparent\":\"{it}\","));
        let head = format!("id: {revision}\nevent: order\ndata: {{\"revision\":\"{revision}\",{traced}");
        let mut event = head.into_bytes();
        match &held {
            // JSON has no line breaks outside of its texts, and none unescaped in them.
            Some(held) => {
                event.extend_from_slice(b"\"order\":");
                held.write_json(&mut event);
            }
            None => event.extend_from_slice(format!("\"removed\":\"{order}\"").as_bytes()),
        }
        event.extend_from_slice(b"}\n\n");
        Self { revision, order, held, event: event.into(), traceparent, digest }
    }
}

/// The ring. The changes in it follow each other without a gap, from right after `base` on.
#[derive(Debug, Default)]
pub(super) struct Ring(RwLock<Kept>);

#[derive(Debug, Default)]
struct Kept {
    base: Revision,
    /// The hash of all entries at `base`.
    digest: Digest,
    /// Of the board at `base`.
    repairs: Repairs,
    changes: VecDeque<Change>,
}

impl Ring {
    /// Forgets everything: the board jumped to this revision.
    pub fn begin(&self, base: Revision, digest: Digest) {
        let kept = Kept { base, digest, repairs: Repairs::default(), changes: VecDeque::new() };
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = kept;
    }

    /// The same, because the board had been wrong at this revision.
    pub fn put_right(&self, base: Revision, digest: Digest) {
        let mut kept = self.0.write().unwrap_or_else(PoisonError::into_inner);
        let before = if kept.base == base { kept.repairs.0 } else { 0 };
        *kept = Kept { base, digest, repairs: Repairs(before + 1), changes: VecDeque::new() };
    }

    /// What a follower is told with a whole board, and brings to [`Self::next`].
    pub fn repairs(&self) -> Repairs {
        self.kept().repairs
    }

    /// Adds changes that follow the last one.
    pub fn push(&self, changes: Vec<Change>) {
        let mut kept = self.0.write().unwrap_or_else(PoisonError::into_inner);
        kept.changes.extend(changes);
        while kept.changes.len() > KEPT {
            if let Some(oldest) = kept.changes.pop_front() {
                (kept.base, kept.digest) = (oldest.revision, oldest.digest);
                kept.repairs = Repairs::default();
            }
        }
    }

    /// At most `limit` changes right after the cursor of somebody who may have read what was wrong.
    pub fn told_after(&self, cursor: Revision, limit: usize) -> Live {
        let kept = self.kept();
        if kept.misled(cursor, Repairs::default()) { Live::Reset } else { kept.after(cursor, limit) }
    }

    /// At most `limit` changes right after the cursor.
    pub fn after(&self, cursor: Revision, limit: usize) -> Live {
        self.kept().after(cursor, limit)
    }

    /// Where the trace of an order's last change goes on, as far as the ring remembers it.
    pub fn trace(&self, order: OrderId) -> Option<TraceParent> {
        let kept = self.kept();
        kept.changes.iter().rev().find(|change| change.order == order)?.traceparent
    }

    /// The hash of all entries at a revision between the first and the last that are kept.
    pub fn digest_at(&self, revision: Revision) -> Option<Digest> {
        let kept = self.kept();
        match kept.known(revision).filter(|_| revision.epoch == kept.base.epoch)? {
            0 => Some(kept.digest),
            known => kept.changes.get(known - 1).map(|change| change.digest),
        }
    }

    fn kept(&self) -> RwLockReadGuard<'_, Kept> {
        self.0.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// The newest changes, newest first.
    pub fn last(&self, most: usize) -> Vec<Change> {
        let kept = self.kept();
        kept.changes.iter().rev().take(most).cloned().collect()
    }

    /// The change right after the cursor, for who knows of so many repairs. Costs the same wherever the cursor is.
    pub fn next(&self, cursor: Revision, known: Repairs) -> Next {
        let kept = self.kept();
        let place = kept.known(cursor).filter(|_| !kept.misled(cursor, known));
        let Some(place) = place else { return Next::Reset(kept.repairs) };
        let change = kept.changes.get(place);
        change.map_or(Next::Nothing, |change| Next::Event(change.revision, change.event.clone()))
    }
}

impl Kept {
    fn after(&self, cursor: Revision, limit: usize) -> Live {
        self.known(cursor).map_or(Live::Reset, |known| {
            Live::Changes(self.changes.iter().skip(known).take(limit).cloned().collect())
        })
    }

    /// Whether who is at this cursor may hold what was wrong there.
    fn misled(&self, cursor: Revision, known: Repairs) -> bool {
        cursor == self.base && known != self.repairs
    }

    /// How many of the changes whoever is at this cursor has; nothing when the cursor is from before them.
    fn known(&self, cursor: Revision) -> Option<usize> {
        if cursor < self.base {
            return None;
        }
        // A cursor from a later epoch than ours is one that another server has met first: nothing yet.
        if cursor.epoch > self.base.epoch {
            return Some(usize::MAX);
        }
        Some(usize::try_from(cursor.rev - self.base.rev).unwrap_or(usize::MAX))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn change(rev: u64) -> Change {
        Change::new(Revision::new(1, rev), OrderId(uuid::Uuid::nil()), None, Digest(rev), None)
    }

    fn revisions(live: Live) -> Vec<u64> {
        match live {
            Live::Changes(changes) => changes.iter().map(|change| change.revision.rev).collect(),
            Live::Reset => panic!("reset"),
        }
    }

    #[test]
    fn a_cursor_within_the_ring_gets_what_follows_it() {
        let ring = Ring::default();
        ring.begin(Revision::new(1, 10), Digest(10));
        ring.push((11..=14).map(change).collect());
        assert_eq!(revisions(ring.after(Revision::new(1, 10), 9)), [11, 12, 13, 14]);
        assert_eq!(revisions(ring.after(Revision::new(1, 12), 1)), [13]);
        assert_eq!(revisions(ring.after(Revision::new(1, 14), 9)), [0; 0]);
    }

    #[test]
    fn a_follower_is_sent_what_was_made_once() {
        let ring = Ring::default();
        ring.begin(Revision::new(1, 10), Digest(10));
        ring.push((11..=12).map(change).collect());
        let next = |rev| ring.next(Revision::new(1, rev), Repairs::default());
        let (Next::Event(revision, one), Next::Event(_, other)) = (next(10), next(10)) else {
            panic!("no event")
        };
        assert_eq!(revision, Revision::new(1, 11));
        assert_eq!(one.as_ptr(), other.as_ptr(), "both get the same bytes, not a copy each");
        let text = String::from_utf8(one.to_vec()).unwrap();
        assert!(
            text.starts_with("id: 1.11\nevent: order\ndata: {\"revision\":\"1.11\",\"removed\":\""),
            "{text}"
        );
        assert!(text.ends_with("\"}\n\n"), "{text}");
        assert_eq!((next(12), next(9)), (Next::Nothing, Next::Reset(Repairs::default())));
        assert_eq!(ring.next(Revision::new(2, 1), Repairs::default()), Next::Nothing);
    }

    #[test]
    fn a_cursor_from_before_the_ring_is_told_to_begin_again() {
        let ring = Ring::default();
        ring.begin(Revision::new(1, 10), Digest(10));
        assert!(matches!(ring.after(Revision::new(1, 9), 9), Live::Reset));
        ring.push((11..=11 + KEPT as u64).map(change).collect());
        assert!(matches!(ring.after(Revision::new(1, 10), 9), Live::Reset));
        assert_eq!(revisions(ring.after(Revision::new(1, 11), 1)), [12]);
        ring.begin(Revision::new(2, 3), Digest(3));
        assert!(matches!(ring.after(Revision::new(1, 5000), 9), Live::Reset));
    }

    #[test]
    fn who_may_hold_what_was_wrong_begins_again_however_late_they_come_back() {
        let ring = Ring::default();
        let (here, never) = (Revision::new(1, 10), Repairs::default());
        ring.begin(here, Digest(10));
        assert_eq!(ring.next(here, never), Next::Nothing);
        ring.put_right(here, Digest(11));
        let once = ring.repairs();
        assert_eq!((ring.next(here, never), ring.next(here, once)), (Next::Reset(once), Next::Nothing));
        ring.put_right(here, Digest(12));
        let twice = ring.repairs();
        assert_eq!((ring.next(here, once), ring.next(here, twice)), (Next::Reset(twice), Next::Nothing));
        ring.push((11..=12).map(change).collect());
        assert_eq!(ring.next(here, never), Next::Reset(twice), "what follows does not put it right");
        assert!(matches!(ring.told_after(here, 9), Live::Reset));
        assert!(matches!(ring.next(here, twice), Next::Event(..)));
        assert!(matches!(ring.next(Revision::new(1, 11), never), Next::Event(..)));
        assert_eq!(revisions(ring.after(here, 9)), [11, 12], "a board that was read at it is right");
        ring.push((13..=12 + KEPT as u64).map(change).collect());
        assert_eq!((ring.next(here, never), ring.repairs()), (Next::Reset(never), never));
    }

    #[test]
    fn the_hash_of_a_revision_is_known_as_long_as_its_changes_are() {
        let ring = Ring::default();
        ring.begin(Revision::new(1, 10), Digest(10));
        ring.push((11..=14).map(change).collect());
        let at = |epoch, rev| ring.digest_at(Revision::new(epoch, rev));
        assert_eq!([at(1, 10), at(1, 12), at(1, 14)], [10, 12, 14].map(|digest| Some(Digest(digest))));
        assert_eq!([at(1, 9), at(1, 15), at(0, 12), at(2, 12)], [None; 4]);
    }

    #[test]
    fn a_cursor_from_the_future_waits() {
        let ring = Ring::default();
        ring.begin(Revision::new(1, 10), Digest(10));
        ring.push(vec![change(11)]);
        assert_eq!(revisions(ring.after(Revision::new(1, 20), 9)), [0; 0]);
        assert_eq!(revisions(ring.after(Revision::new(2, 1), 9)), [0; 0]);
    }
}
