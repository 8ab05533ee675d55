//! Orders that were passed over: the oldest stand above the board, where the eye is.

use app::{
    backend::Unavailable,
    domain::{Neglected, Status},
};

use super::Desk;

/// More would push down what is new.
const SHOWN: usize = 3;

impl Desk {
    /// Touches orders that came three days ago or earlier, the oldest first.
    pub(super) async fn list_neglected(&self) -> Result<Neglected, Unavailable> {
        let (board, now) = (self.near(None).await?, self.clock.now());
        let old = board.column(Status::Approved).rev().map(|held| &held.card);
        // Nothing is free for longer than it has been here.
        let old = old
            .take_while(|card| now.millis() - card.approved_at.millis() >= app::domain::card::NEGLECTED_MS);
        let mut passed: Vec<_> = old.filter(|card| card.is_neglected(now)).collect();
        passed.sort_by_key(|card| card.status_since);
        let count = u32::try_from(passed.len()).unwrap_or(u32::MAX);
        Ok(Neglected { count, oldest: passed.into_iter().take(SHOWN).cloned().collect(), now })
    }
}
