/// A box along the axes, empty at first.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Extent {
    pub min: [f64; 3],
    pub max: [f64; 3],
}

impl Extent {
    pub const EMPTY: Self = Self { min: [f64::INFINITY; 3], max: [f64::NEG_INFINITY; 3] };

    pub fn include(&mut self, point: [f64; 3]) {
        for (axis, value) in point.into_iter().enumerate() {
            self.min[axis] = self.min[axis].min(value);
            self.max[axis] = self.max[axis].max(value);
        }
    }

    pub fn corners(&self) -> impl Iterator<Item = [f64; 3]> {
        let sides = [self.min, self.max];
        (0..8_usize).map(move |corner| [0, 1, 2].map(|axis| sides[corner >> axis & 1][axis]))
    }

    /// Finite, and no side below zero.
    pub fn is_sound(&self) -> bool {
        [0, 1, 2].into_iter().all(|axis| {
            let (low, high) = (self.min[axis], self.max[axis]);
            low.is_finite() && high.is_finite() && (high - low).is_finite() && low <= high
        })
    }

    pub fn size(&self) -> [f64; 3] {
        [0, 1, 2].map(|axis| self.max[axis] - self.min[axis])
    }
}
