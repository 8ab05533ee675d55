//! The board as the browser holds it: the cards, changed order by order, and what a view shows of them. Pure, so
//! that the same rules run in tests, on the server and in the browser.
//!
//! Every list is kept in order with each change, so a change costs a few comparisons at any size of the board; only
//! another view walks all cards, once.

mod counts;
mod known;
mod lane;
mod look;
#[cfg(all(test, feature = "ssr"))]
mod naive;
#[cfg(all(test, feature = "ssr"))]
mod tests;

use std::{cmp::Ordering, sync::Arc};

use serde::Deserialize;

use crate::domain::{
    BoardPage, BoardView, Card, OrderId, Revision, Status, Timestamp, Totals, view::Onlooker,
};
use counts::Counts;
pub use known::Slot;
#[cfg(all(test, feature = "ssr"))]
pub use known::slots;
use known::{Known, Memory};
use lane::Lane;
use look::Look;

/// One change: an event of `/live`, or a command's answer. Always the whole card, or what left the board.
#[derive(Debug, Clone, Deserialize)]
pub struct Delta {
    /// The change's place in the log.
    pub revision: Revision,
    /// The order after it.
    #[serde(default)]
    pub order: Option<Box<Card>>,
    /// An order that is no longer actual.
    #[serde(default)]
    pub removed: Option<OrderId>,
}

/// The whole board at one revision, read card by card.
#[derive(Debug, Clone)]
pub struct Whole {
    revision: Revision,
    /// Every actual order, with the text that a search looks at.
    cards: Vec<(Card, String)>,
}

impl Whole {
    /// A board of which no card has been read.
    #[must_use]
    pub const fn new(revision: Revision) -> Self {
        Self { revision, cards: Vec::new() }
    }

    /// Of which revision.
    #[must_use]
    pub const fn revision(&self) -> Revision {
        self.revision
    }

    /// One more card.
    pub fn add(&mut self, card: Card) {
        let text = card.searched_text();
        self.cards.push((card, text));
    }

    /// How many there are.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.cards.len()
    }

    /// Whether there is none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.cards.is_empty()
    }
}

/// What a column shows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Shown {
    /// Orders that the view shows here, also those that are not here yet.
    pub count: u32,
    /// Of these, mine.
    pub mine: u32,
    /// Those that are here: mine first, then by the view's order. Shared, so that a screen keeps what it has.
    pub list: Arc<Vec<Slot>>,
}

/// Cards, each at the newest revision that was heard of it.
#[derive(Debug, Default)]
pub struct Projection {
    memory: Memory,
    lanes: [Lane; Status::COLUMNS.len()],
    counts: Counts,
    look: Look,
    revision: Revision,
    /// What is older than this is in here already.
    floor: Revision,
    /// What the server counted beyond the cards that it sent, until the whole board is here.
    beyond: [(u32, u32); Status::COLUMNS.len()],
    uncounted: Totals,
    whole: bool,
}

impl Projection {
    /// From the first screen that the server rendered.
    #[must_use]
    pub fn of_page(page: &BoardPage, view: &BoardView, eye: Onlooker<'_>) -> Self {
        let look = Look::new(view.clone(), eye);
        let mut projection = Self { revision: page.revision, floor: page.revision, look, ..Self::default() };
        for card in page.columns.iter().flat_map(|column| &column.cards) {
            projection.put(card.clone(), page.revision);
        }
        for (at, status) in Status::COLUMNS.into_iter().enumerate() {
            let Some(column) = page.columns.iter().find(|column| column.status == status) else { continue };
            let here = projection.shown(at);
            projection.beyond[at] =
                (column.count.saturating_sub(here.count), column.mine.saturating_sub(here.mine));
        }
        let here = projection.totals();
        projection.uncounted = Totals {
            all: page.totals.all.saturating_sub(here.all),
            mine: page.totals.mine.saturating_sub(here.mine),
            free: page.totals.free.saturating_sub(here.free),
            rush: page.totals.rush.saturating_sub(here.rush),
            overdue: page.totals.overdue.saturating_sub(here.overdue),
            new: page.totals.new.saturating_sub(here.new),
            newest: page.totals.newest,
        };
        projection
    }

    /// The newest revision that was heard of.
    #[must_use]
    pub const fn revision(&self) -> Revision {
        self.revision
    }

    /// Whether every actual order is here, so that a search need not ask the server.
    #[must_use]
    pub const fn is_whole(&self) -> bool {
        self.whole
    }

    /// The place of an order that was ever here.
    #[must_use]
    pub fn slot(&self, id: OrderId) -> Option<Slot> {
        self.memory.find(id)
    }

    /// A card that is on the board.
    #[must_use]
    pub fn card(&self, slot: Slot) -> Option<&Card> {
        self.memory.get(slot).filter(|known| known.there)?.card.as_ref()
    }

    /// A card as it was last heard of, also one that has left the board.
    #[must_use]
    pub fn last(&self, slot: Slot) -> Option<&Card> {
        self.memory.get(slot)?.card.as_ref()
    }

    /// Takes in a change, unless something newer of that order is already here: a command's answer and the
    /// stream may come in either order. Says which order has changed.
    pub fn apply(&mut self, delta: Delta) -> Option<Slot> {
        self.revision = self.revision.max(delta.revision);
        let id = delta.order.as_ref().map(|card| card.id).or(delta.removed)?;
        let known = self.memory.find(id).and_then(|slot| self.memory.get(slot));
        if delta.revision <= known.map_or(self.floor, |known| known.at)
            || known.is_some_and(|known| known.is_ahead_of(&delta))
        {
            return None;
        }
        Some(match delta.order {
            Some(card) if card.status.is_actual() => self.put(*card, delta.revision),
            _ => self.forget(id, delta.revision),
        })
    }

    /// Takes in a card that came without its place in the log, as refusals do: if it is newer than what is here.
    pub fn correct(&mut self, card: Card) {
        let known = self.memory.find(card.id).and_then(|slot| self.memory.get(slot));
        let newer =
            known.is_none_or(|it| it.there && it.card.as_ref().is_some_and(|old| old.version < card.version));
        if newer && card.status.is_actual() {
            self.put(card, self.revision);
        }
    }

    /// Takes in the whole board; what was heard later stays. One that is older than what is here already is refused:
    /// nobody would tell again what has happened since.
    pub fn install(&mut self, whole: Whole) -> bool {
        if whole.revision < self.floor {
            return false;
        }
        self.memory.install(whole.revision, whole.cards);
        self.revision = self.revision.max(whole.revision);
        self.floor = whole.revision;
        self.beyond = Default::default();
        self.uncounted = Totals::default();
        self.whole = true;
        self.counts = Counts::default();
        for lane in &mut self.lanes {
            lane.all.clear();
        }
        for (slot, known) in self.memory.iter() {
            let Some(card) = known.card.as_ref().filter(|_| known.there) else { continue };
            self.counts.push(card, &self.look.login);
            if let Some(lane) = column(card.status).and_then(|at| self.lanes.get_mut(at)) {
                lane.all.push(slot);
            }
        }
        self.counts.sort();
        self.arrange();
        self.sift(false);
        true
    }

    /// Another view. Typing on in a search looks only at what was found so far.
    pub fn set_view(&mut self, view: &BoardView) {
        if *view == self.look.view {
            return;
        }
        let before = self.look.see(view.clone());
        if before.sort != view.sort {
            self.arrange();
        }
        let narrower = self.look.narrows(&before);
        self.sift(narrower);
        // Counted by the server for the view of the page.
        self.beyond = Default::default();
    }

    /// Time goes on: more may be overdue.
    pub fn set_now(&mut self, now: Timestamp) {
        self.look.now = now;
        if self.look.view.overdue {
            self.sift(false);
        }
    }

    /// What "new" is measured against.
    pub fn set_seen(&mut self, seen: Option<Timestamp>) {
        self.look.seen = seen;
        if self.look.view.new {
            self.sift(false);
        }
    }

    /// What the view shows in the column at this place of [`Status::COLUMNS`].
    #[must_use]
    pub fn shown(&self, at: usize) -> Shown {
        let list = Arc::clone(&self.lanes[at].shown);
        let is_mine = |slot: &Slot| self.card(*slot).is_some_and(|card| card.is_of(&self.look.login));
        let (hidden, hidden_mine) = self.beyond[at];
        Shown {
            count: small(list.len()) + hidden,
            mine: small(list.partition_point(is_mine)) + hidden_mine,
            list,
        }
    }

    /// What stands behind the quick filters.
    #[must_use]
    pub fn totals(&self) -> Totals {
        self.counts.totals(self.uncounted, self.look.now, self.look.seen)
    }

    fn put(&mut self, card: Card, at: Revision) -> Slot {
        let slot = self.memory.place(card.id);
        self.lift(slot);
        let (look, place) = (&self.look, column(card.status));
        let text = card.searched_text();
        let shown = look.shows(&card, &text);
        self.counts.put(&card, &look.login);
        self.memory.set(slot, Known { card: Some(card), text, at, there: true });
        if let Some(lane) = place.and_then(|at| self.lanes.get_mut(at)) {
            lane.put(slot, shown, |a, b| order(&self.memory, look, a, b));
        }
        slot
    }

    /// Remembered as gone, so that an older message does not bring it back.
    fn forget(&mut self, id: OrderId, at: Revision) -> Slot {
        let slot = self.memory.place(id);
        self.lift(slot);
        self.memory.leave(slot, at);
        slot
    }

    /// Takes a card out of the lists and counts that it is in.
    fn lift(&mut self, slot: Slot) {
        let Some(card) =
            self.memory.get(slot).filter(|known| known.there).and_then(|known| known.card.as_ref())
        else {
            return;
        };
        self.counts.take(card, &self.look.login);
        if let Some(lane) = column(card.status).and_then(|at| self.lanes.get_mut(at)) {
            lane.take(slot, |a, b| order(&self.memory, &self.look, a, b));
        }
    }

    /// Puts all cards in the view's order.
    fn arrange(&mut self) {
        for lane in &mut self.lanes {
            lane.all.sort_unstable_by(|a, b| order(&self.memory, &self.look, *a, *b));
        }
    }

    /// Picks what the view shows; `narrower` promises that it is among what was shown so far.
    fn sift(&mut self, narrower: bool) {
        for lane in &mut self.lanes {
            lane.sift(narrower, |slot| {
                let known = self.memory.get(slot);
                known.is_some_and(|it| {
                    it.card.as_ref().is_some_and(|card| it.there && self.look.shows(card, &it.text))
                })
            });
        }
    }
}

/// Mine first, then by the view's order. Total: the id decides in the end.
fn order(memory: &Memory, look: &Look, a: Slot, b: Slot) -> Ordering {
    let card = |slot| memory.get(slot).and_then(|known| known.card.as_ref());
    match (card(a), card(b)) {
        (Some(a), Some(b)) => look.order(a, b),
        (a, b) => b.is_some().cmp(&a.is_some()),
    }
}

fn column(status: Status) -> Option<usize> {
    Status::COLUMNS.iter().position(|known| *known == status)
}

fn small(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}
