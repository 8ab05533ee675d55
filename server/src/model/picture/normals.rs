use crate::model::mesh::Mesh;
use crate::model::vector::{across, dot, length};

/// Faces that meet at less than this are one smooth surface: the cosine of 35°.
const SMOOTH: f64 = 0.819;

/// The direction in which the surface looks at each of the mesh's corners, on the average.
pub(super) struct Normals {
    of_point: Vec<[f32; 3]>,
}

pub(super) fn of(mesh: &Mesh) -> Normals {
    let mut of_point = vec![[0.0_f32; 3]; mesh.points.len()];
    for face in &mesh.faces {
        // Not of length one: a large face counts more.
        let normal = across(mesh.corners(*face));
        for corner in face {
            let sum = &mut of_point[*corner as usize];
            (0..3).for_each(|axis| sum[axis] += normal[axis] as f32);
        }
    }
    Normals { of_point }
}

impl Normals {
    /// At the three corners of a face. Stones are cut flat.
    pub fn at(&self, mesh: &Mesh, face: usize, smooth: bool) -> [[f32; 3]; 3] {
        let corners = mesh.faces[face];
        let own = across(mesh.corners(corners));
        let (flat, long) = (own.map(|part| part as f32), length(own));
        corners.map(|corner| {
            let mean = self.of_point[corner as usize].map(f64::from);
            let size = length(mean);
            if !smooth || dot(mean, own) < SMOOTH * size * long || size == 0.0 {
                return flat;
            }
            // As long as the face's own, so that the two mix evenly.
            mean.map(|part| (part / size * long) as f32)
        })
    }
}
