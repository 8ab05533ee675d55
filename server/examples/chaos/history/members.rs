//! Which orders are in a board of this content. Most changes leave all orders where they are, so boards share their lists:
//! a long run has a million boards and some hundred thousand lists.

use std::{collections::HashMap, sync::Arc};

use app::domain::OrderId;

use super::digest::Digest;

/// Lists of orders by the content of a board.
#[derive(Debug, Clone, Default)]
pub struct Members {
    lists: HashMap<u128, Arc<[OrderId]>>,
    of: HashMap<Digest, Arc<[OrderId]>>,
}

impl Members {
    /// Notes a board, unless it is known.
    pub fn learn(&mut self, digest: Digest, orders: impl FnOnce() -> Vec<OrderId>) {
        let lists = &mut self.lists;
        self.of.entry(digest).or_insert_with(|| {
            let orders = orders();
            // The ids are random numbers: their sum names the set, in whatever order a board lists it.
            let sum = orders.iter().fold(0, |sum: u128, order| sum.wrapping_add(order.0.as_u128()));
            Arc::clone(lists.entry(sum).or_insert_with(|| orders.into()))
        });
    }

    /// The orders of a board; nothing when nobody noted it.
    pub fn get(&self, digest: &Digest) -> Option<&Arc<[OrderId]>> {
        self.of.get(digest)
    }
}
