//! Rings with many small stones.

use std::f64::consts::TAU;

use crate::seed::jewellery::piece::{Gem, Piece, Spec};
use crate::seed::jewellery::pose::{Pose, around};
use crate::seed::jewellery::section::{ring, rounded, shank, turned};
use crate::seed::jewellery::setting::{basket, beads};
use crate::seed::jewellery::stone::Stone;
use crate::seed::jewellery::vector::v;

/// A stone within a circle of small diamonds, more of them on the shoulders.
pub(in super::super) fn halo(spec: &mut Spec) -> Piece {
    let inner = spec.size / 2.0;
    let center = spec.dice.between(4.8, 5.6);
    let depth = 0.47 * center;
    let pose = Pose::on_ring(0.0, inner + 1.0 + depth);
    let mut metal = vec![ring(spec.grain.of_length(TAU * (inner + 1.0)), |_| {
        shank(inner, 1.7, 2.3, 0.4, 0.45, spec.grain.of_length(8.0))
    })];
    metal.extend(basket(&pose, center, 4, depth, 0.4, spec.grain));
    let mut gems = vec![Gem::round(spec.stone, pose, center)];

    // The circle: as many stones of 1.3 mm as fit, in a plate just below the girdle.
    let small = 1.3;
    let radius = center / 2.0 + small / 2.0 + 0.3;
    let count = (TAU * radius / (small * 1.08)).floor() as usize;
    let (near, far) = (radius - small * 0.62, radius + small * 0.66);
    let plate = rounded(
        &[[near, -0.9], [far - 0.45, -0.9], [far, -0.35], [far, -0.05], [near, -0.05]],
        0.15,
        spec.grain.of_length(0.7) / 2,
    );
    metal.push(turned(&pose, &plate, spec.grain.of_length(TAU * radius)));
    let half = TAU / count as f64 / 2.0;
    for t in around(count) {
        gems.push(Gem::round(
            Stone::Diamond,
            pose.shifted(v(radius * t.cos(), 0.02, radius * t.sin())),
            small,
        ));
        let spots = [radius - small * 0.36, radius + small * 0.42];
        let spots = spots.map(|r| pose.point(v(r * (t + half).cos(), 0.02, r * (t + half).sin())));
        metal.extend(beads(spots, 0.2, spec.grain));
    }

    // The shoulders: seven a side, from beside the head on.
    let outer = inner + 1.7;
    let step = small * 1.1 / outer;
    for side in [-1.0, 1.0] {
        for place in 0..8 {
            let angle = 0.36 + step * f64::from(place);
            if place < 7 {
                gems.push(Gem::round(Stone::Diamond, Pose::on_ring(side * angle, outer + 0.05), small));
            }
            let between = Pose::on_ring(side * (angle - step / 2.0), outer + 0.02);
            let spots = [-0.62, 0.62].map(|z| between.point(v(0.0, 0.0, z)));
            metal.extend(beads(spots, 0.22, spec.grain));
        }
    }
    Piece::new(metal, gems)
}

/// Stones all the way around, between two rails.
pub(in super::super) fn eternity(spec: &mut Spec) -> Piece {
    let inner = spec.size / 2.0;
    let about = spec.dice.between(2.0, 2.6);
    let girdle = inner + 1.75;
    let count = (TAU * girdle / (about * 1.03)).round();
    let stone = TAU * girdle / count / 1.03;
    let (seat, rail) = (stone / 2.0 - 0.12, stone / 2.0 + 0.5);
    let floor = girdle - 0.3 * stone;
    let section = rounded(
        &[
            [inner, -rail],
            [girdle + 0.3, -rail],
            [girdle + 0.3, -seat],
            [floor, -seat * 0.7],
            [floor, seat * 0.7],
            [girdle + 0.3, seat],
            [girdle + 0.3, rail],
            [inner, rail],
        ],
        0.22,
        spec.grain.of_length(1.0) / 2,
    );
    let body = ring(spec.grain.of_length(TAU * girdle), |_| section.clone());
    let gems =
        around(count as usize).map(|t| Gem::round(spec.stone, Pose::on_ring(t, girdle), stone)).collect();
    Piece::new(vec![body], gems)
}
