use serde::Serialize;

use super::{Bounds, ModelFacts};

/// Longest side of a claim that may be told, millimetres: beyond it the claim is none of a piece of jewellery.
const CLAIMED: std::ops::Range<f64> = 0.5..1000.0;
/// Longest side that is told at all, millimetres.
const MOST: f64 = 1_000_000.0;

/// How a size is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum SizeFrom {
    /// From the positions.
    Measured,
    /// The file says so; nobody can see whether it is true.
    Claimed,
    /// It can't be told.
    Unknown,
}

/// The size that may be told, millimetres, and how it is known.
pub(super) fn told(read: &ModelFacts) -> ([f64; 3], SizeFrom) {
    let longest = read.size_mm.into_iter().fold(0.0, f64::max);
    match read.bounds {
        Bounds::Vertices | Bounds::Boxes if longest <= MOST => (read.size_mm, SizeFrom::Measured),
        Bounds::Declared if CLAIMED.contains(&longest) => (read.size_mm, SizeFrom::Claimed),
        _ => ([0.0; 3], SizeFrom::Unknown),
    }
}
