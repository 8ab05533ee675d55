//! What the desk does by itself: watch over sessions, fetch models, forget what nobody asks for any more.

use std::{sync::Arc, time::Duration};

use app::domain::Timestamp;
use tokio::time::Instant;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use super::Desk;
use crate::store::{StoreError, background, postgres::sessions::Heard};

/// Missed word of a session's end is noticed within this time.
const RECHECK: Duration = Duration::from_secs(60);
/// Between tries to listen again.
const LISTEN_AGAIN: Duration = Duration::from_secs(1);
/// Between clearings.
const CLEAR: Duration = Duration::from_secs(3600);
/// An answer to a command is repeated for a week.
const RECEIPT_MS: i64 = 7 * DAY_MS;
/// What was sent can be looked up for two weeks.
const NEWS_MS: i64 = 14 * DAY_MS;
/// What the source said of an order is kept for its passport for 90 days, far longer than a broker redelivers;
/// and for as long as the order is on the board. After that a message that comes again is stale instead of a
/// duplicate, which is as harmless.
const MESSAGE_MS: i64 = 90 * DAY_MS;
/// Pages that somebody found slow are looked at for a quarter.
const SLOW_MS: i64 = 91 * DAY_MS;
const DAY_MS: i64 = 24 * 3_600_000;
/// Rows of one statement: short locks, whatever has piled up.
const AT_ONCE: u32 = 5_000;

impl Desk {
    /// Starts the background work; it ends with `stop`.
    pub fn start(self: &Arc<Self>, tracker: &TaskTracker, stop: &CancellationToken) {
        let watch = stop.clone().run_until_cancelled_owned(background(Arc::clone(self).watch_sessions()));
        tracker.spawn(watch);
        tracker.spawn(background(Arc::clone(self).fetch_models(stop.clone())));
        tracker.spawn(background(Arc::clone(self).watch_radar(stop.clone())));
        let told = stop.clone().run_until_cancelled_owned(background(Arc::clone(self).follow_cancelled()));
        tracker.spawn(told);
        let clear = stop.clone().run_until_cancelled_owned(background(Arc::clone(self).clear()));
        tracker.spawn(clear);
        let flow = stop.clone().run_until_cancelled_owned(background(Arc::clone(self).follow_flow()));
        tracker.spawn(flow);
    }

    /// Hears of sessions that end anywhere, and asks about all of them once a minute.
    async fn watch_sessions(self: Arc<Self>) {
        loop {
            if let Err(error) = self.hear_of_endings().await {
                tracing::warn!(error = &error as &dyn std::error::Error, "sessions are believed unheard");
                tokio::time::sleep(LISTEN_AGAIN).await;
            }
        }
    }

    /// Until nothing was heard for a minute: a connection that died in silence sounds just like this, so the next
    /// round takes a new one.
    async fn hear_of_endings(&self) -> Result<(), StoreError> {
        let mut endings = self.store.session_endings().await?;
        // What ended before this moment was told to nobody here.
        self.recheck_sessions().await?;
        let mut minute = tokio::time::interval_at(Instant::now() + RECHECK, RECHECK);
        let mut silent = true;
        loop {
            tokio::select! {
                heard = endings.next() => match heard? {
                    Some(Heard::Ended(hash)) => {
                        self.sessions.end(&hash);
                        silent = false;
                    }
                    Some(Heard::Seen(user, at)) => {
                        self.sessions.watermarks.raise(user, at);
                        silent = false;
                    }
                    None => self.recheck_sessions().await?,
                },
                _ = minute.tick() => {
                    self.recheck_sessions().await?;
                    if std::mem::replace(&mut silent, true) {
                        return Ok(());
                    }
                }
            }
        }
    }

    async fn clear(self: Arc<Self>) {
        loop {
            if let Err(error) = self.clear_once().await {
                tracing::warn!(error = &error as &dyn std::error::Error, "old rows stay for now");
            }
            tokio::time::sleep(CLEAR).await;
        }
    }

    async fn clear_once(&self) -> Result<(), StoreError> {
        let now = self.clock.now();
        let sessions = self.store.forget_sessions(now).await?;
        let receipts = self.store.forget_receipts(Timestamp::from_millis(now.millis() - RECEIPT_MS)).await?;
        self.store.forget_slow_reports(Timestamp::from_millis(now.millis() - SLOW_MS)).await?;
        let (news, messages) = self.forget_messages_before(now).await?;
        tracing::debug!(sessions, receipts, news, messages, "forgotten");
        Ok(())
    }

    /// Forgets old messages, out and in, and what was counted of them.
    async fn forget_messages_before(&self, now: Timestamp) -> Result<(u64, u64), StoreError> {
        let (news, messages) = (before(now, NEWS_MS), before(now, MESSAGE_MS));
        let gone = self.forget(Kept::News, news).await?;
        self.forget(Kept::Letters, messages).await?;
        self.forget(Kept::Tally, messages).await?;
        Ok((gone, self.forget(Kept::Messages, messages).await?))
    }

    /// Piece by piece, until there is less than a piece; how much there was.
    async fn forget(&self, kept: Kept, before: Timestamp) -> Result<u64, StoreError> {
        let mut gone = 0;
        loop {
            let more = match kept {
                Kept::News => self.store.forget_news(before, AT_ONCE).await?,
                Kept::Letters => self.store.forget_letters(before, AT_ONCE).await?,
                Kept::Tally => self.store.forget_tally(before, AT_ONCE).await?,
                Kept::Messages => self.store.forget_messages(before, AT_ONCE).await?,
            };
            gone += more;
            if more < u64::from(AT_ONCE) {
                return Ok(gone);
            }
        }
    }
}

/// What is kept for a while.
#[derive(Debug, Clone, Copy)]
enum Kept {
    News,
    Letters,
    Tally,
    Messages,
}

fn before(now: Timestamp, age: i64) -> Timestamp {
    Timestamp::from_millis(now.millis() - age)
}
