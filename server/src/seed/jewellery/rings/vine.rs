use std::f64::consts::TAU;

use crate::seed::jewellery::pendants::leaf_body;
use crate::seed::jewellery::piece::{Gem, Piece, Spec};
use crate::seed::jewellery::pose::{Pose, around, out};
use crate::seed::jewellery::setting::bezel;
use crate::seed::jewellery::vector::{V3, v};
use crate::seed::jewellery::wire::closed;

/// A twig around the finger: leaves to both sides, berries of stone between them.
pub(in super::super) fn vine(spec: &mut Spec) -> Piece {
    let inner = spec.size / 2.0;
    let wire = 0.75;
    let radius = inner + wire;
    let sway = |angle: f64| 0.55 * (5.0 * angle).sin() * (0.5 + 0.5 * angle.cos());
    let steps = spec.grain.of_length(TAU * radius);
    let path: Vec<V3> = around(steps).map(|t| out(t) * radius + v(0.0, 0.0, sway(t))).collect();
    let twig = |i: usize| wire * (1.0 + 0.04 * (9.0 * TAU * i as f64 / steps as f64).cos() - 0.04);
    let mut metal =
        vec![closed(&path, |i| out(TAU * i as f64 / steps as f64), twig, spec.grain.of_length(TAU * wire))];
    let mut gems = Vec::new();
    for place in -4_i32..=4 {
        let angle = 0.3 * f64::from(place);
        let side = if place % 2 == 0 { 1.0 } else { -1.0 };
        let shrink = 1.0 - 0.05 * f64::from(place.abs());
        let length = spec.dice.between(4.6, 5.4) * shrink;
        let root = out(angle) * (radius + wire * 0.75) + v(0.0, 0.0, sway(angle) + side * 0.2);
        let along = Pose::on_ring(angle, 1.0).x * if place < 0 { -1.0 } else { 1.0 };
        let direction = (along * 0.75 + v(0.0, 0.0, side) + out(angle) * 0.12).unit();
        let up = out(angle).across(direction);
        let leaf = leaf_body(length, length * 0.5, 0.8, 5.0, spec.grain);
        let pose =
            Pose { origin: root + direction * (length * 0.45), x: up.cross(direction), y: -direction, z: up };
        metal.push(leaf.placed(&pose));
        if place % 2 != 0 {
            let stone = 1.7;
            let berry = Pose::on_ring(angle + 0.02, radius + wire + 0.75).shifted(v(0.0, 0.0, side * -1.1));
            metal.push(bezel(&berry, stone, 0.24, 1.1, spec.grain));
            gems.push(Gem::round(spec.stone, berry, stone));
        }
    }
    Piece::new(metal, gems)
}
