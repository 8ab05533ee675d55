//! News on their way out: read in the order of their commits, told by one server at a time, marked when told.

use std::time::Duration;

use app::backend::Unavailable;
use app::domain::Timestamp;

use super::{Desk, away};
pub use crate::store::postgres::outbox::{News, Waiting};
use crate::store::{StoreError, Work};

/// A transaction that is the one sender and has read what waits. Dropped, it leaves everything waiting.
#[derive(Debug)]
pub struct Outgoing {
    work: Work,
    now: Timestamp,
    /// The first news that wait, in the order of their commits.
    pub news: Vec<News>,
}

impl Desk {
    /// What waits in the outbox.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn waiting_news(&self) -> Result<Waiting, Unavailable> {
        self.store.waiting().await.map_err(|error| away(&error))
    }

    /// Becomes the sender of what waits, at most `limit` pieces; `None`: another server is sending. Whoever holds
    /// this must end within a few seconds: the database ends it otherwise.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn outgoing(&self, limit: u32) -> Result<Option<Outgoing>, Unavailable> {
        self.read_outgoing(limit).await.map_err(|error| away(&error))
    }

    async fn read_outgoing(&self, limit: u32) -> Result<Option<Outgoing>, StoreError> {
        let mut work = self.store.begin_holding().await?;
        if !work.become_sender().await? {
            work.roll_back().await?;
            return Ok(None);
        }
        let news = work.waiting_news(limit).await?;
        Ok(Some(Outgoing { work, now: self.clock.now(), news }))
    }

    /// Waits until a command of this server has left news, or the time is over.
    pub async fn until_news(&self, at_most: Duration) {
        // Over is over: what other servers left is found by looking.
        let _ = tokio::time::timeout(at_most, self.news_wait.notified()).await;
    }
}

impl Outgoing {
    /// Marks what was told and lets go.
    ///
    /// # Errors
    /// When the database is away: what was told may be told again.
    pub async fn told(mut self, ids: &[i64]) -> Result<(), Unavailable> {
        if ids.is_empty() {
            return self.work.roll_back().await.map_err(|error| away(&error));
        }
        let marked = async {
            let marked = self.work.mark_published(ids, self.now).await?;
            self.work.commit().await?;
            Ok::<u64, StoreError>(marked)
        };
        let marked = marked.await.map_err(|error| away(&error))?;
        if marked != ids.len() as u64 {
            // Only a person with a database client can do that while the sender's lock is held.
            tracing::warn!(told = ids.len(), marked, "some news were marked by somebody else");
        }
        Ok(())
    }
}
