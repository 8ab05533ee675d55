//! One order of the board, held as tightly as it can still be read at once: a hundred thousand of these are most of
//! what a server holds. The card is there as it is; the order's page and the card's JSON are made when somebody asks.

use std::{borrow::Cow, sync::Arc};

use app::domain::{Card, Entry, HistoryStep, ModelFacts, OperatorName, OrderId, Status, Timestamp};

use super::mark::Digest;

/// Statuses of the shop, from before the approval. Others are possible; these are not written out for every order.
const OF_THE_SHOP: [&str; 4] = ["INITIATED", "FILE_UPLOADED", "SUBMITTED", "PRICE_CALCULATED"];
const CHANNELS: [&str; 2] = ["shop", "api"];

/// An entry with what is made of it once, when it comes in.
#[derive(Debug)]
pub struct Held {
    /// What the board shows.
    pub card: Card,
    /// `Card::searched_text`.
    pub text: Box<str>,
    channel: Name,
    history: Box<[Step]>,
    received_at: Option<Timestamp>,
    model_facts: Option<Box<ModelFacts>>,
    model_problem: Option<Box<str>>,
    model_before_facts: Option<Box<ModelFacts>>,
    pub(super) weight: Digest,
}

/// A name that is one of a few as a rule.
type Name = Cow<'static, str>;

#[derive(Debug)]
struct Step {
    status: Name,
    at: Timestamp,
    /// Shared by all steps of the same person.
    by: Option<Arc<OperatorName>>,
    reason: Option<Box<str>>,
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
        let entry: Entry = serde_json::from_str(payload).map_err(|error| Unreadable::Form(order, error))?;
        let Entry { card, channel, history, received_at, model_facts, model_problem, model_before_facts } =
            entry;
        if card.id != order || !card.status.is_actual() {
            return Err(Unreadable::Subject(order));
        }
        Ok(Self {
            text: card.searched_text().into(),
            channel: name(channel, CHANNELS.into_iter()),
            history: steps(history),
            received_at,
            model_facts: model_facts.map(Box::new),
            model_problem: model_problem.map(String::into_boxed_str),
            model_before_facts: model_before_facts.map(Box::new),
            weight: Digest::of(order, payload),
            card,
        })
    }

    /// Everything that is known of the order.
    #[must_use]
    pub fn entry(&self) -> Entry {
        let step = |step: &Step| HistoryStep {
            status: step.status.clone().into_owned(),
            at: step.at,
            by: step.by.as_deref().cloned(),
            reason: step.reason.as_deref().map(str::to_owned),
        };
        Entry {
            card: self.card.clone(),
            channel: self.channel.clone().into_owned(),
            history: self.history.iter().map(step).collect(),
            received_at: self.received_at,
            model_facts: self.model_facts.as_deref().cloned(),
            model_problem: self.model_problem.as_deref().map(str::to_owned),
            model_before_facts: self.model_before_facts.as_deref().cloned(),
        }
    }

    /// Appends the card as JSON.
    pub fn write_json(&self, out: &mut Vec<u8>) {
        // A card is only texts and numbers, and a vector takes everything: this cannot fail.
        let _ = serde_json::to_writer(out, &self.card);
    }
}

fn name(text: String, mut known: impl Iterator<Item = &'static str>) -> Name {
    known.find(|known| *known == text).map_or(Cow::Owned(text), Cow::Borrowed)
}

fn steps(history: Vec<HistoryStep>) -> Box<[Step]> {
    let mut people: Vec<Arc<OperatorName>> = Vec::new();
    let mut shared = |person: OperatorName| {
        if let Some(known) = people.iter().find(|known| ***known == person) {
            return Arc::clone(known);
        }
        let person = Arc::new(person);
        people.push(Arc::clone(&person));
        person
    };
    let statuses = || Status::ALL.into_iter().map(Status::wire).chain(OF_THE_SHOP);
    let step = |step: HistoryStep| Step {
        status: name(step.status, statuses()),
        at: step.at,
        by: step.by.map(&mut shared),
        reason: step.reason.map(String::into_boxed_str),
    };
    history.into_iter().map(step).collect()
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    pub const PAYLOAD: &str = r#"{"card": {"id": "0193c1a2-6f0e-7d3a-9c1b-2f4f5a6b7c8d", "number": "A-7",
        "title": "Кольцо «Ветвь»", "status": "MANUFACTURING_STARTED", "version": 2,
        "operator": {"login": "o2", "name": "Анна Ким"}, "approved_at": "2026-11-23T08:15:00.000Z",
        "status_since": "2026-11-23T09:15:00.000Z", "due_at": null, "priority": "rush", "material": "m",
        "size": null, "quantity": 1, "price": {"amount": "1.00", "currency": "RUB"}, "pay": null,
        "comment": "\"спешно\"", "model": null, "model_state": "refused", "model_before": {"sha256":
        "abababababababababababababababababababababababababababababababab", "size": 12164}},
        "channel": "partner", "model_facts": {"size_mm": [1.0, 2.5, 3.0], "triangles": 12},
        "model_problem": "too_deep", "model_before_facts": {"size_mm": [1.0, 2.0, 3.0], "triangles": 12}, "received_at": "2026-11-23T08:15:09.000Z", "history": [
        {"status": "SUBMITTED", "at": "2026-11-21T09:00:00.000Z", "by": null, "reason": null},
        {"status": "QUEUED", "at": "2026-11-21T10:00:00.000Z", "by": null, "reason": null},
        {"status": "MANUFACTURING_STARTED", "at": "2026-11-23T08:20:00.000Z",
            "by": {"login": "o1", "name": "Олег"}, "reason": null},
        {"status": "MANUFACTURING_APPROVED", "at": "2026-11-23T09:00:00.000Z",
            "by": {"login": "o1", "name": "Олег"}, "reason": "не тот металл"},
        {"status": "MANUFACTURING_STARTED", "at": "2026-11-23T09:15:00.000Z",
            "by": {"login": "o2", "name": "Анна Ким"}, "reason": null}]}"#;

    #[test]
    fn what_is_held_is_what_came_in() {
        let order = "0193c1a2-6f0e-7d3a-9c1b-2f4f5a6b7c8d".parse().unwrap();
        let (held, entry) =
            (Held::read(order, PAYLOAD).unwrap(), serde_json::from_str::<Entry>(PAYLOAD).unwrap());
        assert_eq!(held.entry(), entry);
        let mut json = b"[".to_vec();
        held.write_json(&mut json);
        assert_eq!(json, [b"[", serde_json::to_vec(&entry.card).unwrap().as_slice()].concat());
        assert!(matches!(Held::read(OrderId(uuid::Uuid::nil()), PAYLOAD), Err(Unreadable::Subject(_))));
    }
}
