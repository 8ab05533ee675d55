//! How long to wait between tries: longer each time, and never for everybody at once.

use std::time::Duration;

use crate::clock::SharedEntropy;

/// The first wait is at most this long.
const FIRST: Duration = Duration::from_millis(200);

/// Exponential, with full jitter: anything between nothing and the bound, so that many servers that lost the same
/// broker do not come back in step.
#[derive(Debug)]
pub(super) struct Pace {
    entropy: SharedEntropy,
    longest: Duration,
    tries: u32,
}

impl Pace {
    /// A pace that waits at most `longest`.
    pub(super) fn new(entropy: SharedEntropy, longest: Duration) -> Self {
        Self { entropy, longest, tries: 0 }
    }

    /// The next wait.
    pub(super) fn next(&mut self) -> Duration {
        let bound = FIRST.saturating_mul(1 << self.tries.min(16)).min(self.longest);
        self.tries = self.tries.saturating_add(1);
        let mut random = [0; 4];
        self.entropy.fill(&mut random);
        bound.mul_f64(f64::from(u32::from_le_bytes(random)) / f64::from(u32::MAX))
    }

    /// It worked: the next trouble begins at the beginning.
    pub(super) fn restart(&mut self) {
        self.tries = 0;
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::clock::Entropy;

    #[derive(Debug)]
    struct Always(u8);
    impl Entropy for Always {
        fn fill(&self, bytes: &mut [u8]) {
            bytes.fill(self.0);
        }
    }

    #[test]
    fn waits_double_up_to_the_bound_and_begin_anew() {
        let mut pace = Pace::new(Arc::new(Always(0xff)), Duration::from_secs(1));
        let waits: Vec<_> = (0..5).map(|_| pace.next().as_millis()).collect();
        assert_eq!(waits, [200, 400, 800, 1000, 1000]);
        pace.restart();
        assert_eq!(pace.next().as_millis(), 200);
        for _ in 0..100 {
            assert!(pace.next() <= Duration::from_secs(1));
        }
    }

    #[test]
    fn jitter_reaches_down_to_nothing() {
        assert_eq!(Pace::new(Arc::new(Always(0)), Duration::from_secs(1)).next(), Duration::ZERO);
    }
}
