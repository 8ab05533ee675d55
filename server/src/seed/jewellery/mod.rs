//! Pieces of jewellery as geometry: parametric, in true millimetres, the same bytes for the same parameters.
//!
//! Rings stand upright around the z axis with their stone at the top, pendants hang and face +z, bracelets lie. A
//! ring's size is its inner diameter, as the trade in Russia counts it.

mod alloy;
mod body;
mod bracelets;
mod build;
mod cut;
mod design;
mod dice;
mod earrings;
mod enamel;
mod finish;
mod grain;
mod painting;
mod pendants;
mod piece;
mod pillow;
mod png;
mod polyhedron;
mod pose;
mod rings;
mod section;
mod setting;
mod stone;
#[cfg(test)]
mod tests;
mod vector;
mod wire;

pub use alloy::Alloy;
pub use build::{Glb, Params, build, demo_ring};
pub use design::{Design, Kind, design, designs};
pub use stone::Stone;
