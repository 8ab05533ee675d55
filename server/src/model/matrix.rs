use super::document::Node;
use super::vector;

/// An affine map: three columns and a translation.
#[derive(Clone, Copy, Debug)]
pub(super) struct Affine {
    columns: [[f64; 3]; 4],
}

impl Affine {
    pub const IDENTITY: Self =
        Self { columns: [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0], [0.0, 0.0, 0.0]] };

    /// A node's own transform. A matrix wins over its parts; a quaternion is taken as it stands, as viewers do.
    pub fn of(node: &Node) -> Self {
        if let Some(m) = node.matrix.as_deref() {
            let column = |c: usize| [m[4 * c], m[4 * c + 1], m[4 * c + 2]];
            return Self { columns: [column(0), column(1), column(2), column(3)] };
        }
        let [x, y, z, w] = node.rotation.unwrap_or([0.0, 0.0, 0.0, 1.0]);
        let [sx, sy, sz] = node.scale.unwrap_or([1.0; 3]);
        let scaled = |column: [f64; 3], by: f64| column.map(|value| value * by);
        Self {
            columns: [
                scaled([1.0 - 2.0 * (y * y + z * z), 2.0 * (x * y + z * w), 2.0 * (x * z - y * w)], sx),
                scaled([2.0 * (x * y - z * w), 1.0 - 2.0 * (x * x + z * z), 2.0 * (y * z + x * w)], sy),
                scaled([2.0 * (x * z + y * w), 2.0 * (y * z - x * w), 1.0 - 2.0 * (x * x + y * y)], sz),
                node.translation.unwrap_or([0.0; 3]),
            ],
        }
    }

    /// `self` after `inner`.
    pub fn after(&self, inner: &Self) -> Self {
        let [x, y, z, t] = inner.columns;
        Self { columns: [self.turned(x), self.turned(y), self.turned(z), self.point(t)] }
    }

    pub fn point(&self, point: [f64; 3]) -> [f64; 3] {
        let turned = self.turned(point);
        [0, 1, 2].map(|axis| turned[axis] + self.columns[3][axis])
    }

    fn turned(&self, [x, y, z]: [f64; 3]) -> [f64; 3] {
        let [a, b, c, _] = self.columns;
        [0, 1, 2].map(|axis| a[axis] * x + b[axis] * y + c[axis] * z)
    }

    /// True when boxes stay boxes: each row takes from one axis at most.
    pub fn keeps_boxes(&self) -> bool {
        [0, 1, 2].into_iter().all(|row| self.columns[..3].iter().filter(|c| c[row] != 0.0).count() <= 1)
    }

    /// True when it makes a left hand of a right one.
    pub fn mirrors(&self) -> bool {
        let [x, y, z, _] = self.columns;
        vector::dot(x, vector::cross(y, z)) < 0.0
    }

    pub fn is_finite(&self) -> bool {
        self.columns.as_flattened().iter().all(|value| value.is_finite())
    }
}
