//! Bodies: triangles that hang together by their corners.

use super::edges::{self, Loose};
use super::tree::Tree;
use crate::model::Doubt;
use crate::model::mesh::Mesh;
use crate::model::vector::{across, cross, dot, length, wide};

/// What is known of each body, and which body each triangle belongs to.
pub(super) struct Bodies {
    of_face: Vec<u32>,
    all: Vec<Body>,
}

#[derive(Clone, Default)]
struct Body {
    metal: bool,
    surface: f64,
    metal_surface: f64,
    /// Signed: negative where the surface looks inwards.
    volume: f64,
    /// To be read inside out.
    turned: bool,
    doubt: Option<Doubt>,
    /// One of its corners.
    corner: u32,
}

impl Bodies {
    pub fn of(mesh: &Mesh) -> Self {
        let mut trees: Vec<u32> = (0..mesh.points.len() as u32).collect();
        let whole = |face: &&[u32; 3]| !edges::is_collapsed(**face);
        for &[a, b, c] in mesh.faces.iter().filter(whole) {
            join(&mut trees, a, b);
            join(&mut trees, a, c);
        }
        // Roots get their numbers in the order of the file.
        let mut numbers = vec![u32::MAX; trees.len()];
        let mut all: Vec<Body> = Vec::new();
        let mut of_face = vec![u32::MAX; mesh.faces.len()];
        for part in &mesh.parts {
            for at in part.faces.clone() {
                let face = mesh.faces[at];
                if edges::is_collapsed(face) {
                    continue;
                }
                let number = &mut numbers[root(&mut trees, face[0]) as usize];
                if *number == u32::MAX {
                    *number = all.len() as u32;
                    all.push(Body { corner: face[0], ..Body::default() });
                }
                of_face[at] = *number;
                let body = &mut all[*number as usize];
                let [a, b, c] = mesh.corners(face);
                let surface = length(across([a, b, c])) / 2.0;
                body.surface += surface;
                body.metal_surface += if part.substance.metal { surface } else { 0.0 };
                // The divergence theorem: a sixth of the triple products of all triangles.
                body.volume += dot(a, cross(b, c)) / 6.0;
            }
        }
        edges::loose(mesh, |end, _, kind| {
            let body = &mut all[numbers[root(&mut trees, end) as usize] as usize];
            match kind {
                Loose::Odd => body.doubt = Some(Doubt::Open),
                Loose::Turned => body.doubt = body.doubt.or(Some(Doubt::Tangled)),
            }
        });
        // A file whose materials know of no metal is meant to be made of it all the same.
        let any = all.iter().any(|body| body.metal_surface > body.surface / 2.0);
        all.iter_mut().for_each(|body| body.metal = !any || body.metal_surface > body.surface / 2.0);
        Self { of_face, all }
    }

    fn metal(&self) -> impl Iterator<Item = &Body> {
        self.all.iter().filter(|body| body.metal)
    }

    /// Why the metal's volume can't be told.
    pub fn doubt(&self) -> Option<Doubt> {
        let found = |doubt| self.metal().any(|body| body.doubt == Some(doubt)).then_some(doubt);
        let flat = self.metal().all(|body| body.volume.abs() < 1e-6).then_some(Doubt::Flat);
        found(Doubt::Open).or(found(Doubt::Tangled)).or(flat)
    }

    pub fn surface(&self) -> f64 {
        self.metal().map(|body| body.surface).sum()
    }

    /// Metal of all bodies, each by itself; cavities are taken off.
    pub fn volume(&self) -> f64 {
        self.metal().map(|body| if body.turned { -body.volume } else { body.volume }).sum()
    }

    pub fn count(&self, metal: bool) -> u32 {
        self.all.iter().filter(|body| body.metal == metal).count() as u32
    }

    pub fn is_metal(&self, face: u32) -> bool {
        self.all.get(self.of_face[face as usize] as usize).is_some_and(|body| body.metal)
    }

    /// Whether a triangle's corners run the wrong way round.
    pub fn is_turned(&self, face: u32) -> bool {
        self.all.get(self.of_face[face as usize] as usize).is_some_and(|body| body.turned)
    }

    /// A body whose surface looks inwards is a cavity when it lies in the metal of another; otherwise its file has
    /// it inside out. `None`: that took too long to find out.
    pub fn turn_outwards(&mut self, mesh: &Mesh, tree: &Tree, steps: &mut u64) -> Option<()> {
        let mut hits = Vec::new();
        for number in 0..self.all.len() {
            let body = &self.all[number];
            if !body.metal || body.volume >= 0.0 {
                continue;
            }
            let from = wide(mesh.points[body.corner as usize]);
            tree.hits(mesh, from, [0.577_21, 0.266_79, 0.771_72], steps, &mut hits)?;
            let others = hits.iter().filter(|hit| self.of_face[hit.face as usize] != number as u32);
            // Every way out of another body's metal that is not a way in first.
            let around: i64 =
                others.map(|hit| if hit.leaving != self.is_turned(hit.face) { 1 } else { -1 }).sum();
            self.all[number].turned = around < 1;
        }
        Some(())
    }
}

fn root(trees: &mut [u32], mut at: u32) -> u32 {
    while trees[at as usize] != at {
        let above = trees[trees[at as usize] as usize];
        trees[at as usize] = above;
        at = above;
    }
    at
}

fn join(trees: &mut [u32], a: u32, b: u32) {
    let (a, b) = (root(trees, a), root(trees, b));
    trees[a.max(b) as usize] = a.min(b);
}
