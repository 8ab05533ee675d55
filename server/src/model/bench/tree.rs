//! A tree of boxes over triangles, so that a ray tries few of them.

use crate::model::mesh::Mesh;
use crate::model::vector::{V3, cross, dot, minus};

/// Triangles of one leaf at most.
const LEAF: usize = 6;

/// Halves all the way down, so it is never deeper than the number of triangles has bits.
pub(super) struct Tree {
    nodes: Vec<Node>,
    faces: Vec<u32>,
}

/// A box. An inner one is followed by its first half.
struct Node {
    low: [f32; 3],
    high: [f32; 3],
    /// The other half, or the first of a leaf's triangles.
    next: u32,
    /// Triangles of a leaf; 0 for an inner box.
    count: u32,
}

/// Where a ray meets a triangle.
#[derive(Clone, Copy, Debug)]
pub(super) struct Hit {
    /// How far away, in lengths of the ray's direction.
    pub at: f64,
    pub face: u32,
    /// Whether the ray comes from behind.
    pub leaving: bool,
}

impl Tree {
    pub fn over(mesh: &Mesh, wanted: impl Fn(u32) -> bool) -> Self {
        let mut faces: Vec<u32> = (0..mesh.faces.len() as u32).filter(|face| wanted(*face)).collect();
        let mut nodes = Vec::with_capacity(2 * faces.len() / LEAF + 2);
        if !faces.is_empty() {
            let centers: Vec<[f32; 3]> = mesh.faces.iter().map(|face| center(mesh, *face)).collect();
            grow(mesh, &centers, &mut faces, 0, &mut nodes);
        }
        Self { nodes, faces }
    }

    /// Every triangle that the ray meets, nearest first; `None` when `steps` are used up.
    pub fn hits(&self, mesh: &Mesh, from: V3, to: V3, steps: &mut u64, hits: &mut Vec<Hit>) -> Option<()> {
        hits.clear();
        let inverse = to.map(f64::recip);
        let mut open = Vec::with_capacity(48);
        if !self.nodes.is_empty() {
            open.push(0_u32);
        }
        while let Some(at) = open.pop() {
            *steps = steps.checked_sub(1)?;
            let node = &self.nodes[at as usize];
            if !node.is_met(from, inverse) {
                continue;
            }
            if node.count == 0 {
                open.extend([node.next, at + 1]);
                continue;
            }
            let first = node.next as usize;
            for &face in &self.faces[first..first + node.count as usize] {
                *steps = steps.checked_sub(1)?;
                hits.extend(meet(mesh, face, from, to));
            }
        }
        hits.sort_unstable_by(|a, b| a.at.total_cmp(&b.at).then(a.face.cmp(&b.face)));
        Some(())
    }
}

impl Node {
    /// Slabs; an axis that the ray does not move along gives infinities, which compare as they should, or nothing,
    /// which `min` and `max` pass over.
    fn is_met(&self, from: V3, inverse: V3) -> bool {
        let (mut enter, mut leave) = (0.0_f64, f64::INFINITY);
        for axis in 0..3 {
            let a = (f64::from(self.low[axis]) - from[axis]) * inverse[axis];
            let b = (f64::from(self.high[axis]) - from[axis]) * inverse[axis];
            enter = enter.max(a.min(b));
            leave = leave.min(a.max(b));
        }
        enter <= leave
    }
}

/// Möller and Trumbore, "Fast, minimum storage ray/triangle intersection", 1997.
fn meet(mesh: &Mesh, face: u32, from: V3, to: V3) -> Option<Hit> {
    let [a, b, c] = mesh.corners(mesh.faces[face as usize]);
    let (ab, ac) = (minus(b, a), minus(c, a));
    let p = cross(to, ac);
    let slope = dot(ab, p);
    if slope == 0.0 {
        return None;
    }
    let offset = minus(from, a);
    let u = dot(offset, p) / slope;
    let q = cross(offset, ab);
    let v = dot(to, q) / slope;
    let at = dot(ac, q) / slope;
    // Half of the outline belongs to the triangle, so that neighbours don't both count.
    let inside = u >= 0.0 && v >= 0.0 && u + v < 1.0 && at > 0.0;
    inside.then_some(Hit { at, face, leaving: slope < 0.0 })
}

fn center(mesh: &Mesh, face: [u32; 3]) -> [f32; 3] {
    let [a, b, c] = face.map(|corner| mesh.points[corner as usize]);
    [0, 1, 2].map(|axis| a[axis] / 3.0 + b[axis] / 3.0 + c[axis] / 3.0)
}

fn grow(mesh: &Mesh, centers: &[[f32; 3]], faces: &mut [u32], first: usize, nodes: &mut Vec<Node>) {
    let (mut low, mut high) = ([f32::INFINITY; 3], [f32::NEG_INFINITY; 3]);
    for corner in faces.iter().flat_map(|face| mesh.faces[*face as usize]) {
        let point = mesh.points[corner as usize];
        for axis in 0..3 {
            low[axis] = low[axis].min(point[axis]);
            high[axis] = high[axis].max(point[axis]);
        }
    }
    let at = nodes.len();
    nodes.push(Node { low, high, next: first as u32, count: faces.len() as u32 });
    if faces.len() <= LEAF {
        return;
    }
    let side = |axis: usize| high[axis] - low[axis];
    let axis = (0..3).fold(0, |longest, axis| if side(axis) > side(longest) { axis } else { longest });
    let half = faces.len() / 2;
    faces.select_nth_unstable_by(half, |a, b| {
        centers[*a as usize][axis].total_cmp(&centers[*b as usize][axis]).then(a.cmp(b))
    });
    let (near, far) = faces.split_at_mut(half);
    grow(mesh, centers, near, first, nodes);
    (nodes[at].next, nodes[at].count) = (nodes.len() as u32, 0);
    grow(mesh, centers, far, first + half, nodes);
}
