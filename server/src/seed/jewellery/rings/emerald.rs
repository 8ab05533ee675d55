use std::f64::consts::TAU;

use crate::seed::jewellery::cut::Cut;
use crate::seed::jewellery::piece::{Gem, Piece, Spec};
use crate::seed::jewellery::pose::{Pose, around};
use crate::seed::jewellery::section::{ease, ring, shank};
use crate::seed::jewellery::setting::{bezel, claw};
use crate::seed::jewellery::stone::Stone;
use crate::seed::jewellery::vector::{V3, v};
use crate::seed::jewellery::wire::closed;

/// A step-cut stone in eight claws, a diamond on each side.
pub(in super::super) fn emerald(spec: &mut Spec) -> Piece {
    let inner = spec.size / 2.0;
    let width = spec.dice.between(5.2, 6.0);
    let length = width * Cut::Emerald.length();
    let depth = 0.46 * width;
    let pose = Pose::on_ring(0.0, inner + 0.9 + depth);
    let mut metal = vec![ring(spec.grain.of_length(TAU * (inner + 1.0)), |angle| {
        let turn = if angle > TAU / 2.0 { TAU - angle } else { angle };
        let up = 1.0 - ease(0.0, 2.4, turn);
        shank(inner, 1.5 + 0.4 * up, 2.3 + 1.0 * up, 0.7, 0.45, spec.grain.of_length(9.0))
    })];
    for (x, z) in [(1.0, 1.0), (1.0, -1.0), (-1.0, 1.0), (-1.0, -1.0)] {
        // Two claws a corner, one on each end of the cut-off.
        for (short, long) in [(0.50, 0.60), (0.40, 0.70)] {
            let edge = [x * short * width, z * long * width];
            metal.push(claw(&pose, edge, width * 0.8, depth, 0.4, spec.grain));
        }
    }
    for (share, drop) in [(0.83, 0.17), (0.62, 0.34)] {
        metal.push(rail(spec, &pose.shifted(v(0.0, -drop * width, 0.0)), width * share, length * share));
    }
    let mut gems = vec![Gem { cut: Cut::Emerald, stone: spec.stone, pose, width }];
    for side in [-1.0, 1.0] {
        let small = 2.5;
        let beside = Pose::on_ring(side * (width / 2.0 + 1.9) / (inner + 2.0), inner + 2.35);
        metal.push(bezel(&beside, small, 0.32, 1.0, spec.grain));
        gems.push(Gem::round(Stone::Diamond, beside, small));
    }
    Piece::new(metal, gems)
}

/// A rounded rectangle of wire that joins the claws.
fn rail(spec: &Spec, pose: &Pose, width: f64, length: f64) -> crate::seed::jewellery::body::Body {
    let power = |value: f64| value.signum() * value.abs().powf(0.45);
    let path: Vec<V3> = around(spec.grain.of_length(2.0 * (width + length)))
        .map(|t| pose.point(v(width / 2.0 * power(t.cos()), 0.0, length / 2.0 * power(t.sin()))))
        .collect();
    closed(&path, |_| pose.y, |_| 0.33, spec.grain.of_length(2.0))
}
