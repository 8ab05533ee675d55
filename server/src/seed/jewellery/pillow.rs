use std::f64::consts::FRAC_PI_2;

use super::body::Body;
use super::vector::{V3, v};

/// A flat outline blown up on both sides, around the origin. `top` and `bottom` give the height at a point, and
/// the share of the way to the rim, where both have to be equal.
pub(super) fn pillow(
    outline: &[[f64; 2]],
    rings: usize,
    top: impl Fn(f64, f64, f64) -> f64,
    bottom: impl Fn(f64, f64, f64) -> f64,
) -> Body {
    let level = |share: f64, height: &dyn Fn(f64, f64, f64) -> f64| -> Vec<V3> {
        let at = |&[x, y]: &[f64; 2]| v(x * share, y * share, height(x * share, y * share, share));
        outline.iter().map(at).collect()
    };
    // Dense near the rim, where the surface turns over.
    let share = |step: usize| (FRAC_PI_2 * step as f64 / rings as f64).sin();
    let mut levels: Vec<Vec<V3>> = (1..=rings).map(|step| level(share(step), &top)).collect();
    levels.extend((1..rings).rev().map(|step| level(share(step), &bottom)));
    Body::spindle(v(0.0, 0.0, top(0.0, 0.0, 0.0)), &levels, v(0.0, 0.0, bottom(0.0, 0.0, 0.0)))
}

/// Height of a round pillow at a share of the way to the rim.
pub(super) fn dome(share: f64) -> f64 {
    (1.0 - share * share).max(0.0).sqrt()
}
