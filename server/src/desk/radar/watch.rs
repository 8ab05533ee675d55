//! What the radar does by itself: it writes down what was counted, tells the other servers how this one's lines stand,
//! and keeps the gauges.

use std::{sync::Arc, time::Duration};

use app::{domain::Timestamp, radar::COUNTED};
use tokio::time::{MissedTickBehavior, interval, timeout};
use tokio_util::sync::CancellationToken;

use super::read::{ANNOUNCED_MS, FORGOTTEN_MS};
use crate::{desk::Desk, store::StoreError};

/// Between writings.
const EVERY: Duration = Duration::from_secs(1);
/// Every so many writings the lines are told and the last message is asked for,
const LINES: u32 = 5;
/// and every so many the gauges are set that cost the database a search.
const GAUGES: u32 = 60;
/// What was counted last is written down within this time when the server stops.
const FAREWELL: Duration = Duration::from_millis(500);

impl Desk {
    /// Until told to stop.
    pub(in crate::desk) async fn watch_radar(self: Arc<Self>, stop: CancellationToken) {
        let mut ticks = interval(EVERY);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut round = 0;
        while stop.run_until_cancelled(ticks.tick()).await.is_some() {
            // Trouble with the database is told by those who have something to do there.
            let _ = stop.run_until_cancelled(self.watch_once(round)).await;
            round = round.wrapping_add(1);
        }
        let _ = timeout(FAREWELL, self.write_tallies()).await;
    }

    async fn watch_once(&self, round: u32) -> Result<(), StoreError> {
        self.write_tallies().await?;
        if round.is_multiple_of(LINES) {
            self.tell_lines().await?;
            if let Some(last) = self.store.last_message().await? {
                self.radar.note_message(last);
            }
            let (letters, since) = self.store.count_letters(COUNTED + 1).await?;
            metrics::gauge!("dead_letters_open").set(letters as f64);
            metrics::gauge!("dead_letters_oldest_seconds").set(self.age(since));
        }
        if round.is_multiple_of(GAUGES) {
            let now = self.clock.now();
            let announced = self.store.list_announced(before(now, ANNOUNCED_MS)).await?;
            metrics::gauge!("source_orders_unapproved").set(announced.total as f64);
            // They come first in the list, which is long enough for an alarm.
            let lost = announced.items.iter().filter(|order| order.is_lost()).count();
            metrics::gauge!("source_orders_lost").set(lost as f64);
            metrics::gauge!("orders_silent").set(self.silent(now).total as f64);
        }
        Ok(())
    }

    async fn tell_lines(&self) -> Result<(), StoreError> {
        let lines = self.radar.lines.all();
        if lines.is_empty() {
            return Ok(());
        }
        let now = self.clock.now();
        self.store.tell_lines(self.radar.server, &lines, before(now, FORGOTTEN_MS), now).await
    }

    /// Seconds since then, for a gauge.
    fn age(&self, since: Option<Timestamp>) -> f64 {
        since.map_or(0.0, |since| (self.clock.now().millis() - since.millis()).max(0) as f64 / 1000.0)
    }
}

/// A moment so many milliseconds earlier.
pub(super) fn before(now: Timestamp, ms: i64) -> Timestamp {
    Timestamp::from_millis(now.millis() - ms)
}
