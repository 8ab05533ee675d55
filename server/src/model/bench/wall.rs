//! The thinnest wall: how much metal lies straight behind the surface.

use super::bodies::Bodies;
use super::edges;
use super::overlap::EVEN;
use super::tree::Tree;
use crate::model::mesh::Mesh;
use crate::model::vector::{V3, across, dot, length};

/// Places on the surface that are looked behind.
const PLACES: u32 = 4_096;
/// Of so many places one may be thinner: an edge that tapers off is no wall.
const SPARED: usize = 500;
/// A wall has two faces that look away from each other; what is steeper is an edge. The cosine of 45°.
const FACING: f64 = std::f64::consts::FRAC_1_SQRT_2;
/// Bodies that touch are one wall, mm.
const TOUCH: f64 = 0.005;

/// Millimetres; none when nothing of the metal has two sides, or when it took too long to find out.
pub(super) fn thinnest(mesh: &Mesh, tree: &Tree, bodies: &Bodies, steps: &mut u64) -> Option<f64> {
    let metal = |face: u32| bodies.is_metal(face) && !edges::is_collapsed(mesh.faces[face as usize]);
    let twice = |face: u32| across(mesh.corners(mesh.faces[face as usize]));
    let faces = || (0..mesh.faces.len() as u32).filter(|face| metal(*face));
    let whole: f64 = faces().map(|face| length(twice(face))).sum();
    let step = whole / f64::from(PLACES);
    let (mut passed, mut place) = (0.0, 0_u32);
    let mut hits = Vec::new();
    let mut walls = Vec::with_capacity(PLACES as usize);
    for face in faces() {
        let normal = twice(face);
        let size = length(normal);
        passed += size;
        // Equal shares of the surface, in the order of the file, which keeps neighbours together.
        while (f64::from(place) + 0.5) * step < passed && place < PLACES {
            let inwards = normal.map(|part| if bodies.is_turned(face) { part / size } else { -part / size });
            let spot = spot(mesh.corners(mesh.faces[face as usize]), place);
            // From a little outside, so that what touches the surface there is met too.
            let from = [0, 1, 2].map(|axis| spot[axis] - TOUCH * inwards[axis]);
            tree.hits(mesh, from, inwards, steps, &mut hits)?;
            let ways = hits.iter().map(|hit| Way {
                at: hit.at,
                leaves: hit.leaving != bodies.is_turned(hit.face),
                face: hit.face,
            });
            if let Some((wall, back)) = behind(ways, face) {
                // Neighbours that all but lie on each other are a fold that a program left, and no wall.
                let corners = mesh.faces[back as usize];
                let folded = mesh.faces[face as usize].iter().any(|corner| corners.contains(corner));
                let back = twice(back);
                if !folded && dot(back, inwards).abs() >= FACING * length(back) {
                    walls.push(wall);
                }
            }
            place += 1;
        }
    }
    walls.sort_unstable_by(f64::total_cmp);
    walls.get(walls.len() / SPARED).copied()
}

/// A place on a triangle, spread evenly over the places of all.
fn spot([a, b, c]: [V3; 3], place: u32) -> V3 {
    let [mut u, mut v] = EVEN.map(|step| (0.5 + f64::from(place) * step).fract());
    if u + v > 1.0 {
        (u, v) = (1.0 - u, 1.0 - v);
    }
    [0, 1, 2].map(|axis| a[axis] + u * (b[axis] - a[axis]) + v * (c[axis] - a[axis]))
}

/// Where a ray passes a surface.
#[derive(Clone, Copy)]
struct Way {
    at: f64,
    leaves: bool,
    face: u32,
}

/// How far the metal goes behind the surface that the ray was sent to, and which face ends it; none where that
/// surface lies within other metal, or where the ways in and out don't add up.
fn behind(ways: impl Iterator<Item = Way> + Clone, surface: u32) -> Option<(f64, u32)> {
    let change = |way: &Way| if way.leaves { -1_i64 } else { 1 };
    if ways.clone().map(|way| change(&way)).sum::<i64>() != 0 {
        return None;
    }
    let mut ways = ways.peekable();
    let (mut depth, mut start) = (0_i64, None);
    while let Some(way) = ways.next() {
        if way.face == surface && depth == 0 {
            start = Some(way.at);
        }
        depth += change(&way);
        let goes_on = ways.peek().is_some_and(|next| !next.leaves && next.at - way.at < TOUCH);
        if let (Some(start), true) = (start, depth == 0 && !goes_on) {
            return Some((way.at - start, way.face));
        }
    }
    None
}
