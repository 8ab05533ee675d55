//! What a first screen asks of the board beside its columns: kept with every change, not counted on every look.

use std::sync::Arc;

use app::domain::{Card, OperatorName, OrderId, Priority, Timestamp};
use imbl::{HashMap, OrdMap, OrdSet};

use super::Held;

/// By operator, by urgency, by promised time.
#[derive(Debug, Clone, Default)]
pub(super) struct Index {
    operators: HashMap<String, OrdMap<OrderId, Arc<Held>>>,
    rush: usize,
    due: OrdSet<(Timestamp, OrderId)>,
}

impl Index {
    /// An order came, or came back changed; the one from before was taken out.
    pub fn put(&mut self, held: &Arc<Held>) {
        let card = &held.entry.card;
        if let Some(operator) = &card.operator {
            self.operators.entry(operator.login.clone()).or_default().insert(card.id, Arc::clone(held));
        }
        self.rush += usize::from(is_rush(card));
        if let Some(due) = card.due_at {
            self.due.insert((due, card.id));
        }
    }

    /// An order goes, or is about to come back changed.
    pub fn take(&mut self, card: &Card) {
        if let Some(operator) = &card.operator
            && let Some(orders) = self.operators.get_mut(&operator.login)
        {
            orders.remove(&card.id);
            if orders.is_empty() {
                self.operators.remove(&operator.login);
            }
        }
        self.rush -= usize::from(is_rush(card));
        if let Some(due) = card.due_at {
            self.due.remove(&(due, card.id));
        }
    }

    pub fn of_operator(&self, login: &str) -> impl Iterator<Item = &Arc<Held>> {
        self.operators.get(login).into_iter().flat_map(|orders| orders.values())
    }

    pub fn operators(&self) -> impl Iterator<Item = (&OperatorName, usize)> {
        self.operators.values().filter_map(|orders| {
            let (_, any) = orders.get_min()?;
            Some((any.entry.card.operator.as_ref()?, orders.len()))
        })
    }

    pub fn rush(&self) -> usize {
        self.rush
    }

    /// Walks what is overdue, and nothing else.
    pub fn overdue(&self, now: Timestamp) -> usize {
        self.due.iter().take_while(|(due, _)| *due < now).count()
    }
}

fn is_rush(card: &Card) -> bool {
    card.priority == Priority::Rush
}
