//! Cross sections of shanks and settings, and the surfaces that they sweep around an axis.

use std::f64::consts::FRAC_PI_2;

use super::body::Body;
use super::pose::{Pose, around, out};
use super::vector::{V3, v};

/// A closed curve of distance from the axis and place along it, millimetres.
pub(super) type Section = Vec<[f64; 2]>;

/// A shank's section: `inner` is the finger's side, domed by `comfort`, the other side by `dome`. Both are exponents
/// of a superellipse: 1 is round, 0.3 almost a rectangle. The innermost point is exactly at `inner`.
pub(super) fn shank(
    inner: f64,
    thickness: f64,
    width: f64,
    dome: f64,
    comfort: f64,
    steps: usize,
) -> Section {
    let power = |value: f64, by: f64| value.signum() * value.abs().powf(by);
    // cos(π/2) is not quite zero, and a small power would make much of that.
    let clean = |value: f64| if value.abs() < 1e-9 { 0.0 } else { value };
    around(steps.next_multiple_of(4))
        .map(|t| {
            let (sin, cos) = (clean(t.sin()), clean(t.cos()));
            let by = if sin > 0.0 { dome } else { comfort };
            [inner + thickness / 2.0 * (1.0 + power(sin, by)), width / 2.0 * power(cos, by)]
        })
        .collect()
}

/// A polygon with its corners rounded by at most `radius`, `steps` points a corner.
pub(super) fn rounded(corners: &[[f64; 2]], radius: f64, steps: usize) -> Section {
    let count = corners.len();
    let point = |i: usize| v(corners[i % count][0], corners[i % count][1], 0.0);
    let mut section = Vec::with_capacity(count * (steps + 1));
    for i in 0..count {
        let (before, corner, after) = (point(i + count - 1), point(i), point(i + 1));
        let (back, on) = (before - corner, after - corner);
        let half = (back.unit().dot(on.unit()).clamp(-1.0, 1.0).acos() / 2.0).max(0.05);
        let room = 0.45 * back.length().min(on.length());
        let reach = (radius / half.tan()).min(room);
        let radius = reach * half.tan();
        let center = corner + (back.unit() + on.unit()).unit() * (radius / half.sin());
        let (from, to) = (corner + back.unit() * reach - center, corner + on.unit() * reach - center);
        for step in 0..=steps {
            let spoke = center + from.mix(to, step as f64 / steps as f64).unit() * radius;
            section.push([spoke.x, spoke.y]);
        }
    }
    section
}

/// A ring standing in the plane z = 0: the section at each angle from the top.
pub(super) fn ring(steps: usize, section: impl Fn(f64) -> Section) -> Body {
    let rings: Vec<Vec<V3>> = around(steps)
        .map(|angle| section(angle).iter().map(|&[r, z]| out(angle) * r + v(0.0, 0.0, z)).collect())
        .collect();
    Body::torus(&rings)
}

/// A section turned around the pose's y axis.
pub(super) fn turned(pose: &Pose, section: &Section, steps: usize) -> Body {
    let rings: Vec<Vec<V3>> = around(steps)
        .map(|t| section.iter().map(|&[r, h]| pose.point(v(r * t.cos(), h, r * t.sin()))).collect())
        .collect();
    Body::torus(&rings)
}

/// A curve from axis to axis turned around the pose's y axis: knobs and nuts.
pub(super) fn solid(pose: &Pose, curve: &[[f64; 2]], steps: usize) -> Body {
    let [first, inner @ .., last] = curve else { return Body::default() };
    let rings: Vec<Vec<V3>> = inner
        .iter()
        .map(|&[r, h]| around(steps).map(|t| pose.point(v(r * t.cos(), h, r * t.sin()))).collect())
        .collect();
    Body::spindle(pose.point(v(0.0, first[1], 0.0)), &rings, pose.point(v(0.0, last[1], 0.0)))
}

/// Volume of a turned section, mm³: its area times the way of its centroid (Pappus and Guldin).
pub(super) fn turned_volume(section: &Section) -> f64 {
    let moment: f64 = (0..section.len())
        .map(|i| {
            let ([r0, z0], [r1, z1]) = (section[i], section[(i + 1) % section.len()]);
            (r0 * z1 - r1 * z0) * (r0 + r1) / 6.0
        })
        .sum();
    4.0 * FRAC_PI_2 * moment.abs()
}

/// From 0 to 1 without a corner, over `from..to`.
pub(super) fn ease(from: f64, to: f64, value: f64) -> f64 {
    let t = ((value - from) / (to - from)).clamp(0.0, 1.0);
    t * t * (3.0 - 2.0 * t)
}
