//! From surfaces to what a graphics card draws: normals, colours, metres.

use super::body::Body;
use super::cut::Cut;
use super::dice::Dice;
use super::vector::V3;
use crate::seed::glb::Mesh;

/// Faces that meet at less than this are one smooth surface.
const CREASE_DEGREES: f64 = 38.0;

/// Bodies of one metal as one mesh, smooth where they are smooth and sharp where they are not.
pub(super) fn metal(bodies: &[Body]) -> Mesh {
    let mut mesh = Mesh { name: "metal".to_owned(), ..Mesh::default() };
    bodies.iter().for_each(|body| smooth(body, &mut mesh));
    mesh
}

/// A body whose face is towards +z, with its picture laid over it: `radius` millimetres to every side of the origin.
pub(super) fn painted(body: &Body, radius: f64) -> Mesh {
    let mut mesh = Mesh { name: "enamel".to_owned(), ..Mesh::default() };
    smooth(body, &mut mesh);
    let across = (2.0 * radius / 1000.0) as f32;
    mesh.places = mesh.positions.iter().map(|[x, y, _]| [0.5 + x / across, 0.5 - y / across]).collect();
    mesh
}

fn smooth(body: &Body, mesh: &mut Mesh) {
    let across = |face: &[u32; 3]| {
        let [a, b, c] = body.corners(*face);
        (b - a).cross(c - a)
    };
    // Not of length one: a large face counts more, which keeps flats flat.
    let weighted: Vec<V3> = body.faces.iter().map(across).collect();
    let units: Vec<V3> = weighted.iter().map(|normal| normal.unit()).collect();
    let (starts, touching) = touching(body);
    let limit = CREASE_DEGREES.to_radians().cos();
    let mut made: Vec<Vec<(V3, u32)>> = vec![Vec::new(); body.points.len()];
    for (face, corners) in body.faces.iter().enumerate() {
        for &corner in corners {
            let corner = corner as usize;
            let around = &touching[starts[corner]..starts[corner + 1]];
            let normal = around
                .iter()
                .filter(|&&other| units[other].dot(units[face]) >= limit)
                .fold(V3::default(), |sum, &other| sum + weighted[other])
                .unit();
            let known =
                made[corner].iter().find(|(known, _)| known.dot(normal) > 0.999_99).map(|(_, index)| *index);
            let index = known.unwrap_or_else(|| {
                let index = vertex(mesh, body.points[corner], normal);
                made[corner].push((normal, index));
                index
            });
            mesh.indices.push(index);
        }
    }
}

/// For each point the faces around it, as one list with where each point's part starts.
fn touching(body: &Body) -> (Vec<usize>, Vec<usize>) {
    let mut starts = vec![0; body.points.len() + 1];
    for corner in body.faces.as_flattened() {
        starts[*corner as usize + 1] += 1;
    }
    for i in 1..starts.len() {
        starts[i] += starts[i - 1];
    }
    let mut next = starts.clone();
    let mut faces = vec![0; body.faces.len() * 3];
    for (face, corners) in body.faces.iter().enumerate() {
        for &corner in corners {
            faces[next[corner as usize]] = face;
            next[corner as usize] += 1;
        }
    }
    (starts, faces)
}

/// A stone of one millimetre. Flat facets, each a little lighter or darker than its neighbours: that stands for the
/// light that a real stone sends back from inside. Its table is split to show the facets below it.
pub(super) fn stone(cut: Cut, contrast: f64) -> Mesh {
    let stone = cut.facets();
    let mut dice = Dice::new(58);
    let mut mesh = Mesh { name: format!("{cut:?}").to_lowercase(), ..Mesh::default() };
    for (normal, corners) in &stone.facets {
        let outline: Vec<V3> = corners.iter().map(|&corner| stone.corners[corner]).collect();
        let mut draw = |mesh: &mut Mesh, points: &[V3]| {
            let light = 1.0 - contrast * dice.between(0.0, 1.0);
            let shade = (light * 255.0).round() as u8;
            let first = mesh.positions.len() as u32;
            for &point in points {
                vertex(mesh, point, *normal);
                mesh.colors.push([shade, shade, shade, 255]);
            }
            (1..points.len() as u32 - 1).for_each(|i| mesh.indices.extend([first, first + i, first + i + 1]));
        };
        if normal.y > 0.999 {
            table(&outline, |points| draw(&mut mesh, points));
        } else {
            draw(&mut mesh, &outline);
        }
    }
    mesh
}

/// A star within the table. The outline's edges stay whole, so the neighbours still meet them.
fn table(outline: &[V3], mut draw: impl FnMut(&[V3])) {
    let count = outline.len();
    let center = outline.iter().fold(V3::default(), |sum, &corner| sum + corner) * (1.0 / count as f64);
    let inner: Vec<V3> =
        (0..count).map(|i| center.mix(outline[i].mix(outline[(i + 1) % count], 0.5), 0.55)).collect();
    for i in 0..count {
        let next = (i + 1) % count;
        draw(&[outline[i], outline[next], inner[i]]);
        draw(&[outline[next], inner[next], inner[i]]);
        draw(&[center, inner[i], inner[next]]);
    }
}

fn vertex(mesh: &mut Mesh, point: V3, normal: V3) -> u32 {
    mesh.positions.push([point.x, point.y, point.z].map(|mm| (mm / 1000.0) as f32));
    mesh.normals.push([normal.x, normal.y, normal.z].map(|part| part as f32));
    mesh.positions.len() as u32 - 1
}
