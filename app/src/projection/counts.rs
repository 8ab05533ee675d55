//! What stands behind the quick filters, kept with every change.

use crate::domain::{Card, Priority, Status, Timestamp, Totals};

#[derive(Debug, Default)]
pub(super) struct Counts {
    all: u32,
    mine: u32,
    free: u32,
    rush: u32,
    /// Sorted, so that what is overdue is known at any time.
    due: Vec<Timestamp>,
}

impl Counts {
    pub fn put(&mut self, card: &Card, login: &str) {
        self.count(card, login, 1);
        if let Some(due) = card.due_at {
            let at = self.due.partition_point(|other| *other < due);
            self.due.insert(at, due);
        }
    }

    pub fn take(&mut self, card: &Card, login: &str) {
        self.count(card, login, u32::MAX);
        if let Some(Ok(at)) = card.due_at.map(|due| self.due.binary_search(&due)) {
            self.due.remove(at);
        }
    }

    /// [`Self::put`] for many: [`Self::sort`] has to follow.
    pub fn push(&mut self, card: &Card, login: &str) {
        self.count(card, login, 1);
        self.due.extend(card.due_at);
    }

    pub fn sort(&mut self) {
        self.due.sort_unstable();
    }

    /// These, and what the server has counted besides.
    pub fn totals(&self, besides: Totals, now: Timestamp) -> Totals {
        let overdue = self.due.partition_point(|due| *due < now);
        Totals {
            all: besides.all + self.all,
            mine: besides.mine + self.mine,
            free: besides.free + self.free,
            rush: besides.rush + self.rush,
            overdue: besides.overdue + super::small(overdue),
        }
    }

    /// `by` is 1, or -1 as it wraps.
    fn count(&mut self, card: &Card, login: &str, by: u32) {
        let add = |count: &mut u32, is: bool| {
            if is {
                *count = count.wrapping_add(by);
            }
        };
        add(&mut self.all, true);
        add(&mut self.mine, card.is_of(login));
        add(&mut self.free, card.status == Status::Approved);
        add(&mut self.rush, card.priority == Priority::Rush);
    }
}
