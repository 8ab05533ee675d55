use super::light;

/// Samples along a side of each pixel.
const FINE: usize = 3;
/// Samples that all triangles together may try: a piece of jewellery takes a fiftieth.
const TRIES: usize = 80_000_000;

/// What has been drawn: at each sample the colour of what is nearest.
pub(super) struct Canvas {
    side: usize,
    colors: Vec<[u8; 3]>,
    /// Nothing is nearer than the backdrop at first.
    nearest: Vec<f32>,
    tries: usize,
}

impl Canvas {
    /// Of so many pixels a side.
    pub fn new(side: usize) -> Self {
        let samples = (side * FINE).pow(2);
        Self { side, colors: vec![[0; 3]; samples], nearest: vec![f32::NEG_INFINITY; samples], tries: 0 }
    }

    /// Samples of a side.
    pub const fn samples(&self) -> usize {
        self.side * FINE
    }

    /// Draws a triangle, lit by its normals; `None` when the drawing has taken too long.
    pub fn triangle(
        &mut self,
        places: [[f32; 3]; 3],
        normals: [[f32; 3]; 3],
        lit: impl Fn([f32; 3]) -> [u8; 3],
    ) -> Option<()> {
        let [a, b, c] = places;
        let area = (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]);
        let side = self.samples();
        let span = |axis: usize| {
            let low = a[axis].min(b[axis]).min(c[axis]).max(0.0);
            let high = a[axis].max(b[axis]).max(c[axis]).min(side as f32);
            // The first and the last sample whose middle may lie inside.
            ((low - 0.5).ceil().max(0.0) as usize, (high + 0.5).floor() as usize)
        };
        let ((left, right), (top, bottom)) = (span(0), span(1));
        self.tries += 1 + right.saturating_sub(left) * bottom.saturating_sub(top);
        if self.tries > TRIES {
            return None;
        }
        if area == 0.0 || !area.is_finite() {
            return Some(());
        }
        for row in top..bottom.min(side) {
            for column in left..right.min(side) {
                let (x, y) = (column as f32 + 0.5, row as f32 + 0.5);
                let share = |p: [f32; 3], q: [f32; 3]| {
                    ((q[0] - p[0]) * (y - p[1]) - (q[1] - p[1]) * (x - p[0])) / area
                };
                let [u, v, w] = [share(b, c), share(c, a), share(a, b)];
                if u < 0.0 || v < 0.0 || w < 0.0 {
                    continue;
                }
                let near = u * a[2] + v * b[2] + w * c[2];
                let at = row * side + column;
                if near > self.nearest[at] {
                    self.nearest[at] = near;
                    let mixed = [0, 1, 2]
                        .map(|axis| u * normals[0][axis] + v * normals[1][axis] + w * normals[2][axis]);
                    self.colors[at] = lit(mixed);
                }
            }
        }
        Some(())
    }

    /// Red, green, blue, a byte each, of every pixel.
    pub fn pixels(&self) -> Vec<u8> {
        let mut pixels = Vec::with_capacity(self.side * self.side * 3);
        for (row, column) in (0..self.side).flat_map(|row| (0..self.side).map(move |column| (row, column))) {
            let backdrop =
                light::backdrop(column as f32 / self.side as f32 - 0.5, row as f32 / self.side as f32 - 0.5);
            let mut sum = [0_u32; 3];
            for sample in 0..FINE * FINE {
                let at = (row * FINE + sample / FINE) * self.samples() + column * FINE + sample % FINE;
                let color = if self.nearest[at] == f32::NEG_INFINITY { backdrop } else { self.colors[at] };
                (0..3).for_each(|part| sum[part] += u32::from(color[part]));
            }
            pixels.extend(sum.map(|part| (part / (FINE * FINE) as u32) as u8));
        }
        pixels
    }
}
