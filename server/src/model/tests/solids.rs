//! Solids whose volume has a closed form, as files: the measure is held against them.

use std::f64::consts::{PI, TAU};

use crate::seed::glb::{self, Material, Mesh, Node, Scene};

/// Points in millimetres and triangles seen from outside.
#[derive(Clone, Default)]
pub(in crate::model) struct Solid {
    pub points: Vec<[f64; 3]>,
    pub faces: Vec<[u32; 3]>,
}

impl Solid {
    fn grid(rows: usize, columns: usize, at: impl Fn(usize, usize) -> [f64; 3]) -> Self {
        let points = (0..rows * columns).map(|index| at(index / columns, index % columns)).collect();
        Self { points, faces: Vec::new() }
    }

    /// Two triangles between neighbours of a grid that closes around its columns.
    fn band(&mut self, from: usize, to: usize, columns: usize) {
        for i in 0..columns {
            let next = (i + 1) % columns;
            let [a, b, c, d] =
                [from * columns + i, from * columns + next, to * columns + next, to * columns + i]
                    .map(|index| index as u32);
            self.faces.extend([[a, b, c], [a, c, d]]);
        }
    }

    pub fn torus(across: f64, thick: f64, steps: usize) -> Self {
        let angle = |i: usize| TAU * i as f64 / steps as f64;
        let mut torus = Self::grid(steps, steps, |i, j| {
            let (out, up) = (across + thick * angle(j).cos(), thick * angle(j).sin());
            [out * angle(i).cos(), out * angle(i).sin(), up]
        });
        (0..steps).for_each(|row| torus.band((row + 1) % steps, row, steps));
        torus
    }

    /// A curve of (radius, height) from axis to axis, turned.
    fn turned(curve: &[[f64; 2]], steps: usize) -> Self {
        let [[_, low], inner @ .., [_, high]] = curve else { panic!("a curve has ends") };
        let angle = |i: usize| TAU * i as f64 / steps as f64;
        let mut body = Self::grid(inner.len(), steps, |i, j| {
            let [radius, height] = inner[i];
            [radius * angle(j).cos(), radius * angle(j).sin(), height]
        });
        (1..inner.len()).for_each(|row| body.band(row - 1, row, steps));
        let (south, north) = (body.points.len() as u32, body.points.len() as u32 + 1);
        body.points.extend([[0.0, 0.0, *low], [0.0, 0.0, *high]]);
        for i in 0..steps as u32 {
            let next = (i + 1) % steps as u32;
            let last = ((inner.len() - 1) * steps) as u32;
            body.faces.extend([[south, next, i], [north, last + i, last + next]]);
        }
        body
    }

    pub fn sphere(radius: f64, steps: usize) -> Self {
        let curve: Vec<[f64; 2]> = (0..=steps)
            .map(|i| PI * i as f64 / steps as f64)
            .map(|angle| [radius * angle.sin(), -radius * angle.cos()])
            .collect();
        Self::turned(&curve, 2 * steps)
    }

    pub fn cylinder(radius: f64, height: f64, steps: usize) -> Self {
        Self::turned(&[[0.0, 0.0], [radius, 0.0], [radius, height], [0.0, height]], steps)
    }

    pub fn cuboid(sides: [f64; 3]) -> Self {
        let points = (0..8)
            .map(|corner| [0, 1, 2].map(|axis| if corner >> axis & 1 == 1 { sides[axis] } else { 0.0 }));
        let faces = [
            [0, 2, 1],
            [1, 2, 3],
            [4, 5, 6],
            [5, 7, 6],
            [0, 1, 4],
            [1, 5, 4],
            [2, 6, 3],
            [3, 6, 7],
            [0, 4, 2],
            [2, 4, 6],
            [1, 3, 5],
            [3, 7, 5],
        ];
        Self { points: points.collect(), faces: faces.to_vec() }
    }

    /// Inside out.
    pub fn turned_over(mut self) -> Self {
        self.faces.iter_mut().for_each(|face| face.swap(1, 2));
        self
    }

    pub fn moved(mut self, by: [f64; 3]) -> Self {
        self.points.iter_mut().for_each(|point| *point = [0, 1, 2].map(|axis| point[axis] + by[axis]));
        self
    }

    /// Both in one mesh.
    pub fn and(mut self, other: &Self) -> Self {
        let first = self.points.len() as u32;
        self.points.extend(&other.points);
        self.faces.extend(other.faces.iter().map(|face| face.map(|corner| corner + first)));
        self
    }

    /// Every triangle with corners of its own, as files without indices or with creases have them.
    pub fn split(self) -> Self {
        let points = self.faces.as_flattened().iter().map(|corner| self.points[*corner as usize]).collect();
        let faces = (0..self.faces.len() as u32).map(|face| [3 * face, 3 * face + 1, 3 * face + 2]).collect();
        Self { points, faces }
    }

    fn mesh(&self, material: usize) -> Mesh {
        Mesh {
            material,
            positions: self.points.iter().map(|point| point.map(|mm| (mm / 1000.0) as f32)).collect(),
            normals: vec![[0.0, 0.0, 1.0]; self.points.len()],
            indices: self.faces.as_flattened().to_vec(),
            ..Mesh::default()
        }
    }

    /// A file with it alone, of metal.
    pub fn file(&self) -> Vec<u8> {
        file(&[(self, 1.0, Node::default())])
    }
}

/// A file with solids, each with how metallic it is and where it stands.
pub(in crate::model) fn file(solids: &[(&Solid, f64, Node)]) -> Vec<u8> {
    let mut scene = Scene::default();
    for (at, (solid, metallic, place)) in solids.iter().enumerate() {
        scene.meshes.push(solid.mesh(at));
        scene.materials.push(Material {
            name: String::new(),
            color: [0.9, 0.8, 0.5],
            picture: None,
            metallic: *metallic,
            roughness: 0.2,
            ior: None,
            clearcoat: 0.0,
            iridescence: 0.0,
        });
        scene.nodes.push(Node { mesh: Some(at), ..place.clone() });
    }
    glb::write(&scene)
}
