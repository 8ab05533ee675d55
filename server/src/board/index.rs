//! What a first screen asks of the board beside its columns: kept with every change, not counted on every look.

use std::{cmp::Reverse, sync::Arc};

use app::domain::{Card, OperatorName, OrderId, Priority, Status, Timestamp};
use imbl::{OrdMap, OrdSet};

use super::Held;

/// Newest approved first.
pub(super) type Place = (Reverse<Timestamp>, OrderId);

/// Where a card stands among others.
pub(super) const fn place(card: &Card) -> Place {
    (Reverse(card.approved_at), card.id)
}

/// Orders by column.
pub(super) type Columns = [OrdMap<Place, Arc<Held>>; Status::COLUMNS.len()];

/// By operator, by urgency, by promised time, by the hour of the approval.
#[derive(Debug, Clone, Default)]
pub(super) struct Index {
    operators: OrdMap<String, Columns>,
    rush: usize,
    due: OrdSet<(Timestamp, OrderId)>,
    late: Late,
    hours: OrdMap<Reverse<i64>, usize>,
}

/// How many of the promised times lie before a moment. The moment moves on with the board, so that whoever asks for
/// a later one counts only what has become late since.
#[derive(Debug, Clone, Copy)]
struct Late {
    before: Timestamp,
    count: usize,
}

impl Default for Late {
    fn default() -> Self {
        Self { before: Timestamp::from_millis(0), count: 0 }
    }
}

impl Index {
    /// An order came, or came back changed; the one from before was taken out.
    pub fn put(&mut self, held: &Arc<Held>) {
        let card = &held.card;
        if let (Some(operator), Some(at)) = (&card.operator, column(card.status)) {
            let theirs = self.operators.entry(operator.login.clone()).or_default();
            theirs[at].insert(place(card), Arc::clone(held));
        }
        self.rush += usize::from(is_rush(card));
        *self.hours.entry(Reverse(hour(card.approved_at))).or_default() += 1;
        if let Some(due) = card.due_at {
            self.due.insert((due, card.id));
            self.late.count += usize::from(due < self.late.before);
        }
    }

    /// An order goes, or is about to come back changed.
    pub fn take(&mut self, card: &Card) {
        if let (Some(operator), Some(at)) = (&card.operator, column(card.status))
            && let Some(theirs) = self.operators.get_mut(&operator.login)
        {
            theirs[at].remove(&place(card));
            if theirs.iter().all(OrdMap::is_empty) {
                self.operators.remove(&operator.login);
            }
        }
        self.rush -= usize::from(is_rush(card));
        let hour = Reverse(hour(card.approved_at));
        match self.hours.get_mut(&hour) {
            Some(orders) if *orders > 1 => *orders -= 1,
            _ => drop(self.hours.remove(&hour)),
        }
        if let Some(due) = card.due_at {
            self.due.remove(&(due, card.id));
            self.late.count -= usize::from(due < self.late.before);
        }
    }

    /// Time has gone on.
    pub fn pass(&mut self, now: Timestamp) {
        if now > self.late.before {
            self.late = Late { before: now, count: self.overdue(now) };
        }
    }

    /// What this log-in name has in each column.
    pub fn of_operator(&self, login: &str) -> Option<&Columns> {
        self.operators.get(login)
    }

    /// Everybody who has an order, with how many.
    pub fn operators(&self) -> impl Iterator<Item = (&OperatorName, usize)> {
        self.operators.values().filter_map(|theirs| {
            let (_, any) = theirs.iter().find_map(OrdMap::get_min)?;
            Some((any.card.operator.as_ref()?, theirs.iter().map(OrdMap::len).sum()))
        })
    }

    pub fn rush(&self) -> usize {
        self.rush
    }

    /// Walks what has become overdue since the board last moved, or what had not yet, and nothing else.
    pub fn overdue(&self, now: Timestamp) -> usize {
        let first = |at| (at, OrderId(uuid::Uuid::nil()));
        let Late { before, count } = self.late;
        if now >= before {
            count + self.due.range(first(before)..first(now)).count()
        } else {
            count - self.due.range(first(now)..first(before)).count()
        }
    }

    /// Orders approved in the hours after that of a moment, and the last moment of its own hour.
    pub fn in_hours_after(&self, at: Timestamp) -> (usize, Timestamp) {
        let own = hour(at);
        let later = self.hours.iter().take_while(|(Reverse(hour), _)| *hour > own);
        (later.map(|(_, orders)| orders).sum(), Timestamp::from_millis((own + 1) * HOUR - 1))
    }
}

const HOUR: i64 = 3_600_000;

const fn hour(at: Timestamp) -> i64 {
    at.millis().div_euclid(HOUR)
}

/// The place of a status among the columns.
pub(super) fn column(status: Status) -> Option<usize> {
    Status::COLUMNS.iter().position(|known| *known == status)
}

fn is_rush(card: &Card) -> bool {
    card.priority == Priority::Rush
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;
    use crate::board::Snapshot;
    use app::domain::Revision;

    /// Some moments lie within one hour of each other, some an hour apart to the millisecond.
    fn moments() -> impl Strategy<Value = Timestamp> {
        let around = prop::sample::select(vec![0, 1, HOUR - 1, HOUR, HOUR + 1, 2 * HOUR, 5 * HOUR]);
        (around, 0_i64..3).prop_map(|(at, more)| Timestamp::from_millis(1_700_000_000_000 + at + more))
    }

    fn payload(number: u32, approved: Timestamp, due: Option<Timestamp>, whose: u8) -> (OrderId, String) {
        let id = OrderId(uuid::Uuid::from_u128(number.into()));
        let operator = (whose > 0).then(|| json!({ "login": format!("o{whose}"), "name": "x" }));
        let status = if whose > 0 { "MANUFACTURING_STARTED" } else { "MANUFACTURING_APPROVED" };
        let price = json!({ "amount": "1.00", "currency": "RUB" });
        let card = json!({
            "id": id, "number": format!("A-{number}"), "title": "x", "status": status, "version": 1,
            "operator": operator, "approved_at": approved, "status_since": approved, "due_at": due,
            "priority": "normal", "material": "m", "size": null, "quantity": 1, "price": price, "pay": null,
            "comment": null, "model": null, "model_state": "none"
        });
        let entry = json!({
            "card": card, "channel": "shop", "history": [], "model_facts": null, "model_problem": null
        });
        (id, entry.to_string())
    }

    proptest! {
        #[test]
        fn what_is_counted_is_what_walking_all_orders_finds(
            changes in prop::collection::vec((0_u32..12, moments(), prop::option::of(moments()), 0_u8..3), 1..40),
            passed in moments(), asked in moments(), me in 1_u8..3,
        ) {
            let mut board = Snapshot::empty(Revision::new(1, 1), Timestamp::from_millis(0));
            for (at, (number, approved, due, whose)) in changes.into_iter().enumerate() {
                let (order, payload) = payload(number, approved, due, whose);
                let payload = (at % 5 != 4).then_some(payload);
                let event = crate::store::postgres::log::Event {
                    revision: Revision::new(1, 2), order, payload, committed_at: approved, traceparent: None,
                };
                board.change(&event).unwrap();
                if at == 7 {
                    board.certify(passed);
                }
            }
            let me = format!("o{me}");
            let of_others = |card: &&Card| !card.is_of(&me);
            let cards: Vec<_> = board.all().map(|held| &held.card).collect();
            let others: Vec<_> = cards.iter().copied().filter(of_others).collect();
            prop_assert_eq!(board.overdue(asked), cards.iter().filter(|card| card.is_overdue(asked)).count());
            prop_assert_eq!(
                board.others_after(asked, &me), others.iter().filter(|card| card.approved_at > asked).count()
            );
            prop_assert_eq!(board.newest_of_others(&me), others.iter().map(|card| card.approved_at).max());
            let mine: Vec<_> = board.of_operator(&me, Status::Started).map(|held| held.card.id).collect();
            let walked = board.column(Status::Started).filter(|held| held.card.is_of(&me));
            prop_assert_eq!(&mine, &walked.map(|held| held.card.id).collect::<Vec<_>>());
            prop_assert_eq!(board.count_of(&me, Status::Started), mine.len());
        }
    }
}
