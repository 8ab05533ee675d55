//! Pendants hang and face +z.

use std::f64::consts::{PI, TAU};

use super::body::Body;
use super::grain::Grain;
use super::piece::{Gem, Piece, Spec};
use super::pillow::{dome, pillow};
use super::pose::{Pose, around};
use super::setting::{bezel, hanger};
use super::vector::{V3, v};
use super::wire::closed;

/// The frame of a drop, with three stones one above the other.
pub(super) fn drop(spec: &mut Spec) -> Piece {
    let (height, grain) = (spec.size, spec.grain);
    let (top, bottom) = (0.026 * height, 0.055 * height);
    let steps = grain.of_length(height * 2.6);
    let half = height / 2.0;
    let path: Vec<V3> = around(steps)
        .map(|t| {
            let x = t.sin() * (t / 2.0).sin().abs().powf(1.5) * 0.66;
            v(x * (half - bottom), t.cos() * (half - bottom), 0.0)
        })
        .collect();
    let wire = |i: usize| {
        let down = 0.5 - 0.5 * (TAU * i as f64 / steps as f64).cos();
        top + (bottom - top) * down * down
    };
    let mut metal = vec![closed(&path, |_| v(0.0, 0.0, 1.0), wire, grain.of_length(TAU * bottom))];
    let mut gems = Vec::new();
    let mut floor = -half + bottom * 1.8;
    for share in [0.25, 0.155, 0.10] {
        let (width, wall) = (share * height, 0.016 * height);
        let center = v(0.0, floor + width / 2.0 + wall * 0.8, 0.0);
        let pose = Pose::looking(center, v(0.0, 0.0, 1.0), v(0.0, 1.0, 0.0));
        metal.push(bezel(&pose, width, wall, 0.4 * width, grain));
        gems.push(Gem::round(spec.stone, pose, width));
        floor = center.y + width / 2.0 + wall * 0.6;
    }
    metal.extend(hanger(v(0.0, half - bottom + top * 0.2, 0.0), height / 24.0, grain));
    Piece::new(metal, gems)
}

/// A full heart, a stone in its shoulder.
pub(super) fn heart(spec: &mut Spec) -> Piece {
    let (size, grain) = (spec.size, spec.grain);
    let unit = size / 29.0;
    // The well-known curve of the heart, 32 units wide and 29 high, moved so that its middle is the origin.
    let outline: Vec<[f64; 2]> = around(grain.of_length(3.4 * size))
        .map(|t| {
            let y = 13.0 * t.cos() - 5.0 * (2.0 * t).cos() - 2.0 * (3.0 * t).cos() - (4.0 * t).cos();
            [16.0 * t.sin().powi(3) * unit, (y + 1.5) * unit]
        })
        .collect();
    let depth = spec.dice.between(0.2, 0.26) * size;
    let swell = move |_: f64, _: f64, share: f64| depth * dome(share).powf(0.9);
    let body = pillow(&outline, grain.of_length(size * 0.5), swell, move |x, y, s| -swell(x, y, s) * 0.8);
    let width = 0.17 * size;
    let tilt = v(0.22, 0.18, 1.0);
    let pose = Pose::looking(v(7.2 * unit, 5.5 * unit, depth * 0.86), tilt, v(0.0, 1.0, 0.0));
    let mut metal = vec![body, bezel(&pose, width, 0.03 * size, 0.3 * width, grain)];
    metal.extend(hanger(v(0.0, 6.6 * unit, 0.0), size / 16.0, grain));
    Piece::new(metal, vec![Gem::round(spec.stone, pose, width)])
}

/// A leaf with its veins, and a drop of dew on it.
pub(super) fn leaf(spec: &mut Spec) -> Piece {
    let (size, grain) = (spec.size, spec.grain);
    let (width, thick) = (0.5 * size, 0.075 * size);
    let mut body = leaf_body(size, width, thick, 9.0, grain);
    let curl = spec.dice.between(0.05, 0.09);
    let bend = move |p: V3| v(p.x + 0.9 * curl * p.y * p.y / size, p.y, p.z - curl * p.y * p.y / size * 1.4);
    body.points.iter_mut().for_each(|point| *point = bend(*point));
    let stone = 0.11 * size;
    let pose =
        Pose::looking(bend(v(0.1 * size, -0.14 * size, 0.085 * size)), v(0.12, 0.05, 1.0), v(0.0, 1.0, 0.0));
    let mut metal = vec![body, bezel(&pose, stone, 0.024 * size, 0.5 * stone, grain)];
    metal.extend(hanger(bend(v(0.0, size / 2.0 - 0.01 * size, 0.0)), size / 28.0, grain));
    Piece::new(metal, vec![Gem::round(spec.stone, pose, stone)])
}

/// A leaf around the origin, its tip down (−y), its face to +z.
pub(super) fn leaf_body(length: f64, width: f64, thick: f64, ribs: f64, grain: Grain) -> Body {
    let side = |s: f64| (PI * s).sin().powf(0.85) * (1.0 - 0.32 * (PI * s).cos()) * width / 2.0;
    let half = grain.of_length(length * 1.15);
    let outline: Vec<[f64; 2]> = (0..2 * half)
        .map(|i| {
            let (s, sign) = if i < half { (i, 1.0) } else { (2 * half - i, -1.0) };
            let s = s as f64 / half as f64;
            [sign * side(s), length * (s - 0.5)]
        })
        .collect();
    let vein = move |x: f64, y: f64| {
        let middle = (-(x / (0.2 * length / ribs)).powi(2)).exp();
        let lean = (y + 0.9 * x.abs()) / length * ribs;
        let rib = (lean - lean.round()) / 0.14;
        middle + 0.45 * (-(rib * rib)).exp() * (1.0 - middle)
    };
    let top = move |x: f64, y: f64, share: f64| {
        let fold = 0.16 * x.abs();
        let edge = dome(share).sqrt();
        (thick * (0.9 - 0.42 * vein(x, y)) * edge).max(0.0) + fold
    };
    let bottom = move |x: f64, _: f64, share: f64| -0.25 * thick * dome(share).sqrt() + 0.16 * x.abs();
    pillow(&outline, grain.of_length(width * 1.2), top, bottom)
}
