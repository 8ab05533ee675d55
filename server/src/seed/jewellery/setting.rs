//! What holds stones, and what pieces hang on.

use super::body::Body;
use super::grain::Grain;
use super::pose::{Pose, around};
use super::section::{ring, rounded, shank, turned};
use super::vector::{V3, v};
use super::wire::{bead, closed, hoop, open, through};

/// A claw that rises from `depth` below the girdle, passes it at `edge` (x and z in the stone's frame) and bends over
/// the crown.
pub(super) fn claw(pose: &Pose, edge: [f64; 2], width: f64, depth: f64, wire: f64, grain: Grain) -> Body {
    let reach = edge[0].hypot(edge[1]);
    let at = |radius: f64, y: f64| pose.point(v(edge[0] / reach * radius, y, edge[1] / reach * radius));
    let path = through(
        &[
            at(reach * 0.42, -depth),
            at(reach * 0.78, -0.24 * width),
            at(reach + 0.45 * wire, -0.01 * width),
            at(reach + 0.20 * wire, 0.05 * width + 0.45 * wire),
            at(reach - 0.10 * width, 0.10 * width + 0.55 * wire),
        ],
        grain.of_length(width / 4.0) / 2,
    );
    open(&path, |share| wire * (1.0 - 0.2 * share), grain.of_length(wire * 6.3))
}

/// Claws around a round stone, and the two rings that join them.
pub(super) fn basket(
    pose: &Pose,
    width: f64,
    claws: usize,
    depth: f64,
    wire: f64,
    grain: Grain,
) -> Vec<Body> {
    let turn = std::f64::consts::PI / claws as f64;
    let mut bodies: Vec<Body> = around(claws)
        .map(|t| {
            let edge = [width / 2.0 * (t + turn).cos(), width / 2.0 * (t + turn).sin()];
            claw(pose, edge, width, depth, wire, grain)
        })
        .collect();
    bodies.push(hoop(&pose.shifted(v(0.0, -0.22 * width, 0.0)), 0.39 * width, wire * 0.8, grain));
    bodies.push(hoop(&pose.shifted(v(0.0, -0.8 * depth, 0.0)), 0.265 * width, wire * 0.8, grain));
    bodies
}

/// A collar around a round stone, its rim rubbed over the girdle.
pub(super) fn bezel(pose: &Pose, width: f64, wall: f64, depth: f64, grain: Grain) -> Body {
    let radius = width / 2.0;
    let profile = rounded(
        &[
            [radius * 0.62, -depth],
            [radius * 0.9 + wall, -depth],
            [radius + wall, 0.0],
            [radius + wall * 0.7, 0.07 * width + wall * 0.3],
            [radius - 0.03 * width, 0.055 * width],
            [radius, 0.0],
            [radius * 0.72, -depth * 0.55],
        ],
        wall * 0.4,
        grain.of_length(wall * 1.5) / 2,
    );
    turned(pose, &profile, grain.of_length(width * 3.2).max(32))
}

/// Grains of metal raised beside small stones.
pub(super) fn beads(places: impl IntoIterator<Item = V3>, radius: f64, grain: Grain) -> Vec<Body> {
    places.into_iter().map(|at| bead(at, radius, grain)).collect()
}

/// A ring soldered to the top of a pendant, and the bail that the chain runs through. At `scale` 1 both together
/// are about 6 mm high, which suits a pendant of 20 mm.
pub(super) fn hanger(top: V3, scale: f64, grain: Grain) -> Vec<Body> {
    let mut bodies = hanger_at_origin(Grain { per_mm: grain.per_mm * scale });
    for point in bodies.iter_mut().flat_map(|body| &mut body.points) {
        *point = top + *point * scale;
    }
    bodies
}

fn hanger_at_origin(grain: Grain) -> Vec<Body> {
    const JUMP: f64 = 1.2;
    const WIRE: f64 = 0.38;
    let center = v(0.0, JUMP, 0.0);
    let flat = Pose::looking(center, v(0.0, 0.0, 1.0), v(0.0, 1.0, 0.0));
    let path: Vec<V3> = around(grain.of_length(JUMP * 6.3).max(24))
        .map(|t| flat.point(v(JUMP * t.cos(), 0.0, JUMP * t.sin())))
        .collect();
    let jump = closed(&path, |_| flat.y, |_| WIRE, grain.of_length(WIRE * 6.3));

    // The bail stands across: its axis is the chain's direction, x. A tall loop, wide at the top.
    let bail = ring(grain.of_length(18.0).max(48), |angle| {
        let up = 0.5 + 0.5 * angle.cos();
        let inner = 1.25 + 0.75 * angle.cos() * angle.cos();
        shank(inner, 0.55 + 0.15 * up, 0.9 + 2.3 * up * up, 0.7, 0.4, grain.of_length(5.0).max(16))
    });
    let across = Pose {
        origin: center + v(0.0, JUMP + 1.6, 0.0),
        x: v(0.0, 0.0, -1.0),
        y: v(0.0, 1.0, 0.0),
        z: v(1.0, 0.0, 0.0),
    };
    vec![jump, bail.placed(&across)]
}
