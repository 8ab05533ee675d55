//! One column: all its orders, and those that the view shows, both in the view's order.

use std::{cmp::Ordering, sync::Arc};

use super::Slot;

#[derive(Debug, Default)]
pub(super) struct Lane {
    /// All orders of the column.
    pub all: Vec<Slot>,
    /// What the view shows of them. Copied when it changes while somebody holds it.
    pub shown: Arc<Vec<Slot>>,
}

impl Lane {
    pub fn put(&mut self, slot: Slot, shown: bool, order: impl Fn(Slot, Slot) -> Ordering) {
        insert(&mut self.all, slot, &order);
        if shown {
            insert(Arc::make_mut(&mut self.shown), slot, &order);
        }
    }

    /// `order` still goes by what the card was when it was put.
    pub fn take(&mut self, slot: Slot, order: impl Fn(Slot, Slot) -> Ordering) {
        if let Ok(at) = find(&self.all, slot, &order) {
            self.all.remove(at);
        }
        if let Ok(at) = find(&self.shown, slot, &order) {
            Arc::make_mut(&mut self.shown).remove(at);
        }
    }

    /// Picks what is shown: out of everything, or, if that is promised to be enough, out of what was shown so far.
    pub fn sift(&mut self, narrower: bool, shows: impl Fn(Slot) -> bool) {
        let from = if narrower { &*self.shown } else { &self.all };
        self.shown = Arc::new(from.iter().copied().filter(|slot| shows(*slot)).collect());
    }
}

fn find(list: &[Slot], slot: Slot, order: impl Fn(Slot, Slot) -> Ordering) -> Result<usize, usize> {
    list.binary_search_by(|other| order(*other, slot))
}

fn insert(list: &mut Vec<Slot>, slot: Slot, order: impl Fn(Slot, Slot) -> Ordering) {
    if let Err(at) = find(list, slot, order) {
        list.insert(at, slot);
    }
}
