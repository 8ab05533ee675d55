mod any_bytes;
mod bench;
mod container;
mod contents;
mod measure;
mod packed;
mod size;
pub(in crate::model) mod solids;

use super::sample::Sample;
use super::{Limits, ModelFacts, ModelRefused, read};

fn facts(sample: &Sample) -> ModelFacts {
    read(&sample.bytes(), &Limits::default()).unwrap()
}

fn refusal(sample: &Sample) -> ModelRefused {
    read(&sample.bytes(), &Limits::default()).unwrap_err()
}

fn refusal_of(bytes: &[u8]) -> ModelRefused {
    read(bytes, &Limits::default()).unwrap_err()
}

/// Equal to a thousandth of a millimetre: `f32` metres hold no more.
fn assert_size(facts: &ModelFacts, expected: [f64; 3]) {
    let close = facts.size_mm.iter().zip(expected).all(|(real, expected)| (real - expected).abs() < 1e-3);
    assert!(close, "{:?} is not {expected:?}", facts.size_mm);
}
