//! An immutable board. The maps are persistent: a change copies a few nodes and shares the rest, so it costs
//! microseconds at any size, and a reader keeps what it has.

use std::{cmp::Reverse, sync::Arc};

use app::domain::{
    Card, Entry, ModelDigest, ModelState, OperatorName, OrderId, OrderNumber, Revision, Status, Timestamp,
};
use bytes::Bytes;
use imbl::{HashMap, OrdMap};

use super::{index::Index, mark::Digest};
use crate::store::postgres::log::Event;

/// An entry with what is made of it once, when it comes in.
#[derive(Debug)]
pub struct Held {
    /// The order.
    pub entry: Entry,
    /// `Card::searched_text`.
    pub text: String,
    /// The card as JSON, ready to be sent.
    pub json: Bytes,
    weight: Digest,
}

/// A payload that is not an entry of an actual order.
#[derive(Debug, thiserror::Error)]
pub enum Unreadable {
    /// Not the JSON of an entry.
    #[error("the entry of order {0} is not in the form this program knows")]
    Form(OrderId, #[source] serde_json::Error),
    /// Another order's, or one that is not on the board.
    #[error("the entry of order {0} is not that actual order's")]
    Subject(OrderId),
    /// The server is ending.
    #[error("the server ended while the board was being read")]
    Ended,
}

impl Held {
    /// Reads an entry.
    pub(super) fn read(order: OrderId, payload: &str) -> Result<Self, Unreadable> {
        let form = |error| Unreadable::Form(order, error);
        let entry: Entry = serde_json::from_str(payload).map_err(form)?;
        if entry.card.id != order || !entry.card.status.is_actual() {
            return Err(Unreadable::Subject(order));
        }
        Ok(Self {
            text: entry.card.searched_text(),
            json: serde_json::to_vec(&entry.card).map_err(form)?.into(),
            weight: Digest::of(order, payload),
            entry,
        })
    }
}

type Place = (Reverse<Timestamp>, OrderId);

/// An immutable board. Everything a request reads comes from one of these.
#[derive(Debug, Clone)]
pub struct Snapshot {
    revision: Revision,
    fresh_at: Timestamp,
    digest: Digest,
    orders: HashMap<OrderId, Arc<Held>>,
    numbers: HashMap<OrderNumber, Arc<Held>>,
    /// Size of the file, and how many orders name it.
    models: HashMap<ModelDigest, (u64, usize)>,
    columns: [OrdMap<Place, Arc<Held>>; Status::COLUMNS.len()],
    index: Index,
}

impl Snapshot {
    /// A board with these entries.
    pub(super) fn of<'a>(
        revision: Revision,
        fresh_at: Timestamp,
        entries: impl IntoIterator<Item = (OrderId, &'a str)>,
    ) -> Result<Self, Unreadable> {
        let mut board = Self {
            revision,
            fresh_at,
            digest: Digest::default(),
            orders: HashMap::new(),
            numbers: HashMap::new(),
            models: HashMap::new(),
            columns: Default::default(),
            index: Index::default(),
        };
        for (order, payload) in entries {
            board.put(&Arc::new(Held::read(order, payload)?));
        }
        Ok(board)
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

    /// The ready actual model of that hash: its size in bytes.
    #[must_use]
    pub fn model(&self, sha256: &ModelDigest) -> Option<u64> {
        self.models.get(sha256).map(|(size, _)| *size)
    }

    /// What this log-in name has, in no particular order.
    pub fn of_operator(&self, login: &str) -> impl Iterator<Item = &Arc<Held>> {
        self.index.of_operator(login)
    }

    /// Everybody who has an order, with how many, in no particular order.
    pub fn operators(&self) -> impl Iterator<Item = (&OperatorName, usize)> {
        self.index.operators()
    }

    /// Orders approved after a moment, newest first in each column. Touches one order more for each column.
    pub fn approved_after(&self, at: Timestamp) -> impl Iterator<Item = &Arc<Held>> {
        let later = move |(Reverse(approved), _): &Place| *approved > at;
        self.columns.iter().flat_map(move |held| {
            held.iter().take_while(move |(place, _)| later(place)).map(|(_, held)| held)
        })
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

    /// The additive hash of all entries.
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
        match &held {
            Some(held) => self.put(held),
            None => self.take(event.order),
        }
        self.revision = event.revision;
        Ok(held)
    }

    pub(super) fn certify(&mut self, at: Timestamp) {
        self.fresh_at = self.fresh_at.max(at);
    }

    fn put(&mut self, held: &Arc<Held>) {
        let card = &held.entry.card;
        self.take(card.id);
        self.digest = self.digest.with(held.weight);
        self.orders.insert(card.id, Arc::clone(held));
        self.index.put(held);
        self.numbers.insert(card.number.clone(), Arc::clone(held));
        if let Some(model) = ready_model(card) {
            let named = self.models.get(&model.0).map_or(0, |(_, named)| *named);
            self.models.insert(model.0, (model.1, named + 1));
        }
        if let Some(orders) = column(card.status).and_then(|at| self.columns.get_mut(at)) {
            orders.insert((Reverse(card.approved_at), card.id), Arc::clone(held));
        }
    }

    fn take(&mut self, order: OrderId) {
        let Some(held) = self.orders.remove(&order) else { return };
        let card = &held.entry.card;
        self.digest = self.digest.without(held.weight);
        self.index.take(card);
        // Numbers can change hands within one transaction.
        if self.numbers.get(&card.number).is_some_and(|other| other.entry.card.id == order) {
            self.numbers.remove(&card.number);
        }
        if let Some((sha256, _)) = ready_model(card) {
            match self.models.get(&sha256).copied() {
                Some((size, named)) if named > 1 => {
                    self.models.insert(sha256, (size, named - 1));
                }
                _ => {
                    self.models.remove(&sha256);
                }
            }
        }
        if let Some(orders) = column(card.status).and_then(|at| self.columns.get_mut(at)) {
            orders.remove(&(Reverse(card.approved_at), order));
        }
    }
}

fn column(status: Status) -> Option<usize> {
    Status::COLUMNS.iter().position(|known| *known == status)
}

fn ready_model(card: &Card) -> Option<(ModelDigest, u64)> {
    let model = card.model.as_ref().filter(|_| card.model_state == ModelState::Ready)?;
    Some((model.sha256, model.size))
}
