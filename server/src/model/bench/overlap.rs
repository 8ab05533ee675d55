//! What several bodies have in common: prongs that stand in a band are one piece of metal with it once cast.

use super::bodies::Bodies;
use super::tree::Tree;
use crate::model::mesh::Mesh;

/// Rays through the whole piece.
const RAYS: u32 = 16_384;
/// Steps of a sequence that fills a square evenly: the plastic number's inverse and its square (M. Roberts, 2018).
pub(super) const EVEN: [f64; 2] = [0.754_877_666_246_692_8, 0.569_840_290_998_053_2];

/// The metal that more than one body claims, once for each further one, mm³; `None` when it took too long.
pub(super) fn volume(mesh: &Mesh, tree: &Tree, bodies: &Bodies, steps: &mut u64) -> Option<f64> {
    if bodies.count(true) < 2 {
        return Some(0.0);
    }
    let (mut low, mut high) = ([f64::INFINITY; 3], [f64::NEG_INFINITY; 3]);
    for point in &mesh.points {
        for axis in 0..3 {
            low[axis] = low[axis].min(f64::from(point[axis]));
            high[axis] = high[axis].max(f64::from(point[axis]));
        }
    }
    let (width, height) = (high[0] - low[0], high[1] - low[1]);
    let mut hits = Vec::new();
    let mut shared = 0.0;
    for ray in 0..RAYS {
        let [x, y] = EVEN.map(|step| (0.5 + f64::from(ray) * step).fract());
        let from = [low[0] + x * width, low[1] + y * height, low[2] - 1.0];
        tree.hits(mesh, from, [0.0, 0.0, 1.0], steps, &mut hits)?;
        let (mut depth, mut last) = (0_i64, 0.0);
        let mut along = 0.0;
        for hit in &hits {
            along += (hit.at - last) * (depth - 1).max(0) as f64;
            last = hit.at;
            depth += if hit.leaving == bodies.is_turned(hit.face) { 1 } else { -1 };
        }
        // A ray along an edge may count it once too often; it says nothing then.
        if depth == 0 {
            shared += along;
        }
    }
    Some(shared * width * height / f64::from(RAYS))
}
