//! Round wire along a path: rings, links, prongs, posts.

use std::f64::consts::FRAC_PI_2;

use super::body::Body;
use super::grain::Grain;
use super::pose::{Pose, around};
use super::vector::{V3, v};

/// A closed wire. `toward[i]` is any direction across the path; it keeps the seam from turning.
pub(super) fn closed(
    path: &[V3],
    toward: impl Fn(usize) -> V3,
    radius: impl Fn(usize) -> f64,
    sides: usize,
) -> Body {
    let count = path.len();
    let rings: Vec<Vec<V3>> = (0..count)
        .map(|i| {
            let along = (path[(i + 1) % count] - path[(i + count - 1) % count]).unit();
            circle(path[i], along, toward(i).across(along), radius(i), sides)
        })
        .collect();
    Body::torus(&rings)
}

/// A wire with rounded ends.
pub(super) fn open(path: &[V3], radius: impl Fn(f64) -> f64, sides: usize) -> Body {
    let (Some(&first), Some(&last)) = (path.first(), path.last()) else { return Body::default() };
    let end = path.len() - 1;
    let along = |i: usize| (path[(i + 1).min(end)] - path[i.saturating_sub(1)]).unit();
    let caps = (sides / 4).max(2);
    let start_along = along(0);
    let mut side = v(0.313, 0.917, 0.247).across(start_along);
    let mut rings = Vec::new();
    for step in 1..caps {
        let turn = FRAC_PI_2 * step as f64 / caps as f64;
        let at = first - start_along * (radius(0.0) * turn.cos());
        rings.push(circle(at, start_along, side, radius(0.0) * turn.sin(), sides));
    }
    for (i, &point) in path.iter().enumerate() {
        side = side.across(along(i));
        rings.push(circle(point, along(i), side, radius(i as f64 / end as f64), sides));
    }
    for step in 1..caps {
        let turn = FRAC_PI_2 * step as f64 / caps as f64;
        let at = last + along(end) * (radius(1.0) * turn.sin());
        rings.push(circle(at, along(end), side, radius(1.0) * turn.cos(), sides));
    }
    Body::spindle(first - start_along * radius(0.0), &rings, last + along(end) * radius(1.0))
}

/// A ring of wire around the pose's y axis.
pub(super) fn hoop(pose: &Pose, radius: f64, wire: f64, grain: Grain) -> Body {
    let steps = grain.of_length(radius * 6.3).max(16);
    let path: Vec<V3> =
        around(steps).map(|t| pose.point(v(radius * t.cos(), 0.0, radius * t.sin()))).collect();
    closed(&path, |_| pose.y, |_| wire, grain.of_length(wire * 6.3).max(8))
}

/// A ball.
pub(super) fn bead(center: V3, radius: f64, grain: Grain) -> Body {
    let sides = grain.of_length(radius * 5.0).max(8);
    let rings: Vec<Vec<V3>> = (1..sides / 2)
        .map(|step| {
            let turn = 2.0 * FRAC_PI_2 * step as f64 / (sides / 2) as f64;
            let at = center - v(0.0, radius * turn.cos(), 0.0);
            circle(at, v(0.0, 1.0, 0.0), v(1.0, 0.0, 0.0), radius * turn.sin(), sides)
        })
        .collect();
    Body::spindle(center - v(0.0, radius, 0.0), &rings, center + v(0.0, radius, 0.0))
}

/// A path through the points, `steps` between two of them (Catmull and Rom's spline).
pub(super) fn through(points: &[V3], steps: usize) -> Vec<V3> {
    let Some(&last) = points.last() else { return Vec::new() };
    let at = |i: isize| points[i.clamp(0, points.len() as isize - 1) as usize];
    let mut path = Vec::new();
    for i in 0..points.len() as isize - 1 {
        let (a, b, c, d) = (at(i - 1), at(i), at(i + 1), at(i + 2));
        for step in 0..steps {
            let t = step as f64 / steps as f64;
            let linear = (c - a) * t;
            let square = (a * 2.0 - b * 5.0 + c * 4.0 - d) * (t * t);
            let cube = (b * 3.0 - a - c * 3.0 + d) * (t * t * t);
            path.push(b + (linear + square + cube) * 0.5);
        }
    }
    path.push(last);
    path
}

fn circle(center: V3, along: V3, side: V3, radius: f64, sides: usize) -> Vec<V3> {
    let other = along.cross(side);
    around(sides).map(|t| center + side * (radius * t.cos()) + other * (radius * t.sin())).collect()
}
