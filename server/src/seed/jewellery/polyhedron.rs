use super::vector::{V3, v};

/// The half space `normal · p ≤ reach`, with the origin inside.
#[derive(Clone, Copy, Debug)]
pub(super) struct Plane {
    normal: V3,
    reach: f64,
}

impl Plane {
    pub fn new(normal: V3, through: V3) -> Self {
        let normal = normal.unit();
        let reach = normal.dot(through);
        if reach < 0.0 { Self { normal: -normal, reach: -reach } } else { Self { normal, reach } }
    }

    pub fn through(a: V3, b: V3, c: V3) -> Self {
        Self::new((b - a).cross(c - a), a)
    }

    fn height(&self, point: V3) -> f64 {
        self.normal.dot(point) - self.reach
    }
}

/// What all planes leave over: corners, and the facets by their corners, counter-clockwise seen from outside.
#[derive(Clone, Debug, Default)]
pub(super) struct Polyhedron {
    pub corners: Vec<V3>,
    pub facets: Vec<(V3, Vec<usize>)>,
}

/// Corners nearer than this are one: planes that meet in one point do so only to the last digits.
const SAME: f64 = 1e-7;

impl Polyhedron {
    /// For stones of about unit size.
    pub fn between(planes: &[Plane]) -> Self {
        let mut whole = Self::default();
        for (index, plane) in planes.iter().enumerate() {
            let x = v(0.311, 0.417, 0.853).across(plane.normal);
            let z = x.cross(plane.normal);
            let center = plane.normal * plane.reach;
            let mut facet: Vec<V3> = [(1.0, 1.0), (1.0, -1.0), (-1.0, -1.0), (-1.0, 1.0)]
                .map(|(a, b)| center + x * (a * 10.0) + z * (b * 10.0))
                .to_vec();
            for (other, cut) in planes.iter().enumerate() {
                if other != index {
                    facet = clip(&facet, cut);
                }
            }
            let mut corners: Vec<usize> = facet.iter().map(|&point| whole.corner(point)).collect();
            corners.dedup();
            if corners.first() == corners.last() {
                corners.pop();
            }
            if corners.len() >= 3 {
                let [a, b, c] = [0, 1, 2].map(|i| whole.corners[corners[i]]);
                if (b - a).cross(c - a).dot(plane.normal) < 0.0 {
                    corners.reverse();
                }
                whole.facets.push((plane.normal, corners));
            }
        }
        whole
    }

    fn corner(&mut self, point: V3) -> usize {
        self.corners.iter().position(|&known| (known - point).length() < SAME).unwrap_or_else(|| {
            self.corners.push(point);
            self.corners.len() - 1
        })
    }
}

fn clip(facet: &[V3], plane: &Plane) -> Vec<V3> {
    let mut left = Vec::with_capacity(facet.len() + 1);
    for (i, &from) in facet.iter().enumerate() {
        let to = facet[(i + 1) % facet.len()];
        let (a, b) = (plane.height(from), plane.height(to));
        if a <= SAME / 10.0 {
            left.push(from);
        }
        if (a < -SAME / 10.0 && b > SAME / 10.0) || (a > SAME / 10.0 && b < -SAME / 10.0) {
            left.push(from.mix(to, a / (a - b)));
        }
    }
    left
}
