//! Compares the three copies of the board, entry by entry, at one revision. The copies are read one after the other
//! and brought to the latest of their revisions by the log itself: what no change has touched since is compared as it
//! was found, and that is what a silent difference is.

use std::collections::{BTreeMap, HashMap};

use app::{
    cache::{Copy, Difference, Fault},
    domain::{Entry, OrderId, Revision},
};

use super::{
    Board, Snapshot,
    mark::{Digest, Mark},
};
use crate::store::{
    StoreError,
    postgres::{log::Event, reading::Part},
};

/// Orders that are read at once.
const PART: usize = 200;

/// Differences that are told by name.
const TOLD: usize = 20;
/// Copies further apart than this are told as such.
const FAR: i64 = 5_000;

/// What there was in Redis to compare.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InRedis {
    /// A complete board.
    Whole,
    /// None: no server has filled it, or it was emptied.
    Nothing,
    /// Something in a board's place that does not say of what it is.
    Unreadable,
    /// It did not answer.
    Away,
}

/// What was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Compared {
    /// The revision at which everything was compared.
    pub revision: Revision,
    /// Actual orders in the database.
    pub orders: usize,
    /// What Redis had; only a complete board is compared.
    pub redis: InRedis,
    /// Differences in all.
    pub count: usize,
    /// The first of them.
    pub differences: Vec<Difference>,
}

/// What Redis holds.
type Shelved = (Mark, Vec<(OrderId, String)>);

impl Board {
    /// Reads everything and compares it. Costs the database what a full refresh costs it.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn compare(&self) -> Result<Compared, StoreError> {
        let mut reading = self.0.front.read_all().await?;
        let mut all = Part::with_capacity(reading.len());
        loop {
            let part = reading.next(PART).await?;
            if part.is_empty() {
                break;
            }
            all.extend(part);
        }
        let revision = reading.revision;
        drop(reading);
        let shelved = self.shelved().await;
        let near = self.near();
        let revisions =
            [shelved.as_ref().ok().map(|(mark, _)| mark.revision), near.as_ref().map(|it| it.revision())];
        let least = revisions.iter().flatten().fold(revision.rev, |least, at| least.min(at.rev));
        let tail = self.0.front.tail(least, FAR).await?;
        let compare = move || Comparing::new(revision, all, tail.events).finish(shelved, near.as_deref());
        tokio::task::spawn_blocking(compare)
            .await
            .map_err(|error| StoreError::unreadable("compare the board", error))
    }

    /// What Redis holds, or why that cannot be compared.
    async fn shelved(&self) -> Result<Shelved, InRedis> {
        let Ok(whole) = self.0.shelf.whole().await else { return Err(InRedis::Away) };
        match whole {
            Some(whole) => Ok(whole),
            None => Err(match self.0.shelf.is_marked().await {
                Ok(true) => InRedis::Unreadable,
                Ok(false) => InRedis::Nothing,
                Err(_) => InRedis::Away,
            }),
        }
    }
}

/// The comparison while it goes on.
struct Comparing {
    /// What the database says, at `at`.
    truth: BTreeMap<OrderId, Entry>,
    at: Revision,
    events: Vec<Event>,
    found: Vec<Difference>,
}

impl Comparing {
    fn new(revision: Revision, entries: Part, events: Vec<Event>) -> Self {
        let truth =
            entries.into_iter().filter_map(|(order, payload)| Some((order, entry(&payload)?))).collect();
        let at = events.last().map_or(revision, |event| event.revision.max(revision));
        let mut comparing = Self { truth, at, events, found: Vec::new() };
        let truth = std::mem::take(&mut comparing.truth);
        comparing.truth = comparing.forward(truth, revision);
        comparing
    }

    fn finish(mut self, shelved: Result<Shelved, InRedis>, near: Option<&Snapshot>) -> Compared {
        let redis = shelved.as_ref().map_or_else(|why| *why, |_| InRedis::Whole);
        if let Ok((mark, entries)) = shelved {
            self.sum(&mark, &entries);
            let held =
                entries.iter().filter_map(|(order, payload)| Some((*order, entry(payload)?))).collect();
            self.copy(Copy::Redis, mark.revision, held);
        }
        if let Some(near) = near {
            let held = near.all().map(|held| (held.card.id, held.entry())).collect();
            self.copy(Copy::Server, near.revision(), held);
        }
        let count = self.found.len();
        self.found.truncate(TOLD);
        Compared { revision: self.at, orders: self.truth.len(), redis, count, differences: self.found }
    }

    /// Brings entries of that revision to the one at which everything is compared.
    fn forward(&self, mut entries: BTreeMap<OrderId, Entry>, from: Revision) -> BTreeMap<OrderId, Entry> {
        for event in self.events.iter().filter(|event| event.revision > from) {
            match event.payload.as_deref().and_then(entry) {
                Some(entry) => entries.insert(event.order, entry),
                None => entries.remove(&event.order),
            };
        }
        entries
    }

    /// What Redis says of itself.
    fn sum(&mut self, mark: &Mark, entries: &[(OrderId, String)]) {
        let digest = entries
            .iter()
            .fold(Digest::default(), |sum, (order, payload)| sum.with(Digest::of(*order, payload)));
        if digest != mark.digest || entries.len() as u64 != mark.count {
            self.found.push(Difference { copy: Copy::Redis, order: "@".to_owned(), fault: Fault::Sum });
        }
    }

    fn copy(&mut self, copy: Copy, at: Revision, held: BTreeMap<OrderId, Entry>) {
        // What the log no longer has, or has not yet, cannot be made up for.
        let oldest = self.events.first().map_or(self.at.rev, |event| event.revision.rev - 1);
        if at.epoch != self.at.epoch || at > self.at || at.rev < oldest {
            let order = at.to_string();
            return self.found.push(Difference { copy, order, fault: Fault::Revision });
        }
        let mut held: HashMap<OrderId, Entry> = self.forward(held, at).into_iter().collect();
        for (order, entry) in &self.truth {
            let fault = match held.remove(order) {
                None => Fault::Missing,
                Some(other) if other == *entry => continue,
                Some(_) => Fault::Differs,
            };
            let order = entry.card.number.to_string();
            self.found.push(Difference { copy, order, fault });
        }
        let mut extra: Vec<_> = held.into_values().map(|entry| entry.card.number.to_string()).collect();
        extra.sort_unstable();
        self.found.extend(extra.into_iter().map(|order| Difference { copy, order, fault: Fault::Extra }));
    }
}

fn entry(payload: &str) -> Option<Entry> {
    serde_json::from_str(payload).ok()
}
