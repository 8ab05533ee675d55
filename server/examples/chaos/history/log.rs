//! The log of the board, read at the end of a run: what every board at every revision must say.

use std::collections::HashMap;

use app::domain::{OrderId, Revision};
use serde_json::Value;

use super::digest::Digest;

/// What the checks ask of a card.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facts {
    /// Of the whole card.
    pub digest: Digest,
    pub version: i64,
    pub status: String,
    /// The log-in name of who has it.
    pub operator: Option<String>,
    /// The hash of its ready model.
    pub model: Option<String>,
}

impl Facts {
    /// Of a card as JSON; nothing when it is no card.
    pub fn of(card: &Value) -> Option<Self> {
        let text = |value: &Value| value.as_str().map(str::to_owned);
        Some(Self {
            digest: Digest::of(card),
            version: card["version"].as_i64()?,
            status: text(&card["status"])?,
            operator: text(&card["operator"]["login"]),
            model: text(&card["model"]["sha256"]),
        })
    }
}

/// One change.
#[derive(Debug, Clone)]
pub struct Event {
    pub at: Revision,
    pub order: OrderId,
    /// The order after it; nothing when it left the board.
    pub card: Option<Facts>,
}

/// What a whole board is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Whole {
    pub digest: Digest,
    pub orders: usize,
}

/// An order's way: after which revision it was what.
pub type Way = Vec<(Revision, Option<Facts>)>;

/// The log from its first event, of one epoch, with everything that follows from it.
#[derive(Debug, Clone, Default)]
pub struct Log {
    events: Vec<Event>,
    /// After each event.
    wholes: Vec<Whole>,
    ways: HashMap<OrderId, Way>,
}

/// Why a log cannot be checked against.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum BrokenLog {
    #[error("{1} does not follow {0}")]
    Gap(Revision, Revision),
    #[error("the event {0} holds no card")]
    Unreadable(Revision),
}

impl Log {
    /// One more event, as the database holds it.
    ///
    /// # Errors
    /// When it does not follow the last, or cannot be read.
    pub fn read(&mut self, at: Revision, order: OrderId, payload: Option<&str>) -> Result<(), BrokenLog> {
        let card = match payload {
            None => None,
            Some(payload) => {
                let entry: Value = serde_json::from_str(payload).unwrap_or_default();
                Some(Facts::of(&entry["card"]).ok_or(BrokenLog::Unreadable(at))?)
            }
        };
        self.push(Event { at, order, card })
    }

    /// One more event.
    ///
    /// # Errors
    /// When it does not follow the last.
    pub fn push(&mut self, event: Event) -> Result<(), BrokenLog> {
        let follows = self.events.last().map_or(event.at.rev == 1, |last| event.at.follows(last.at));
        if !follows {
            return Err(BrokenLog::Gap(self.head(), event.at));
        }
        let mut whole = self.wholes.last().copied().unwrap_or_default();
        let way = self.ways.entry(event.order).or_default();
        if let Some((_, Some(before))) = way.last() {
            whole = Whole { digest: whole.digest.without(before.digest), orders: whole.orders - 1 };
        }
        if let Some(card) = &event.card {
            whole = Whole { digest: whole.digest.with(card.digest), orders: whole.orders + 1 };
        }
        way.push((event.at, event.card.clone()));
        self.wholes.push(whole);
        self.events.push(event);
        Ok(())
    }

    /// The last revision.
    pub fn head(&self) -> Revision {
        self.events.last().map_or_else(Revision::default, |event| event.at)
    }

    /// All events.
    pub fn events(&self) -> &[Event] {
        &self.events
    }

    /// Every order's way.
    pub fn ways(&self) -> &HashMap<OrderId, Way> {
        &self.ways
    }

    /// The event of a revision.
    pub fn event(&self, at: Revision) -> Option<&Event> {
        self.place(at).and_then(|place| self.events.get(place))
    }

    /// What a board at this revision must be; nothing for a revision that never was.
    pub fn whole(&self, at: Revision) -> Option<Whole> {
        if at.rev == 0 && (self.events.is_empty() || at.epoch == self.head().epoch) {
            return Some(Whole::default());
        }
        self.place(at).and_then(|place| self.wholes.get(place).copied())
    }

    /// What an order was at this revision: a bisection of its own few events.
    pub fn order(&self, order: OrderId, at: Revision) -> Option<&Facts> {
        let way = self.ways.get(&order)?;
        let after = way.partition_point(|(since, _)| *since <= at);
        way.get(after.checked_sub(1)?)?.1.as_ref()
    }

    fn place(&self, at: Revision) -> Option<usize> {
        let place = usize::try_from(at.rev.checked_sub(1)?).ok()?;
        (self.events.get(place)?.at == at).then_some(place)
    }
}
