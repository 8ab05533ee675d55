//! The last changes, ready to be sent. Followers keep a cursor each and no queue: a slow one costs nothing, and one
//! that fell out of the ring is told so.

use std::{
    collections::VecDeque,
    sync::{Arc, PoisonError, RwLock},
};

use app::domain::{OrderId, Revision};
use bytes::Bytes;

use super::Held;

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
    /// `{"revision","order":card}` or `{"revision","removed":id}`.
    pub json: Bytes,
}

/// What a follower gets.
#[derive(Debug, Clone)]
pub enum Live {
    /// The changes right after the cursor, in order, without a gap; none when there is nothing new.
    Changes(Vec<Change>),
    /// The cursor is older than what is kept: begin again from a whole board.
    Reset,
}

impl Change {
    pub(super) fn new(revision: Revision, order: OrderId, held: Option<Arc<Held>>) -> Self {
        let json = match &held {
            Some(held) => {
                let head = format!("{{\"revision\":\"{revision}\",\"order\":");
                [head.as_bytes(), &held.json, b"}"].concat()
            }
            None => format!("{{\"revision\":\"{revision}\",\"removed\":\"{order}\"}}").into_bytes(),
        };
        Self { revision, order, held, json: json.into() }
    }
}

/// The ring. The changes in it follow each other without a gap, from right after `base` on.
#[derive(Debug, Default)]
pub(super) struct Ring(RwLock<Kept>);

#[derive(Debug, Default)]
struct Kept {
    base: Revision,
    changes: VecDeque<Change>,
}

impl Ring {
    /// Forgets everything: the board jumped to this revision.
    pub fn begin(&self, base: Revision) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = Kept { base, changes: VecDeque::new() };
    }

    /// Adds changes that follow the last one.
    pub fn push(&self, changes: Vec<Change>) {
        let mut kept = self.0.write().unwrap_or_else(PoisonError::into_inner);
        kept.changes.extend(changes);
        while kept.changes.len() > KEPT {
            if let Some(oldest) = kept.changes.pop_front() {
                kept.base = oldest.revision;
            }
        }
    }

    /// At most `limit` changes right after the cursor.
    pub fn after(&self, cursor: Revision, limit: usize) -> Live {
        let kept = self.0.read().unwrap_or_else(PoisonError::into_inner);
        if cursor < kept.base {
            return Live::Reset;
        }
        // A cursor from a later epoch than ours is one that another server has met first: nothing yet.
        let known = cursor.rev.saturating_sub(kept.base.rev);
        let skip = if cursor.epoch > kept.base.epoch {
            usize::MAX
        } else {
            usize::try_from(known).unwrap_or(usize::MAX)
        };
        Live::Changes(kept.changes.iter().skip(skip).take(limit).cloned().collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn change(rev: u64) -> Change {
        Change::new(Revision::new(1, rev), OrderId(uuid::Uuid::nil()), None)
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
        ring.begin(Revision::new(1, 10));
        ring.push((11..=14).map(change).collect());
        assert_eq!(revisions(ring.after(Revision::new(1, 10), 9)), [11, 12, 13, 14]);
        assert_eq!(revisions(ring.after(Revision::new(1, 12), 1)), [13]);
        assert_eq!(revisions(ring.after(Revision::new(1, 14), 9)), [0; 0]);
    }

    #[test]
    fn a_cursor_from_before_the_ring_is_told_to_begin_again() {
        let ring = Ring::default();
        ring.begin(Revision::new(1, 10));
        assert!(matches!(ring.after(Revision::new(1, 9), 9), Live::Reset));
        ring.push((11..=11 + KEPT as u64).map(change).collect());
        assert!(matches!(ring.after(Revision::new(1, 10), 9), Live::Reset));
        assert_eq!(revisions(ring.after(Revision::new(1, 11), 1)), [12]);
        ring.begin(Revision::new(2, 3));
        assert!(matches!(ring.after(Revision::new(1, 5000), 9), Live::Reset));
    }

    #[test]
    fn a_cursor_from_the_future_waits() {
        let ring = Ring::default();
        ring.begin(Revision::new(1, 10));
        ring.push(vec![change(11)]);
        assert_eq!(revisions(ring.after(Revision::new(1, 20), 9)), [0; 0]);
        assert_eq!(revisions(ring.after(Revision::new(2, 1), 9)), [0; 0]);
    }
}
