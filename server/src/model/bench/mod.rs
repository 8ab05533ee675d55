//! What a goldsmith asks of a model: how much metal it takes, of how many bodies it is, how thin its walls are.
//!
//! All of it is bounded by the number of triangles and by [`STEPS`], and the same for the same file. What can't be
//! told is left out, with the reason.

mod bodies;
mod edges;
mod overlap;
mod tree;
mod wall;

use serde::{Deserialize, Serialize};

use super::Doubt;
use super::mesh::Mesh;
use bodies::Bodies;
use tree::Tree;

/// Triangles that are measured at most.
pub const MOST_TRIANGLES: u64 = 2_000_000;
/// Boxes and triangles that all rays together may try. Meshes that are not made to be hostile take a tenth.
const STEPS: u64 = 60_000_000;

/// The measures of the metal. A field is none when it can't be told.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct BenchFacts {
    /// Why something is missing.
    pub doubt: Option<Doubt>,
    /// Metal, mm³; what bodies have in common counts once.
    pub volume_mm3: Option<f64>,
    /// Surface of the metal's bodies, mm².
    pub surface_mm2: Option<f64>,
    /// Bodies of metal that hang together.
    pub bodies: Option<u32>,
    /// Bodies of anything else: stones, enamel.
    pub inlays: Option<u32>,
    /// Whether the metal's surface is closed everywhere.
    pub watertight: Option<bool>,
    /// The thinnest wall, mm: all but a five-hundredth of the surface has more metal behind it.
    pub wall_mm: Option<f64>,
}

/// Measures what stands in the scene.
#[must_use]
pub(super) fn measure(mesh: Mesh) -> BenchFacts {
    within(mesh, STEPS)
}

pub(super) fn within(mut mesh: Mesh, mut steps: u64) -> BenchFacts {
    let mut bodies = Bodies::of(&mesh);
    if bodies.doubt() == Some(Doubt::Open) && edges::close_gaps(&mut mesh) {
        bodies = Bodies::of(&mesh);
    }
    let mut facts = BenchFacts {
        doubt: bodies.doubt(),
        surface_mm2: Some(rounded(bodies.surface(), 100.0)),
        bodies: Some(bodies.count(true)),
        inlays: Some(bodies.count(false)),
        watertight: Some(bodies.doubt().is_none_or(|doubt| doubt == Doubt::Flat)),
        ..BenchFacts::default()
    };
    if facts.doubt.is_some() {
        return facts;
    }
    let tree = Tree::over(&mesh, |face| bodies.is_metal(face));
    let told = bodies.turn_outwards(&mesh, &tree, &mut steps).and_then(|()| {
        let once = bodies.volume() - overlap::volume(&mesh, &tree, &bodies, &mut steps)?;
        Some((once, wall::thinnest(&mesh, &tree, &bodies, &mut steps)))
    });
    match told {
        Some((volume, _)) if volume <= 0.0 => facts.doubt = Some(Doubt::Flat),
        Some((volume, wall)) => {
            facts.volume_mm3 = Some(rounded(volume, 1000.0));
            facts.wall_mm = wall.map(|wall| rounded(wall, 100.0));
        }
        None => facts.doubt = Some(Doubt::TooLarge),
    }
    facts
}

fn rounded(value: f64, parts: f64) -> f64 {
    (value * parts).round() / parts
}
