use super::pose::Pose;
use super::vector::V3;

/// A closed surface: every edge belongs to two triangles, and all of them face outwards.
#[derive(Clone, Debug, Default)]
pub(super) struct Body {
    pub points: Vec<V3>,
    pub faces: Vec<[u32; 3]>,
}

impl Body {
    /// A grid that closes in both directions.
    pub fn torus(rings: &[Vec<V3>]) -> Self {
        let mut body = Self::default();
        body.grid(rings);
        if let (Some(first), Some(_)) = (rings.first(), rings.last()) {
            body.band(rings.len() - 1, 0, first.len());
        }
        body.outwards()
    }

    /// A grid of rings from one pole to the other.
    pub fn spindle(start: V3, rings: &[Vec<V3>], end: V3) -> Self {
        let mut body = Self::default();
        body.grid(rings);
        let Some(width) = rings.first().map(Vec::len) else { return body };
        let (south, north) = (body.push(start), body.push(end));
        let last = (rings.len() - 1) * width;
        for i in 0..width {
            let next = (i + 1) % width;
            body.faces.push([south, next as u32, i as u32]);
            body.faces.push([north, (last + i) as u32, (last + next) as u32]);
        }
        body.outwards()
    }

    fn push(&mut self, point: V3) -> u32 {
        self.points.push(point);
        self.points.len() as u32 - 1
    }

    fn grid(&mut self, rings: &[Vec<V3>]) {
        self.points = rings.iter().flatten().copied().collect();
        for (to, ring) in rings.iter().enumerate().skip(1) {
            self.band(to - 1, to, ring.len());
        }
    }

    /// Triangles between two rings; the diagonal alternates, so that no twist shows.
    fn band(&mut self, from: usize, to: usize, width: usize) {
        for i in 0..width {
            let next = (i + 1) % width;
            let [a, b, c, d] =
                [from * width + i, from * width + next, to * width + next, to * width + i].map(|i| i as u32);
            if (from + i).is_multiple_of(2) {
                self.faces.extend([[a, b, c], [a, c, d]]);
            } else {
                self.faces.extend([[a, b, d], [b, c, d]]);
            }
        }
    }

    /// Turns the surface inside out when its volume says so.
    pub fn outwards(mut self) -> Self {
        if self.volume() < 0.0 {
            self.faces.iter_mut().for_each(|face| face.swap(1, 2));
        }
        self
    }

    pub fn placed(mut self, pose: &Pose) -> Self {
        self.points.iter_mut().for_each(|point| *point = pose.point(*point));
        self
    }

    pub fn corners(&self, face: [u32; 3]) -> [V3; 3] {
        face.map(|index| self.points[index as usize])
    }

    /// mm³, by the divergence theorem: a sixth of the triple products of all faces.
    pub fn volume(&self) -> f64 {
        self.faces.iter().map(|&face| self.corners(face)).map(|[a, b, c]| a.dot(b.cross(c)) / 6.0).sum()
    }
}
