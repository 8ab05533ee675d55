//! Bracelets lie: their axis is y.

use std::f64::consts::{FRAC_1_SQRT_2, TAU};

use super::body::Body;
use super::dice::Dice;
use super::piece::{Piece, Spec};
use super::pose::{Pose, around};
use super::section::ring;
use super::vector::{V3, v};
use super::wire::closed;

/// From standing to lying.
const LYING: Pose =
    Pose { origin: v(0.0, 0.0, 0.0), x: v(1.0, 0.0, 0.0), y: v(0.0, 0.0, -1.0), z: v(0.0, 1.0, 0.0) };

/// An oval bangle, hammered on the outside.
pub(super) fn bangle(spec: &mut Spec) -> Piece {
    let grain = spec.grain;
    let (wide, deep) = (spec.size / 2.0, spec.size / 2.0 * 0.87);
    let (height, thick) = (spec.dice.between(6.0, 8.0), 2.0);
    let dents = Dents::new(&mut spec.dice, 1.9, height);
    let across = grain.of_length(height).max(16);
    let body = ring(grain.of_length(TAU * (wide + thick)), |angle| {
        let inner = wide * deep / (deep * angle.sin()).hypot(wide * angle.cos());
        let mut section = vec![];
        // Inside a shallow dome, outside the struck surface, both ends round.
        for i in 0..=across {
            let t = i as f64 / across as f64 * 2.0 - 1.0;
            let edge = (1.0 - t.powi(8)).max(0.0).sqrt();
            let z = t * height / 2.0;
            let struck = dents.depth((wide + thick) * angle, z);
            section.push([inner + thick / 2.0 + (thick / 2.0 - struck) * edge, z]);
        }
        for i in (1..across).rev() {
            let t = i as f64 / across as f64 * 2.0 - 1.0;
            let edge = (1.0 - t.powi(8)).max(0.0).sqrt();
            section.push([inner + thick / 2.0 - thick / 2.0 * edge, t * height / 2.0]);
        }
        section
    });
    Piece::new(vec![body.placed(&LYING)], Vec::new())
}

/// Where the hammer struck: one blow a cell of a grid that closes around the bangle.
struct Dents {
    cell: f64,
    around: usize,
    blows: Vec<[f64; 2]>,
    rows: usize,
    low: f64,
}

impl Dents {
    fn new(dice: &mut Dice, cell: f64, height: f64) -> Self {
        let rows = (height / cell).ceil() as usize + 2;
        let around = 110;
        let blows = (0..around * rows).map(|_| [dice.between(0.1, 0.9), dice.between(0.1, 0.9)]).collect();
        Self { cell, around, blows, rows, low: -cell * rows as f64 / 2.0 }
    }

    /// Depth at a place of the surface: bowls around the nearest blow.
    fn depth(&self, along: f64, z: f64) -> f64 {
        let (x, y) = (along / self.cell, (z - self.low) / self.cell);
        let (column, row) = (x.floor() as isize, y.floor() as isize);
        let mut nearest = f64::INFINITY;
        for (dx, dy) in (-1..=1).flat_map(|dx| (-1..=1).map(move |dy| (dx, dy))) {
            let (c, r) = (column + dx, row + dy);
            if (0..self.rows as isize).contains(&r) {
                let index = c.rem_euclid(self.around as isize) as usize * self.rows + r as usize;
                let [bx, by] = self.blows[index];
                nearest = nearest.min((c as f64 + bx - x).powi(2) + (r as f64 + by - y).powi(2));
            }
        }
        0.28 * (1.0 - nearest.min(1.0))
    }
}

/// A closed anchor chain: every link stands across its neighbours.
pub(super) fn chain(spec: &mut Spec) -> Piece {
    let grain = spec.grain;
    let wire = spec.dice.between(0.85, 1.05);
    let about = 7.4 * wire;
    // An even number, so that the last link meets the first as every other pair.
    let count = ((spec.size / about / 2.0).round() * 2.0).max(4.0);
    let pitch = spec.size / count;
    let radius = spec.size / TAU;
    // A link is as long inside as the pitch and two wires' play.
    let (reach, bow) = (pitch / 2.0 + wire * 0.95, 2.35 * wire);
    let straight = (reach - bow).max(0.1);
    let steps = grain.of_length(4.0 * straight + TAU * bow);
    let sides = grain.of_length(TAU * wire);
    let links = around(count as usize).enumerate().map(|(i, t)| {
        let frame = Pose::on_ring(t, radius);
        let tilt = if i % 2 == 0 { FRAC_1_SQRT_2 } else { -FRAC_1_SQRT_2 };
        let side = frame.z * FRAC_1_SQRT_2 + frame.y * tilt;
        let normal = frame.x.cross(side);
        let path: Vec<V3> = around(steps)
            .map(|a| {
                let shift = straight * a.cos().signum() * ease_ends(a);
                frame.origin + frame.x * (shift + bow * a.cos()) + side * (bow * a.sin())
            })
            .collect();
        closed(&path, |_| normal, |_| wire, sides)
    });
    let metal: Vec<Body> = links.map(|link| link.placed(&LYING)).collect();
    Piece::new(metal, Vec::new())
}

/// The straight sides of a link: from one bow to the other while the angle passes the middle.
fn ease_ends(angle: f64) -> f64 {
    (angle.cos().abs() * 2.2).min(1.0)
}
