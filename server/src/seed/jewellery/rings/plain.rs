//! Rings of metal alone.

use std::f64::consts::TAU;

use crate::seed::jewellery::body::Body;
use crate::seed::jewellery::piece::{Piece, Spec};
use crate::seed::jewellery::pose::{around, out};
use crate::seed::jewellery::section::{ease, ring, shank, turned_volume};
use crate::seed::jewellery::vector::{V3, v};
use crate::seed::jewellery::wire::closed;

/// A wedding band: domed outside, eased inside ("comfort fit").
pub(in super::super) fn band(spec: &mut Spec) -> Piece {
    let (width, thickness) = (spec.dice.between(3.5, 6.0), spec.dice.between(1.5, 1.9));
    let inner = spec.size / 2.0;
    let section = shank(inner, thickness, width, 0.62, 0.42, spec.grain.of_length(2.0 * width + 3.0));
    let volume = turned_volume(&section);
    let body = ring(spec.grain.of_length(TAU * inner), |_| section.clone());
    Piece { volume: Some(volume), ..Piece::new(vec![body], Vec::new()) }
}

/// Three strands laid around each other.
pub(in super::super) fn twist(spec: &mut Spec) -> Piece {
    let turns = spec.dice.pick(&[7.0, 8.0, 9.0]);
    let (wire, lay) = (0.78, 0.70);
    let radius = spec.size / 2.0 + wire + lay;
    let steps = spec.grain.of_length(TAU * radius * 1.1);
    let strand = |start: f64| -> Body {
        let path: Vec<V3> = around(steps)
            .map(|t| {
                let turn = turns * t + start;
                out(t) * (radius + lay * turn.cos()) + v(0.0, 0.0, lay * turn.sin())
            })
            .collect();
        let toward = |i: usize| out(TAU * i as f64 / steps as f64);
        closed(&path, toward, |_| wire, spec.grain.of_length(TAU * wire))
    };
    Piece::new(around(3).map(strand).collect(), Vec::new())
}

/// A heavy ring with a flat face for a seal.
pub(in super::super) fn signet(spec: &mut Spec) -> Piece {
    let inner = spec.size / 2.0;
    let face = inner + spec.dice.between(2.3, 2.7);
    let head = spec.dice.between(12.0, 14.0);
    let body = ring(spec.grain.of_length(TAU * (inner + 1.5)), |angle| {
        let turn = if angle > TAU / 2.0 { TAU - angle } else { angle };
        let up = 1.0 - ease(0.0, 2.3, turn);
        let width = 3.6 + (head - 3.6) * up.powf(1.4);
        let thickness = 1.5 + 2.3 * up * up;
        let mut section = shank(inner, thickness, width, 0.55, 0.4, spec.grain.of_length(2.0 * head));
        if turn.cos() > 0.3 {
            for point in &mut section {
                point[0] = softly_least(point[0], face / turn.cos(), 0.22);
            }
        }
        section
    });
    Piece::new(vec![body], Vec::new())
}

/// The smaller of two, with a rounded edge of about `soft` where they cross.
fn softly_least(a: f64, b: f64, soft: f64) -> f64 {
    let near = (soft - (a - b).abs()).max(0.0) / soft;
    a.min(b) - near * near * soft / 4.0
}
