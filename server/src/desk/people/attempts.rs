//! Limits on failed log-ins, by account and by network address, in this process's memory.
//!
//! A bucket of allowed failures for each, refilled with time. A try takes from both buckets before the password is
//! checked (else a hundred tries at once would all pass) and a success gives back: only failures count.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use app::domain::Timestamp;

/// What a bucket holds, and the milliseconds in which one failure is forgiven.
#[derive(Debug, Clone, Copy)]
struct Limit {
    holds: f64,
    forgiven_ms: f64,
}

/// An account: ten slips at once, then one in half a minute.
const ACCOUNT: Limit = Limit { holds: 10.0, forgiven_ms: 30_000.0 };
/// An address: a workshop shares one, so more, and sooner forgiven.
const ADDRESS: Limit = Limit { holds: 50.0, forgiven_ms: 5_000.0 };
/// Buckets kept at most; full ones are forgotten first, for they say nothing.
const KEPT: usize = 20_000;

#[derive(Debug, Clone, Copy)]
struct Bucket {
    left: f64,
    at: Timestamp,
}

#[derive(Debug, Default)]
struct Buckets(HashMap<String, Bucket>);

impl Buckets {
    fn left(&self, key: &str, limit: Limit, now: Timestamp) -> f64 {
        self.0.get(key).map_or(limit.holds, |bucket| {
            let passed = (now.millis() - bucket.at.millis()).max(0) as f64;
            (bucket.left + passed / limit.forgiven_ms).min(limit.holds)
        })
    }

    fn set(&mut self, key: &str, limit: Limit, now: Timestamp, left: f64) {
        if self.0.len() >= KEPT {
            let full = |bucket: &Bucket| {
                bucket.left + (now.millis() - bucket.at.millis()) as f64 / limit.forgiven_ms >= limit.holds
            };
            self.0.retain(|_, bucket| !full(bucket));
            if self.0.len() >= KEPT {
                // More failing keys than any workshop has: better to forget than to grow without end.
                self.0.clear();
            }
        }
        self.0.insert(key.to_owned(), Bucket { left: left.min(limit.holds), at: now });
    }
}

/// Failed log-ins of late.
#[derive(Debug, Default)]
pub(in crate::desk) struct Attempts {
    both: Mutex<(Buckets, Buckets)>,
}

impl Attempts {
    /// Takes a try for this account from this address.
    ///
    /// # Errors
    /// Seconds to wait, when either has failed too often.
    pub fn take(&self, login: &str, address: &str, now: Timestamp) -> Result<(), u32> {
        let mut both = self.both.lock().unwrap_or_else(PoisonError::into_inner);
        let (accounts, addresses) = &mut *both;
        let (account, place) = (accounts.left(login, ACCOUNT, now), addresses.left(address, ADDRESS, now));
        let wait = wait_for(account, ACCOUNT).max(wait_for(place, ADDRESS));
        if wait > 0 {
            return Err(wait);
        }
        accounts.set(login, ACCOUNT, now, account - 1.0);
        addresses.set(address, ADDRESS, now, place - 1.0);
        Ok(())
    }

    /// Gives a try back: the log-in succeeded, or could not be checked.
    pub fn give_back(&self, login: &str, address: &str, now: Timestamp) {
        let mut both = self.both.lock().unwrap_or_else(PoisonError::into_inner);
        let (accounts, addresses) = &mut *both;
        let (account, place) = (accounts.left(login, ACCOUNT, now), addresses.left(address, ADDRESS, now));
        accounts.set(login, ACCOUNT, now, account + 1.0);
        addresses.set(address, ADDRESS, now, place + 1.0);
    }
}

/// Whole seconds until a try is allowed.
fn wait_for(left: f64, limit: Limit) -> u32 {
    let missing = (1.0 - left).max(0.0);
    (missing * limit.forgiven_ms / 1000.0).ceil() as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: i64 = 1_700_000_000_000;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_millis(START + seconds * 1000)
    }

    fn fail(attempts: &Attempts, login: &str, address: &str, now: Timestamp) -> u32 {
        let mut failed = 0;
        while failed < 1000 && attempts.take(login, address, now).is_ok() {
            failed += 1;
        }
        failed
    }

    #[test]
    fn an_account_is_closed_for_a_while_after_ten_failures_from_anywhere() {
        let attempts = Attempts::default();
        assert_eq!(fail(&attempts, "anna", "a", at(0)), 10);
        assert_eq!(attempts.take("anna", "b", at(0)), Err(30));
        assert_eq!(attempts.take("anna", "b", at(29)), Err(1));
        assert_eq!(attempts.take("anna", "b", at(30)), Ok(()));
        assert_eq!(attempts.take("boris", "b", at(0)), Ok(()));
    }

    #[test]
    fn an_address_is_closed_after_fifty_failures_on_any_accounts() {
        let attempts = Attempts::default();
        let failed = (0..100).filter(|n| attempts.take(&format!("u{n}"), "a", at(0)).is_ok()).count();
        assert_eq!(failed, 50);
        assert_eq!(attempts.take("new", "a", at(0)), Err(5));
        assert_eq!(attempts.take("new", "b", at(0)), Ok(()));
    }

    #[test]
    fn successes_do_not_count() {
        let attempts = Attempts::default();
        for _ in 0..1000 {
            assert_eq!(attempts.take("anna", "a", at(0)), Ok(()));
            attempts.give_back("anna", "a", at(0));
        }
    }

    #[test]
    fn memory_is_bounded_whatever_is_tried() {
        let attempts = Attempts::default();
        for n in 0..KEPT * 2 {
            let _ = attempts.take(&format!("u{n}"), &format!("a{n}"), at(0));
        }
        let both = attempts.both.lock().unwrap();
        assert!(both.0.0.len() <= KEPT && both.1.0.len() <= KEPT);
    }

    #[test]
    fn a_clock_that_steps_back_opens_nothing() {
        let attempts = Attempts::default();
        assert_eq!(fail(&attempts, "anna", "a", at(100)), 10);
        assert!(attempts.take("anna", "a", at(0)).is_err());
    }
}
