//! Painted enamel in a frame of grains, as it is made in Rostov.

use std::f64::consts::TAU;

use super::body::Body;
use super::grain::Grain;
use super::painting::{Palette, paint};
use super::piece::{Piece, Spec};
use super::pillow::{dome, pillow};
use super::pose::{Pose, around};
use super::setting::{beads, hanger};
use super::vector::v;
use super::wire::hoop;
use crate::seed::glb::Material;

/// A painted plate: towards +z, around the origin.
pub(super) struct Enamel {
    pub body: Body,
    /// Millimetres from the middle to the picture's edges.
    pub radius: f64,
    palette: Palette,
}

/// About what the picture takes in a file.
const PICTURE_BYTES: usize = 100_000;

impl Enamel {
    /// Glass over paint.
    pub fn material(&self, picture: usize) -> Material {
        Material {
            name: "enamel".to_owned(),
            color: [1.0; 3],
            picture: Some(picture),
            metallic: 0.0,
            roughness: 0.35,
            ior: None,
            clearcoat: 1.0,
            iridescence: 0.0,
        }
    }

    /// A PNG file.
    pub fn picture(&self) -> Vec<u8> {
        paint(self.palette)
    }

    /// About what it takes in a file: a vertex here has a place on the picture, too.
    pub fn bytes(&self) -> usize {
        PICTURE_BYTES + 32 * self.body.points.len() + 6 * self.body.faces.len()
    }
}

/// A round plate with a painted flower, in a wire with grains around it.
pub(super) fn medallion(spec: &mut Spec) -> Piece {
    let (outer, grain) = (spec.size / 2.0, spec.grain);
    let (bead, wire) = (0.045 * outer, 0.06 * outer);
    let frame = outer - 1.9 * bead - wire;
    let radius = frame - 0.4 * wire;
    let disc = |radius: f64| -> Vec<[f64; 2]> {
        around(grain.of_length(TAU * radius)).map(|t| [radius * t.cos(), radius * t.sin()]).collect()
    };
    let rings = grain.of_length(radius * 1.2);
    let body = pillow(
        &disc(radius),
        rings,
        |_, _, share| 0.13 * outer * dome(share),
        |_, _, share| -0.03 * outer * dome(share),
    );
    let back = pillow(
        &disc(frame),
        rings,
        |_, _, share| 0.01 * outer * dome(share),
        |_, _, share| -0.1 * outer * dome(share).sqrt(),
    );
    let flat = Pose::looking(v(0.0, 0.0, 0.0), v(0.0, 0.0, 1.0), v(0.0, 1.0, 0.0));
    let mut metal = vec![back, hoop(&flat, frame, wire, grain)];
    let reach = outer - bead;
    let count = (TAU * reach / (2.05 * bead)).floor() as usize;
    let fine = Grain { per_mm: 1.6 * grain.per_mm };
    metal.extend(beads(around(count).map(|t| v(reach * t.cos(), reach * t.sin(), 0.0)), bead, fine));
    metal.extend(hanger(v(0.0, outer - 0.6 * bead, 0.0), spec.size / 22.0, grain));
    let palette = spec.dice.pick(&Palette::ALL);
    Piece { enamel: Some(Enamel { body, radius, palette }), ..Piece::new(metal, Vec::new()) }
}
