//! What the tasks of the board share, and how they wake each other.

use std::{
    collections::{BTreeSet, VecDeque},
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Duration,
};

use app::domain::Timestamp;
use tokio::{sync::Notify, time::Instant};

use super::{
    Settings,
    bytes::Ready,
    line::BadAddress,
    near::Near,
    shelf::Shelf,
    sources::{Reach, Source},
};
use crate::store::{Postgres, StoreError};

/// Connections to the database: one for the log, one for a refresh, and one in place of another that hangs.
const CONNECTIONS: u32 = 3;

/// Why a full refresh is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Reason {
    /// Its time has come: refresh-ahead.
    Timer,
    /// Redis has no complete board.
    Cold,
    /// The database writes another timeline.
    Epoch,
    /// The log no longer has what Redis lacks.
    Gap,
    /// The near board lacks something that only a whole board can give.
    Near,
    /// The near board and Redis disagree about one revision.
    Divergence,
}

impl Reason {
    pub const fn name(self) -> &'static str {
        match self {
            Self::Timer => "timer",
            Self::Cold => "cold",
            Self::Epoch => "epoch",
            Self::Gap => "gap",
            Self::Near => "near",
            Self::Divergence => "divergence",
        }
    }
}

/// A full refresh that ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Refreshed {
    /// When.
    pub at: Timestamp,
    /// Why it was due.
    pub reason: &'static str,
    /// `done`, `skipped` or `failed`.
    pub outcome: &'static str,
    /// How long it took.
    pub took: Duration,
}

/// Refreshes that are remembered.
const REMEMBERED: usize = 8;

#[derive(Debug)]
pub(super) struct Core {
    pub settings: Settings,
    /// For what this server asks by itself.
    pub store: Postgres,
    /// For what requests ask (`CACHE=off`).
    pub front: Postgres,
    pub shelf: Shelf,
    pub near: Near,
    pub ready: Ready,
    pub log: Reach,
    /// Look at the log now.
    pub drain: Notify,
    /// The near board lacks something: get it.
    pub restore: Notify,
    /// A full refresh is wanted.
    pub refresh: Notify,
    /// The log's last number, as the last look saw it.
    pub head: AtomicU64,
    /// What the database's clock said when it was heard last, and when it was asked.
    heard: Mutex<Option<(Timestamp, Instant)>>,
    refreshed: Mutex<VecDeque<Refreshed>>,
    reasons: Mutex<BTreeSet<Reason>>,
    pub adopted: AtomicBool,
    jitter: AtomicU64,
}

impl Core {
    pub fn new(settings: Settings, store: Postgres) -> Result<Self, BadAddress> {
        let shelf = Shelf::open(&settings.redis_url, &settings.prefix)?;
        let mut seed = [0; 8];
        settings.entropy.fill(&mut seed);
        Ok(Self {
            store: store.aside(CONNECTIONS),
            front: store,
            shelf,
            near: Near::new(),
            ready: Ready::default(),
            log: Reach::new(Source::Postgres),
            drain: Notify::new(),
            restore: Notify::new(),
            refresh: Notify::new(),
            head: AtomicU64::new(0),
            heard: Mutex::default(),
            refreshed: Mutex::default(),
            reasons: Mutex::default(),
            adopted: AtomicBool::new(false),
            jitter: AtomicU64::new(u64::from_le_bytes(seed) | 1),
            settings,
        })
    }

    pub fn now(&self) -> Timestamp {
        self.settings.clock.now()
    }

    /// Notes what the database's clock said to a question that was asked then.
    pub fn hear_clock(&self, said: Timestamp, asked: Instant) {
        *self.heard.lock().unwrap_or_else(PoisonError::into_inner) = Some((said, asked));
    }

    /// How long ago the database's clock said so. Told by the machine's steady clock since the database was heard
    /// last, so that no step of a wall clock, here or there, makes anything look younger than it is; an answer that
    /// took its time makes it older.
    pub fn age(&self, at: Timestamp) -> Duration {
        let heard = *self.heard.lock().unwrap_or_else(PoisonError::into_inner);
        let positive = |millis: i64| Duration::from_millis(u64::try_from(millis).unwrap_or_default());
        match heard {
            Some((said, asked)) => positive(said.millis() - at.millis()) + asked.elapsed(),
            // A server that has never reached it can only compare its own clock.
            None => positive(self.now().millis() - at.millis()),
        }
    }

    /// What the database's clock says after so long. Told by the machine's steady clock, as ages are; never too early.
    pub fn deadline(&self, patience: Duration) -> Option<Timestamp> {
        let (said, asked) = (*self.heard.lock().unwrap_or_else(PoisonError::into_inner))?;
        let since = i64::try_from((asked.elapsed() + patience).as_millis()).unwrap_or(i64::MAX);
        Some(Timestamp::from_millis(said.millis().saturating_add(since)))
    }

    /// Asks for a full refresh; several reasons become one.
    pub fn want(&self, reason: Reason) {
        self.reasons.lock().unwrap_or_else(PoisonError::into_inner).insert(reason);
        self.refresh.notify_one();
    }

    /// Pauses, but no longer than until somebody waits for a refresh; says whether somebody does.
    pub async fn pause(&self, pause: Duration) -> bool {
        let asked = async {
            while !self.is_waited_for() {
                self.refresh.notified().await;
            }
        };
        let waited = tokio::time::timeout(pause, asked).await.is_ok();
        if waited {
            // The word was taken here; whoever refreshes next needs it.
            self.refresh.notify_one();
        }
        waited
    }

    fn is_waited_for(&self) -> bool {
        let reasons = self.reasons.lock().unwrap_or_else(PoisonError::into_inner);
        reasons.iter().any(|reason| *reason != Reason::Timer)
    }

    /// Remembers a refresh.
    pub fn remember(&self, reason: Reason, outcome: &'static str, took: Duration) {
        let refresh = Refreshed { at: self.now(), reason: reason.name(), outcome, took };
        let mut refreshed = self.refreshed.lock().unwrap_or_else(PoisonError::into_inner);
        refreshed.truncate(REMEMBERED - 1);
        refreshed.push_front(refresh);
    }

    /// The last refreshes, newest first.
    pub fn refreshes(&self) -> Vec<Refreshed> {
        self.refreshed.lock().unwrap_or_else(PoisonError::into_inner).iter().copied().collect()
    }

    /// Why a refresh was asked for since the last call.
    pub fn wanted(&self) -> BTreeSet<Reason> {
        std::mem::take(&mut self.reasons.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Asks the log, and notes whether it answered.
    pub async fn asked<T>(
        &self,
        question: impl Future<Output = Result<T, StoreError>>,
    ) -> Result<T, StoreError> {
        // Before the log is read for the first time: after a restore the epoch has to step on.
        let answer = match self.adopt().await {
            Ok(()) => question.await,
            Err(error) => Err(error),
        };
        self.log.note(&answer);
        if let Err(error) = &answer {
            tracing::debug!(error = error as &dyn std::error::Error, "the log did not answer");
        }
        answer
    }

    async fn adopt(&self) -> Result<(), StoreError> {
        if !self.adopted.load(Ordering::Relaxed) {
            if self.store.adopt().await? {
                tracing::info!("this database cluster is the log's home now");
            }
            self.adopted.store(true, Ordering::Relaxed);
        }
        Ok(())
    }

    /// Between 0.5 and 1.0 of `whole`, so that servers don't march in step.
    pub fn jittered(&self, whole: Duration) -> Duration {
        // xorshift64 (Marsaglia, "Xorshift RNGs", 2003); good enough to spread timers.
        let mut x = self.jitter.load(Ordering::Relaxed);
        x ^= x << 13;
        x ^= x >> 7;
        x ^= x << 17;
        self.jitter.store(x, Ordering::Relaxed);
        whole.mul_f64(0.5 + f64::from(u32::try_from(x >> 33).unwrap_or_default()) / f64::from(u32::MAX))
    }
}
