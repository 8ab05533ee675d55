//! Pairs: one earring, placed twice.

use std::f64::consts::TAU;

use super::body::Body;
use super::grain::Grain;
use super::piece::{Gem, Piece, Spec};
use super::pose::{Pose, around, out};
use super::section::{rounded, solid};
use super::setting::basket;
use super::vector::{V3, v};
use super::wire::{bead, open};

/// Hoops that swell towards the bottom, ribbed like a croissant.
pub(super) fn hoops(spec: &mut Spec) -> Piece {
    let grain = spec.grain;
    let (thick, thin) = (0.115 * spec.size, 0.035 * spec.size);
    let ribs = spec.dice.pick(&[22.0, 26.0, 30.0]);
    let radius = spec.size / 2.0 - thick;
    let steps = grain.of_length(TAU * radius * 1.3);
    let sides = grain.of_length(TAU * thick);
    let rings: Vec<Vec<V3>> = around(steps)
        .map(|t| {
            let down = (0.5 - 0.5 * t.cos()).powf(0.8);
            let wire = thin + (thick - thin) * down;
            let place = |a: f64| {
                let groove = (ribs * t + 2.0 * a).sin().abs().powf(0.7);
                let r = wire * (0.86 + 0.14 * (groove * down + 1.0 - down));
                // The outside keeps the circle, the inside bends towards the middle.
                out(t) * (radius + thick - wire + r * a.cos()) + v(0.0, 0.0, r * a.sin())
            };
            around(sides).map(place).collect()
        })
        .collect();
    let hinge = bead(out(0.0) * (radius + thick - thin), thin * 1.5, grain);
    let apart = spec.size * 0.62;
    let turned =
        |side: f64| Pose::looking(v(side * apart, 0.0, 0.0), v(0.0, 1.0, 0.0), v(side * -0.45, 0.0, 1.0));
    Piece {
        places: vec![turned(-1.0), turned(1.0)],
        ..Piece::new(vec![Body::torus(&rings), hinge], Vec::new())
    }
}

/// A brilliant in four claws, a post and a nut behind it.
pub(super) fn studs(spec: &mut Spec) -> Piece {
    let (width, grain) = (spec.size, spec.grain);
    let depth = 0.5 * width;
    let pose = Pose::looking(v(0.0, 0.0, 0.0), v(0.0, 0.0, 1.0), v(0.0, 1.0, 0.0));
    let mut metal = basket(&pose, width, 4, depth, 0.075 * width + 0.05, grain);
    let back = depth + 0.2;
    metal.push(solid(
        &pose,
        &cap(0.24 * width, -back - 0.1, -back + 0.45, grain),
        grain.of_length(3.0 * width),
    ));
    let post: Vec<V3> = (0..=20).map(|i| pose.point(v(0.0, -back - 0.5 * f64::from(i), 0.0))).collect();
    metal.push(open(
        &post,
        |share| if (0.80..0.86).contains(&share) { 0.34 } else { 0.42 },
        grain.of_length(2.7),
    ));
    let nut = rounded(
        &[[0.35, -7.6], [2.6, -7.3], [2.6, -6.6], [1.3, -6.1], [0.35, -6.0]],
        0.25,
        grain.of_length(1.0) / 2,
    );
    let nut: Vec<[f64; 2]> = nut.into_iter().map(|[r, h]| [r, h - depth]).collect();
    metal.push(super::section::turned(&pose, &nut, grain.of_length(16.0)));
    let gems = vec![Gem::round(spec.stone, pose, width)];
    let apart = width * 0.5 + 4.0;
    let left = Pose::looking(v(-apart, 0.0, 0.0), v(0.0, 1.0, 0.0), v(0.1, 0.0, 1.0));
    let right = Pose::looking(v(apart, 0.0, 0.0), v(0.0, 1.0, 0.0), v(0.95, 0.0, 0.75));
    Piece { places: vec![left, right], ..Piece::new(metal, gems) }
}

/// A rounded disc from axis to axis.
fn cap(radius: f64, low: f64, high: f64, grain: Grain) -> Vec<[f64; 2]> {
    let soft = 0.3 * (high - low);
    let steps = grain.of_length(soft * 2.0);
    let corner = |at: f64, from: f64| {
        (0..=steps).map(move |i| {
            let t = from + TAU / 4.0 * i as f64 / steps as f64;
            [radius - soft + soft * t.cos(), at + soft * t.sin()]
        })
    };
    let mut curve = vec![[0.0, low]];
    curve.extend(corner(low + soft, -TAU / 4.0));
    curve.extend(corner(high - soft, 0.0));
    curve.push([0.0, high]);
    curve
}
