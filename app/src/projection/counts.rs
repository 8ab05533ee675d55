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
    /// When what is not mine was approved, sorted: what is new to me is at the end.
    others: Vec<Timestamp>,
}

impl Counts {
    pub fn put(&mut self, card: &Card, login: &str) {
        self.count(card, login, 1);
        if let Some(due) = card.due_at {
            insert(&mut self.due, due);
        }
        if !card.is_of(login) {
            insert(&mut self.others, card.approved_at);
        }
    }

    pub fn take(&mut self, card: &Card, login: &str) {
        self.count(card, login, u32::MAX);
        if let Some(due) = card.due_at {
            remove(&mut self.due, due);
        }
        if !card.is_of(login) {
            remove(&mut self.others, card.approved_at);
        }
    }

    /// [`Self::put`] for many: [`Self::sort`] has to follow.
    pub fn push(&mut self, card: &Card, login: &str) {
        self.count(card, login, 1);
        self.due.extend(card.due_at);
        self.others.extend((!card.is_of(login)).then_some(card.approved_at));
    }

    pub fn sort(&mut self) {
        self.due.sort_unstable();
        self.others.sort_unstable();
    }

    /// These, and what the server has counted besides.
    pub fn totals(&self, besides: Totals, now: Timestamp, seen: Option<Timestamp>) -> Totals {
        let overdue = self.due.partition_point(|due| *due < now);
        // Without a watermark nothing is new.
        let known = seen.map_or(self.others.len(), |seen| self.others.partition_point(|at| *at <= seen));
        let besides_new = if besides.newest > seen { besides.new } else { 0 };
        let new = besides_new + super::small(self.others.len() - known);
        let newest = self.others.last().copied().max(besides.newest).filter(|_| new > 0);
        Totals {
            all: besides.all + self.all,
            mine: besides.mine + self.mine,
            free: besides.free + self.free,
            rush: besides.rush + self.rush,
            overdue: besides.overdue + super::small(overdue),
            new,
            newest,
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

fn insert(list: &mut Vec<Timestamp>, at: Timestamp) {
    list.insert(list.partition_point(|other| *other < at), at);
}

fn remove(list: &mut Vec<Timestamp>, at: Timestamp) {
    if let Ok(place) = list.binary_search(&at) {
        list.remove(place);
    }
}
