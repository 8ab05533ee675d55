//! Up to when each person has looked at the board, held in memory beside their sessions: a board that is read asks
//! nobody. The database has the truth; every server hears of a move, and asks once a minute in case word was missed.

use std::{
    collections::HashMap,
    sync::{PoisonError, RwLock},
};

use app::{
    backend::Unavailable,
    domain::{Actor, Timestamp},
};
use uuid::Uuid;

use crate::desk::{Desk, away};

/// Watermarks of the people whose sessions this process has seen. Nobody is forgotten: there are as many as people.
#[derive(Debug, Default)]
pub(in crate::desk) struct Watermarks(RwLock<HashMap<Uuid, Timestamp>>);

impl Watermarks {
    /// Where a person's watermark stands, as far as is known here.
    pub fn get(&self, user: Uuid) -> Option<Timestamp> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).get(&user).copied()
    }

    /// Moves it forward; older word changes nothing.
    pub fn raise(&self, user: Uuid, at: Timestamp) {
        if self.get(user).is_some_and(|known| known >= at) {
            return;
        }
        let mut held = self.0.write().unwrap_or_else(PoisonError::into_inner);
        let known = held.entry(user).or_insert(at);
        *known = (*known).max(at);
    }
}

impl Desk {
    /// Up to when this person has looked; nothing for somebody who never had a session here.
    #[must_use]
    pub fn seen(&self, actor: &Actor) -> Option<Timestamp> {
        self.sessions.watermarks.get(actor.user)
    }

    /// Notes that a person has looked at everything that was approved up to `until`, which is never later than now:
    /// what is yet to come cannot have been seen. Costs a statement only when it moves something.
    pub(in crate::desk) async fn note_look(
        &self,
        actor: &Actor,
        until: Timestamp,
    ) -> Result<Timestamp, Unavailable> {
        let until = until.min(self.clock.now());
        if let Some(seen) = self.seen(actor).filter(|seen| *seen >= until) {
            return Ok(seen);
        }
        let seen = self.store.raise_seen(actor.user, until).await.map_err(|error| away(&error))?;
        self.sessions.watermarks.raise(actor.user, seen);
        Ok(seen)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_watermark_only_rises() {
        let (watermarks, anna) = (Watermarks::default(), Uuid::from_u128(1));
        for (heard, stands) in [(5, 5), (3, 5), (9, 9), (9, 9), (1, 9)] {
            watermarks.raise(anna, Timestamp::from_millis(heard));
            assert_eq!(watermarks.get(anna), Some(Timestamp::from_millis(stands)));
        }
        assert_eq!(watermarks.get(Uuid::from_u128(2)), None);
    }
}
