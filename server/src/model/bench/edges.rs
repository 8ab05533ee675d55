//! Whether a surface is closed: each edge is then passed as often in one direction as in the other, and the volume
//! inside does not depend on where it is measured from.

use std::collections::HashMap;

use crate::model::mesh::Mesh;

/// Corners of loose edges nearer than this are one, mm: programs round differently where parts meet.
const GAP: f32 = 0.001;

/// How an edge fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Loose {
    /// Its triangles are odd in number.
    Odd,
    /// They are even, and pass it more often one way.
    Turned,
}

/// Calls for every edge that is not passed equally often both ways.
pub(super) fn loose(mesh: &Mesh, mut visit: impl FnMut(u32, u32, Loose)) {
    // Two corners and the direction in one number: sorting is the quickest and the leanest way to bring the uses
    // of an edge together.
    let mut uses: Vec<u64> = Vec::with_capacity(3 * mesh.faces.len());
    for &[a, b, c] in mesh.faces.iter().filter(|face| !is_collapsed(**face)) {
        for (from, to) in [(a, b), (b, c), (c, a)] {
            let (low, high) = (u64::from(from.min(to)), u64::from(from.max(to)));
            uses.push(low << 32 | high << 1 | u64::from(from > to));
        }
    }
    uses.sort_unstable();
    for edge in uses.chunk_by(|a, b| a >> 1 == b >> 1) {
        let back = edge.iter().filter(|one| **one & 1 == 1).count();
        if 2 * back != edge.len() {
            let kind = if edge.len() % 2 == 1 { Loose::Odd } else { Loose::Turned };
            visit((edge[0] >> 32) as u32, (edge[0] as u32) >> 1, kind);
        }
    }
}

/// A triangle between fewer than three places encloses nothing.
pub(super) const fn is_collapsed([a, b, c]: [u32; 3]) -> bool {
    a == b || b == c || c == a
}

/// Joins corners of loose edges that all but touch; whether there were any.
pub(super) fn close_gaps(mesh: &mut Mesh) -> bool {
    let mut ends = Vec::new();
    loose(mesh, |a, b, _| ends.extend([a, b]));
    ends.sort_unstable();
    ends.dedup();
    // A cell is as wide as a gap may be, so what is near lies in the same or the next cell.
    let cell = |point: [f32; 3], step: [i64; 3]| [0, 1, 2].map(|at| (point[at] / GAP) as i64 + step[at]);
    let mut cells: HashMap<[i64; 3], u32> = HashMap::new();
    let mut joined: HashMap<u32, u32> = HashMap::new();
    for end in ends {
        let point = mesh.points[end as usize];
        let near = (0..27_i64).find_map(|at| {
            let step = [at % 3 - 1, at / 3 % 3 - 1, at / 9 - 1];
            let other = *cells.get(&cell(point, step))?;
            let there = mesh.points[other as usize];
            let far: f32 = (0..3).map(|axis| (point[axis] - there[axis]).powi(2)).sum();
            (far <= GAP * GAP).then_some(other)
        });
        match near {
            Some(other) => drop(joined.insert(end, other)),
            None => drop(cells.insert(cell(point, [0; 3]), end)),
        }
    }
    for corner in mesh.faces.as_flattened_mut() {
        *corner = joined.get(corner).copied().unwrap_or(*corner);
    }
    !joined.is_empty()
}
