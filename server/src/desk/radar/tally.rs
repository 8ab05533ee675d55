//! Messages counted by minute, door and outcome: in memory first, and written down every second, so that counting costs
//! a message nothing. A server that is killed forgets the last second's counting, never a message.

use std::{
    collections::BTreeMap,
    sync::{Mutex, PoisonError},
};

use app::domain::Timestamp;

use crate::{
    desk::{Desk, intake::Door},
    store::{StoreError, postgres::radar::Tally},
};

const MINUTE_MS: i64 = 60_000;

/// What was counted and is not written down yet.
#[derive(Debug, Default)]
pub(super) struct Tallies(Mutex<BTreeMap<(i64, Door, &'static str), u64>>);

impl Tallies {
    fn add(&self, minute: i64, door: Door, outcome: &'static str, count: u64) {
        let mut counted = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *counted.entry((minute, door, outcome)).or_default() += count;
    }

    fn take(&self) -> Vec<((i64, Door, &'static str), u64)> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner)).into_iter().collect()
    }
}

impl Desk {
    /// Counts a message that came through a door. `outcome` is that of an answer, `refused` or `unavailable`; what was
    /// not taken in for want of the database comes again and is not a message yet.
    pub(in crate::desk) fn count_message(&self, door: Door, outcome: &'static str) {
        metrics::counter!("intake_messages_total", "channel" => door.name(), "outcome" => outcome)
            .increment(1);
        if outcome != "unavailable" {
            let minute = self.clock.now().millis().div_euclid(MINUTE_MS) * MINUTE_MS;
            self.radar.tallies.add(minute, door, outcome, 1);
        }
    }

    /// Writes down what was counted; what cannot be written down is kept.
    pub(super) async fn write_tallies(&self) -> Result<(), StoreError> {
        let taken = self.radar.tallies.take();
        if taken.is_empty() {
            return Ok(());
        }
        let row = |&((minute, door, outcome), count): &((i64, Door, &'static str), u64)| Tally {
            minute: Timestamp::from_millis(minute),
            door: door.name(),
            outcome,
            count,
        };
        let written = self.store.add_tally(&taken.iter().map(row).collect::<Vec<_>>()).await;
        if written.is_err() {
            for ((minute, door, outcome), count) in taken {
                self.radar.tallies.add(minute, door, outcome, count);
            }
        }
        written
    }
}
