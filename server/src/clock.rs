//! Time and randomness, as parameters: `startup` hands out the real ones, tests their own.

use std::{fmt, sync::Arc};

use app::domain::Timestamp;
use uuid::Uuid;

/// Tells the time.
pub trait Clock: Send + Sync + fmt::Debug + 'static {
    /// The wall clock, in UTC.
    fn now(&self) -> Timestamp;
}

/// Gives random bytes.
pub trait Entropy: Send + Sync + fmt::Debug + 'static {
    /// Fills the buffer with bytes that nobody can guess.
    fn fill(&self, bytes: &mut [u8]);

    /// A new identity, ordered by time.
    fn id(&self, now: Timestamp) -> Uuid {
        let mut random = [0; 10];
        self.fill(&mut random);
        uuid::Builder::from_unix_timestamp_millis(u64::try_from(now.millis()).unwrap_or_default(), &random)
            .into_uuid()
    }
}

/// A clock to share.
pub type SharedClock = Arc<dyn Clock>;
/// A source of randomness to share.
pub type SharedEntropy = Arc<dyn Entropy>;

/// The machine's clock.
#[derive(Debug, Clone, Copy)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        #[expect(clippy::disallowed_methods, reason = "this is the clock that everything else is given")]
        let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
        Timestamp::from_millis(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
    }
}

/// The operating system's randomness.
#[derive(Debug, Clone, Copy)]
pub struct SystemEntropy;

impl Entropy for SystemEntropy {
    fn fill(&self, bytes: &mut [u8]) {
        use rand::RngCore;
        #[expect(
            clippy::disallowed_methods,
            reason = "this is the randomness that everything else is given"
        )]
        rand::rng().fill_bytes(bytes);
    }
}
