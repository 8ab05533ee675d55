//! A picture of a model, drawn without a graphics card: what is on the card before anybody turns the piece.
//!
//! The metal is shown as metal and of no alloy: a file may be ordered in several. The backdrop is a grey that stands
//! between the light and the dark theme. The same file gives the same picture, and the work has a bound.

mod camera;
mod canvas;
mod light;
mod normals;
#[cfg(test)]
mod tests;

use jpeg_encoder::{ColorType, Encoder, SamplingFactor};

use super::mesh::Mesh;
use canvas::Canvas;

/// Pixels of a side.
pub const SIDE: u16 = 320;
/// Bytes of a picture at most.
pub const MOST_BYTES: usize = 10_000;

/// A JPEG file of [`SIDE`] × [`SIDE`] pixels and at most [`MOST_BYTES`]; none where there is nothing to see, or where
/// drawing it takes too long.
#[must_use]
pub fn picture(mesh: &Mesh) -> Option<Vec<u8>> {
    let view = camera::View::of(mesh)?;
    let normals = normals::of(mesh);
    let mut canvas = Canvas::new(usize::from(SIDE));
    for part in &mesh.parts {
        for face in part.faces.clone() {
            let corners = mesh.faces[face];
            let places = corners.map(|corner| view.pixel(mesh.points[corner as usize], canvas.samples()));
            let turned = normals.at(mesh, face, part.substance.metal).map(|normal| view.turned(normal));
            canvas.triangle(places, turned, |normal| light::on(part.substance, normal))?;
        }
    }
    let pixels = canvas.pixels();
    // A busy piece takes more bytes: it gets a coarser picture, not a larger one.
    [72, 64, 56, 48, 40, 30]
        .into_iter()
        .map(|quality| jpeg(&pixels, quality))
        .find_map(|file| file.filter(|file| file.len() <= MOST_BYTES))
}

fn jpeg(pixels: &[u8], quality: u8) -> Option<Vec<u8>> {
    let mut file = Vec::with_capacity(2 * MOST_BYTES);
    let mut encoder = Encoder::new(&mut file, quality);
    encoder.set_sampling_factor(SamplingFactor::F_2_2);
    encoder.set_optimized_huffman_tables(true);
    encoder.encode(pixels, SIDE, SIDE, ColorType::Rgb).ok()?;
    Some(file)
}
