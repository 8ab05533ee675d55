//! An immutable board. The maps are persistent: a change copies a few nodes and shares the rest, so it costs
//! microseconds at any size, and a reader keeps what it has.

use std::{cmp::Reverse, sync::Arc};

use app::domain::{
    Card, CardModel, ModelDigest, ModelState, OperatorName, OrderId, OrderNumber, Revision, Status, Timestamp,
};
use imbl::OrdMap;

use super::{
    Held,
    held::Unreadable,
    index::{Columns, Index, Place, column, place},
    mark::Digest,
};
use crate::store::postgres::log::Event;

/// An immutable board. Everything a request reads comes from one of these.
#[derive(Debug, Clone)]
pub struct Snapshot {
    revision: Revision,
    fresh_at: Timestamp,
    digest: Digest,
    // Ordered maps: a hashed one keeps most of its leaves nearly empty, 20 MB of each at 100,000 orders.
    orders: OrdMap<OrderId, Arc<Held>>,
    numbers: OrdMap<OrderNumber, Arc<Held>>,
    models: OrdMap<ModelDigest, Named>,
    columns: Columns,
    index: Index,
}

/// A file that orders name.
#[derive(Debug, Clone, Copy)]
struct Named {
    size: u64,
    /// How many do.
    orders: usize,
    /// Which did last.
    last: OrderId,
}

impl Snapshot {
    /// A board without orders.
    pub(super) fn empty(revision: Revision, fresh_at: Timestamp) -> Self {
        Self {
            revision,
            fresh_at,
            digest: Digest::default(),
            orders: OrdMap::new(),
            numbers: OrdMap::new(),
            models: OrdMap::new(),
            columns: Default::default(),
            index: Index::default(),
        }
    }

    /// Puts these entries into it.
    pub(super) fn add(&mut self, entries: &[(OrderId, String)]) -> Result<(), Unreadable> {
        for (order, payload) in entries {
            self.put(&Arc::new(Held::read(*order, payload)?));
        }
        Ok(())
    }

    /// Of which revision this is the projection.
    #[must_use]
    pub fn revision(&self) -> Revision {
        self.revision
    }

    /// The database was known to say the same at this moment, by the database's clock.
    #[must_use]
    pub fn fresh_at(&self) -> Timestamp {
        self.fresh_at
    }

    /// Actual orders.
    #[must_use]
    pub fn len(&self) -> usize {
        self.orders.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// One order by its id.
    #[must_use]
    pub fn get(&self, id: OrderId) -> Option<&Arc<Held>> {
        self.orders.get(&id)
    }

    /// One order by its number.
    #[must_use]
    pub fn numbered(&self, number: &OrderNumber) -> Option<&Arc<Held>> {
        self.numbers.get(number)
    }

    /// All orders of one column, newest approved first; of a status without a column, none.
    pub fn column(&self, status: Status) -> impl DoubleEndedIterator<Item = &Arc<Held>> {
        column(status).and_then(|at| self.columns.get(at)).into_iter().flat_map(|held| held.values())
    }

    /// Every order, column by column.
    pub fn all(&self) -> impl Iterator<Item = &Arc<Held>> {
        self.columns.iter().flat_map(|held| held.values())
    }

    /// Orders in a column, without walking it.
    #[must_use]
    pub fn count(&self, status: Status) -> usize {
        column(status).and_then(|at| self.columns.get(at)).map_or(0, OrdMap::len)
    }

    /// The model of that hash that an actual order names, as its own or as the one before: its size in bytes, and the
    /// order that named it last, for traces, which follow an order.
    #[must_use]
    pub fn named_model(&self, sha256: &ModelDigest) -> Option<(u64, OrderId)> {
        self.models.get(sha256).map(|named| (named.size, named.last))
    }

    /// What this log-in name has in a column, newest approved first.
    pub fn of_operator(&self, login: &str, status: Status) -> impl Iterator<Item = &Arc<Held>> {
        self.hands(login, status).into_iter().flat_map(|held| held.values())
    }

    /// How many orders this log-in name has in a column, without walking them.
    #[must_use]
    pub fn count_of(&self, login: &str, status: Status) -> usize {
        self.hands(login, status).map_or(0, OrdMap::len)
    }

    fn hands(&self, login: &str, status: Status) -> Option<&OrdMap<Place, Arc<Held>>> {
        self.index.of_operator(login)?.get(column(status)?)
    }

    /// Everybody who has an order, with how many, in no particular order.
    pub fn operators(&self) -> impl Iterator<Item = (&OperatorName, usize)> {
        self.index.operators()
    }

    /// How many orders were approved after a moment, and are not in the hands of this log-in name. Walks the orders of
    /// one hour, and its own.
    #[must_use]
    pub fn others_after(&self, at: Timestamp, login: &str) -> usize {
        let first = |at| (Reverse(at), OrderId(uuid::Uuid::nil()));
        let (later, last) = self.index.in_hours_after(at);
        let rest: usize = self.columns.iter().map(|held| held.range(first(last)..first(at)).count()).sum();
        let is_later = |(Reverse(approved), _): &&Place| *approved > at;
        let own = |held: &OrdMap<Place, _>| held.keys().take_while(is_later).count();
        let own = self.index.of_operator(login).map_or(0, |theirs| theirs.iter().map(own).sum());
        later + rest - own
    }

    /// When the newest order was approved that is not in the hands of this log-in name.
    #[must_use]
    pub fn newest_of_others(&self, login: &str) -> Option<Timestamp> {
        let first = |held: &OrdMap<Place, Arc<Held>>| {
            held.values().find(|held| !held.card.is_of(login)).map(|held| held.card.approved_at)
        };
        self.columns.iter().filter_map(first).max()
    }

    /// Rush orders.
    #[must_use]
    pub fn rush(&self) -> usize {
        self.index.rush()
    }

    /// Orders past their promised time.
    #[must_use]
    pub fn overdue(&self, now: Timestamp) -> usize {
        self.index.overdue(now)
    }

    /// The additive hash of all entries: with the revision, a name of the content that is the same on every server.
    #[must_use]
    pub fn digest(&self) -> Digest {
        self.digest
    }

    /// The board after one more change; what the change was, for those who follow.
    pub(super) fn change(&mut self, event: &Event) -> Result<Option<Arc<Held>>, Unreadable> {
        let held = match &event.payload {
            Some(payload) => Some(Arc::new(Held::read(event.order, payload)?)),
            None => None,
        };
        self.follow(event.revision, event.order, held.as_ref());
        Ok(held)
    }

    /// The board after a change that was read already.
    pub(super) fn follow(&mut self, revision: Revision, order: OrderId, held: Option<&Arc<Held>>) {
        match held {
            Some(held) => self.put(held),
            None => self.take(order),
        }
        self.revision = revision;
    }

    pub(super) fn certify(&mut self, at: Timestamp) {
        self.fresh_at = self.fresh_at.max(at);
        self.index.pass(at);
    }

    fn put(&mut self, held: &Arc<Held>) {
        let card = &held.card;
        self.take(card.id);
        self.digest = self.digest.with(held.weight);
        self.orders.insert(card.id, Arc::clone(held));
        self.index.put(held);
        self.numbers.insert(card.number.clone(), Arc::clone(held));
        for model in named_models(card) {
            let orders = self.models.get(&model.sha256).map_or(0, |named| named.orders) + 1;
            self.models.insert(model.sha256, Named { size: model.size, orders, last: card.id });
        }
        if let Some(orders) = column(card.status).and_then(|at| self.columns.get_mut(at)) {
            orders.insert(place(card), Arc::clone(held));
        }
    }

    fn take(&mut self, order: OrderId) {
        let Some(held) = self.orders.remove(&order) else { return };
        let card = &held.card;
        self.digest = self.digest.without(held.weight);
        self.index.take(card);
        // Numbers can change hands within one transaction.
        if self.numbers.get(&card.number).is_some_and(|other| other.card.id == order) {
            self.numbers.remove(&card.number);
        }
        for CardModel { sha256, .. } in named_models(card) {
            match self.models.get(sha256).copied() {
                Some(named) if named.orders > 1 => {
                    self.models.insert(*sha256, Named { orders: named.orders - 1, ..named });
                }
                _ => {
                    self.models.remove(sha256);
                }
            }
        }
        if let Some(orders) = column(card.status).and_then(|at| self.columns.get_mut(at)) {
            orders.remove(&place(card));
        }
    }
}

/// What may be served for an order: its model when ready, and the one that its operator worked to before.
fn named_models(card: &Card) -> impl Iterator<Item = &CardModel> {
    let ready = card.model.as_ref().filter(|_| card.model_state == ModelState::Ready);
    ready.into_iter().chain(card.model_before.as_deref())
}
