//! Every order that was ever heard of, each in a place of its own that it keeps.

use super::Delta;
use crate::domain::{Card, OrderId, Revision};

/// The place of an order in one board's memory: given once and kept as long as the page lives, so that a list of
/// ten thousand orders is forty kilobytes and is copied in microseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Slot(u32);

impl Slot {
    /// As a number, from 0 on without gaps.
    #[must_use]
    pub const fn number(self) -> usize {
        self.0 as usize
    }
}

/// What is known of one order.
#[derive(Debug, Default)]
pub(super) struct Known {
    /// As last heard of; nothing when only its leaving was.
    pub card: Option<Card>,
    /// [`Card::searched_text`] of it.
    pub text: String,
    /// How new this is.
    pub at: Revision,
    /// Whether it is on the board.
    pub there: bool,
}

impl Known {
    /// Whether the card here is a later version than the one that comes. A refusal brings a card without its place in
    /// the log, and what came before it there may still be on its way.
    pub fn is_ahead_of(&self, delta: &Delta) -> bool {
        let (Some(here), Some(comes)) = (self.card.as_ref(), delta.order.as_ref()) else { return false };
        // A database that was set back begins another epoch, and its versions anew.
        self.there && self.at.epoch == delta.revision.epoch && comes.version < here.version
    }
}

/// All of them.
#[derive(Debug, Default)]
pub(super) struct Memory {
    known: Vec<Known>,
    /// Sorted. A change of ten thousand pairs moves some kilobytes, which is less than a tree costs.
    places: Vec<(OrderId, Slot)>,
}

impl Memory {
    pub fn get(&self, slot: Slot) -> Option<&Known> {
        self.known.get(slot.number())
    }

    pub fn find(&self, id: OrderId) -> Option<Slot> {
        let at = self.places.binary_search_by_key(&id, |(known, _)| *known).ok()?;
        self.places.get(at).map(|(_, slot)| *slot)
    }

    /// The place of this order, a new one if there is none.
    pub fn place(&mut self, id: OrderId) -> Slot {
        match self.places.binary_search_by_key(&id, |(known, _)| *known) {
            Ok(at) => self.places[at].1,
            Err(at) => {
                let slot = self.push(Known::default());
                self.places.insert(at, (id, slot));
                slot
            }
        }
    }

    pub fn set(&mut self, slot: Slot, known: Known) {
        self.known[slot.number()] = known;
    }

    /// It is off the board; the card stays for a screen that still shows it.
    pub fn leave(&mut self, slot: Slot, at: Revision) {
        let known = &mut self.known[slot.number()];
        (known.at, known.there) = (at, false);
        known.text = String::new();
    }

    pub fn iter(&self) -> impl Iterator<Item = (Slot, &Known)> {
        self.known.iter().enumerate().map(|(at, known)| (nth(at), known))
    }

    /// Everything as of `revision`; what was heard later stays.
    pub fn install(&mut self, revision: Revision, cards: Vec<(Card, String)>) {
        for known in &mut self.known {
            if known.at <= revision {
                (known.at, known.there) = (revision, false);
            }
        }
        let sorted = self.places.len();
        for (card, text) in cards {
            let id = card.id;
            let known = Known { text, at: revision, there: true, card: Some(card) };
            let held = self.places[..sorted].binary_search_by_key(&id, |(held, _)| *held);
            match held.map(|at| self.places[at].1) {
                Ok(slot) if self.known[slot.number()].at > revision => {}
                Ok(slot) => self.set(slot, known),
                Err(_) => {
                    let slot = self.push(known);
                    self.places.push((id, slot));
                }
            }
        }
        self.places.sort_unstable_by_key(|(id, _)| *id);
    }

    fn push(&mut self, known: Known) -> Slot {
        self.known.push(known);
        nth(self.known.len() - 1)
    }
}

/// Four billion orders don't fit a browser.
fn nth(at: usize) -> Slot {
    Slot(u32::try_from(at).unwrap_or(u32::MAX))
}

/// The first places, for tests of what is done with lists of them.
#[cfg(all(test, feature = "ssr"))]
pub fn slots(count: usize) -> Vec<Slot> {
    (0..count).map(nth).collect()
}
