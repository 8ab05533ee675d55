//! How often one person's browsers may send something, in this process's memory.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use app::domain::Timestamp;
use uuid::Uuid;

use super::RealError;

/// Figures of pages a minute: more than anybody opens.
const VITALS: u32 = 120;
/// Slow pages a minute.
const REPORTS: u32 = 10;
const MINUTE_MS: i64 = 60_000;
/// People kept at most; those of the last minute are all that counts.
const KEPT: usize = 10_000;

#[derive(Debug, Default)]
struct Counts(Mutex<HashMap<Uuid, (i64, u32)>>);

impl Counts {
    fn one_more(&self, who: Uuid, now: Timestamp, most: u32) -> Result<(), RealError> {
        let minute = now.millis().div_euclid(MINUTE_MS);
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if counts.len() >= KEPT {
            counts.retain(|_, (at, _)| *at == minute);
        }
        let count = counts.entry(who).or_insert((minute, 0));
        if count.0 != minute {
            *count = (minute, 0);
        }
        if count.1 >= most {
            return Err(RealError::TooMany);
        }
        count.1 += 1;
        Ok(())
    }
}

/// What everybody has sent in this minute.
#[derive(Debug, Default)]
pub(in crate::desk) struct Paces {
    vitals: Counts,
    reports: Counts,
}

impl Paces {
    pub(super) fn vitals(&self, who: Uuid, now: Timestamp) -> Result<(), RealError> {
        self.vitals.one_more(who, now, VITALS)
    }

    pub(super) fn reports(&self, who: Uuid, now: Timestamp) -> Result<(), RealError> {
        self.reports.one_more(who, now, REPORTS)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_person_may_send_so_many_a_minute_and_again_in_the_next() {
        let (paces, now) = (Paces::default(), Timestamp::from_millis(7 * MINUTE_MS));
        let sent =
            |who: u128, now| (0..50).filter(|_| paces.reports(Uuid::from_u128(who), now).is_ok()).count();
        assert_eq!((sent(1, now), sent(1, now), sent(2, now)), (10, 0, 10));
        assert_eq!(sent(1, Timestamp::from_millis(8 * MINUTE_MS)), 10);
        assert!(paces.vitals(Uuid::from_u128(1), now).is_ok(), "figures are counted apart");
    }
}
