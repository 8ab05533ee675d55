//! The reader of GLB files: a customer's 3D model is checked and measured before anybody may open it.
//!
//! The file comes from outside, so every number in it is a claim. Nothing is allocated from a claim that the
//! file's own length does not support, every loop has a bound that [`Limits`] or the length sets, and what does
//! not hold is refused with a [`ModelRefused`] that a person understands.
//!
//! Pure and synchronous: the caller runs [`read`] where blocking is allowed and decides how long it waits.

mod accessor;
mod bench;
mod bounded;
mod container;
mod document;
mod doubt;
mod extension;
mod facts;
mod geometry;
mod image;
mod indices;
mod layout;
mod limits;
mod matrix;
mod measure;
mod mesh;
mod meshopt;
mod picture;
mod positions;
mod refused;
#[cfg(test)]
mod sample;
mod scene;
mod size;
mod sparse;
mod structure;
mod study;
#[cfg(test)]
mod tests;
mod vector;
mod views;

pub use bench::{BenchFacts, MOST_TRIANGLES};
pub use doubt::Doubt;
pub use facts::{Bounds, Compression, ModelFacts};
pub use limits::Limits;
pub use mesh::{Mesh, Part, Substance, mesh};
pub use picture::{MOST_BYTES as PICTURE_BYTES, picture};
pub use refused::ModelRefused;
pub use size::SizeFrom;
pub use study::{EDITION, Record, Study, study};

/// Checks a GLB file and measures the scene that a viewer shows.
///
/// # Errors
/// [`ModelRefused`], named for the first thing that did not hold. The file must then not be served.
pub fn read(bytes: &[u8], limits: &Limits) -> Result<ModelFacts, ModelRefused> {
    let container = container::open(bytes, limits)?;
    let document = document::parse(container.json)?;
    let checked = structure::check(&document, container.bin, limits)?;
    measure::measure(&checked, limits)
}
