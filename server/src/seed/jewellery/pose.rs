use std::f64::consts::TAU;

use super::vector::{V3, v};

/// A place and a turn: right-handed axes of length one.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pose {
    pub origin: V3,
    pub x: V3,
    pub y: V3,
    pub z: V3,
}

impl Pose {
    pub const HOME: Self =
        Self { origin: v(0.0, 0.0, 0.0), x: v(1.0, 0.0, 0.0), y: v(0.0, 1.0, 0.0), z: v(0.0, 0.0, 1.0) };

    /// At `origin`, with `y` up and `z` as near as it can be.
    pub fn looking(origin: V3, y: V3, z: V3) -> Self {
        let y = y.unit();
        let z = z.across(y);
        Self { origin, x: y.cross(z), y, z }
    }

    /// On a ring that stands in the plane z = 0: `y` points outwards at `angle` from the top, `x` along it.
    pub fn on_ring(angle: f64, radius: f64) -> Self {
        let out = out(angle);
        Self::looking(out * radius, out, v(0.0, 0.0, 1.0))
    }

    pub fn shifted(self, by: V3) -> Self {
        Self { origin: self.point(by), ..self }
    }

    pub fn point(&self, p: V3) -> V3 {
        self.origin + self.x * p.x + self.y * p.y + self.z * p.z
    }

    /// Unit quaternion x, y, z, w, from the largest of its parts, so that nothing is divided by almost nothing.
    pub fn quaternion(&self) -> [f64; 4] {
        let (a, b, c) = (self.x, self.y, self.z);
        let squares =
            [1.0 + a.x - b.y - c.z, 1.0 - a.x + b.y - c.z, 1.0 - a.x - b.y + c.z, 1.0 + a.x + b.y + c.z];
        let best = (0..4).fold(0, |best, i| if squares[i] > squares[best] { i } else { best });
        let q = match best {
            0 => [squares[0], a.y + b.x, c.x + a.z, b.z - c.y],
            1 => [a.y + b.x, squares[1], b.z + c.y, c.x - a.z],
            2 => [c.x + a.z, b.z + c.y, squares[2], a.y - b.x],
            _ => [b.z - c.y, c.x - a.z, a.y - b.x, squares[3]],
        };
        let length = q.iter().map(|part| part * part).sum::<f64>().sqrt();
        q.map(|part| part / length)
    }
}

/// The direction at `angle` from the top, clockwise seen from +z.
pub(super) fn out(angle: f64) -> V3 {
    v(angle.sin(), angle.cos(), 0.0)
}

/// `count` angles around a circle.
pub(super) fn around(count: usize) -> impl Iterator<Item = f64> + Clone {
    (0..count).map(move |step| TAU * step as f64 / count as f64)
}
