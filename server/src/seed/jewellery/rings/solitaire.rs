use std::f64::consts::TAU;

use crate::seed::jewellery::piece::{Gem, Piece, Spec};
use crate::seed::jewellery::pose::Pose;
use crate::seed::jewellery::section::{ease, ring, shank};
use crate::seed::jewellery::setting::basket;

/// One brilliant in four or six claws, high above a shank that narrows towards it.
pub(in super::super) fn solitaire(spec: &mut Spec) -> Piece {
    let inner = spec.size / 2.0;
    let stone = spec.dice.between(5.6, 6.6);
    let claws = spec.dice.pick(&[4, 6]);
    let depth = 0.47 * stone;
    let pose = Pose::on_ring(0.0, inner + 0.9 + depth);
    let body = ring(spec.grain.of_length(TAU * (inner + 1.0)), |angle| {
        let turn = if angle > TAU / 2.0 { TAU - angle } else { angle };
        let up = 1.0 - ease(0.0, 2.6, turn);
        shank(inner, 1.5 + 0.35 * up, 2.5 - 0.75 * up, 0.85, 0.45, spec.grain.of_length(7.5))
    });
    let mut metal = vec![body];
    metal.extend(basket(&pose, stone, claws, depth, 0.46, spec.grain));
    Piece::new(metal, vec![Gem::round(spec.stone, pose, stone)])
}
