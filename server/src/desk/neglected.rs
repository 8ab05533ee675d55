//! Orders that were passed over: the oldest stand above the board, where the eye is.

use std::sync::Arc;

use app::{
    backend::Unavailable,
    domain::{Neglected, Revision, Status, Timestamp, card::NEGLECTED_MS},
};
use arc_swap::ArcSwapOption;

use super::Desk;
use crate::board::{Digest, Snapshot};

/// More would push down what is new.
const SHOWN: usize = 3;
/// Nobody sees by the minute that an order has waited for three days.
const MINUTE_MS: i64 = 60_000;

/// What was found last. On a large board it is thousands of orders that are looked at for three, by every page.
#[derive(Debug, Default)]
pub(super) struct Found(ArcSwapOption<(Content, i64, Neglected)>);

/// Which board: a revision, and the hash of what stood in it.
type Content = (Revision, Digest);

impl Desk {
    /// Of this revision or a later one, and of this minute.
    pub(super) async fn list_neglected(&self, at_least: Option<Revision>) -> Result<Neglected, Unavailable> {
        let (board, now) = (self.near(at_least).await?, self.clock.now());
        let (content, minute) = ((board.revision(), board.digest()), now.millis().div_euclid(MINUTE_MS));
        if let Some(found) = self.neglected.0.load().as_deref()
            && (found.0, found.1) == (content, minute)
        {
            return Ok(found.2.clone());
        }
        let found = look(&board, now);
        self.neglected.0.store(Some(Arc::new((content, minute, found.clone()))));
        Ok(found)
    }
}

/// Touches orders that came three days ago or earlier, the oldest first.
fn look(board: &Snapshot, now: Timestamp) -> Neglected {
    let old = board.column(Status::Approved).rev().map(|held| &held.card);
    // Nothing is free for longer than it has been here.
    let old = old.take_while(|card| now.millis() - card.approved_at.millis() >= NEGLECTED_MS);
    let mut passed: Vec<_> = old.filter(|card| card.is_neglected(now)).collect();
    passed.sort_by_key(|card| card.status_since);
    let count = u32::try_from(passed.len()).unwrap_or(u32::MAX);
    Neglected { count, oldest: passed.into_iter().take(SHOWN).cloned().collect(), now }
}
