//! The dice of tests that lead real services through random steps: too dear to be shrunk, so they say how to be thrown again.

use ::server::clock::{Entropy as _, SystemEntropy};
use proptest::test_runner::{Config, RngSeed, TestRunner};

/// Dice that say what they are; `PROPTEST_RNG_SEED` throws the same again.
pub fn runner() -> TestRunner {
    let mut config = Config::default();
    if config.rng_seed == RngSeed::Random {
        let mut bytes = [0; 8];
        SystemEntropy.fill(&mut bytes);
        config.rng_seed = RngSeed::Fixed(u64::from_le_bytes(bytes));
    }
    if let RngSeed::Fixed(seed) = config.rng_seed {
        println!("PROPTEST_RNG_SEED={seed}");
    }
    TestRunner::new(config)
}
