//! Orders that were cancelled under an operator's hands. They have left the board like any other, so whoever had them is
//! told apart, until they say that they know: a piece must not be made for nobody.

use std::{collections::HashMap, sync::Arc, time::Duration};

use app::{
    backend::Unavailable,
    domain::{Actor, Cancelled, OrderId, Timestamp},
};
use arc_swap::ArcSwap;
use uuid::Uuid;

use super::{Desk, away};
use crate::store::StoreError;

/// Nobody has such an old piece in hand that was cancelled.
const SINCE_MS: i64 = 30 * 24 * 3_600_000;
/// What one reading brings at most, the newest first: what is under a hand now. The next ones come when these are known.
const MOST: u32 = 500;
/// Between two readings at least, however much goes on.
const PAUSE: Duration = Duration::from_secs(1);
/// And at most: what another server was told.
const LOOK: Duration = Duration::from_secs(10);

/// What operators have yet to be told, by operator.
#[derive(Debug, Default)]
pub(super) struct Told(ArcSwap<HashMap<Uuid, Vec<Cancelled>>>);

impl Told {
    /// The newest first.
    pub(super) fn of(&self, user: Uuid) -> Vec<Cancelled> {
        self.0.load().get(&user).cloned().unwrap_or_default()
    }
}

impl Desk {
    /// Reads them again whenever something has changed on the board.
    pub(super) async fn follow_cancelled(self: Arc<Self>) {
        let mut revisions = self.board.revisions();
        loop {
            if let Err(error) = self.read_cancelled().await {
                tracing::warn!(error = &error as &dyn std::error::Error, "cancellations are told later");
            }
            let changed = tokio::time::timeout(LOOK, revisions.changed()).await;
            if matches!(changed, Ok(Err(_))) {
                return;
            }
            // Not in the moment in which everybody is told of the change.
            tokio::time::sleep(PAUSE).await;
        }
    }

    async fn read_cancelled(&self) -> Result<(), StoreError> {
        let since = Timestamp::from_millis(self.clock.now().millis() - SINCE_MS);
        let mut told: HashMap<Uuid, Vec<Cancelled>> = HashMap::new();
        for (operator, order) in self.store.read_cancelled(since, MOST).await? {
            told.entry(operator).or_default().push(order);
        }
        self.cancelled.0.store(Arc::new(told));
        Ok(())
    }

    /// Notes that a person knows of the end of their order.
    pub(super) async fn know_cancelled(&self, actor: &Actor, order: OrderId) -> Result<(), Unavailable> {
        let now = self.clock.now();
        let noted = async {
            if self.store.note_cancelled(order, actor.user, now).await? {
                self.read_cancelled().await?;
            }
            Ok(())
        };
        noted.await.map_err(|error: StoreError| away(&error))
    }
}
