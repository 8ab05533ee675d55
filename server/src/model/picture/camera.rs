use crate::model::mesh::Mesh;

/// Turned so much about the upright axis and bent so much forward, radians: from the front, a little from the side
/// and from above, as `public/viewer.js` begins.
const TURN: f32 = 0.52;
const BEND: f32 = 0.38;
/// Of the picture's side, what the piece takes.
const FILL: f32 = 0.88;

/// Where the piece is looked at from: far away, so that nothing is foreshortened.
pub(super) struct View {
    rows: [[f32; 3]; 3],
    middle: [f32; 2],
    /// Millimetres of the picture's side.
    across: f32,
}

impl View {
    /// So that the whole piece is in the picture.
    pub fn of(mesh: &Mesh) -> Option<Self> {
        let (turn, bend) = (TURN.sin_cos(), BEND.sin_cos());
        let rows = [
            [turn.1, 0.0, -turn.0],
            [-turn.0 * bend.0, bend.1, -turn.1 * bend.0],
            [turn.0 * bend.1, bend.0, turn.1 * bend.1],
        ];
        let mut view = Self { rows, middle: [0.0; 2], across: 1.0 };
        let (mut low, mut high) = ([f32::INFINITY; 2], [f32::NEG_INFINITY; 2]);
        for point in &mesh.points {
            let [x, y, _] = view.turned(*point);
            (low, high) = ([low[0].min(x), low[1].min(y)], [high[0].max(x), high[1].max(y)]);
        }
        view.middle = [(low[0] + high[0]) / 2.0, (low[1] + high[1]) / 2.0];
        view.across = (high[0] - low[0]).max(high[1] - low[1]) / FILL;
        (view.across.is_finite() && view.across > 0.0).then_some(view)
    }

    /// Right, up, towards the eye.
    pub fn turned(&self, point: [f32; 3]) -> [f32; 3] {
        self.rows.map(|row| row[0] * point[0] + row[1] * point[1] + row[2] * point[2])
    }

    /// Right and down in samples, and how near, millimetres.
    pub fn pixel(&self, point: [f32; 3], samples: usize) -> [f32; 3] {
        let [x, y, near] = self.turned(point);
        let scale = samples as f32 / self.across;
        let half = samples as f32 / 2.0;
        [half + (x - self.middle[0]) * scale, half - (y - self.middle[1]) * scale, near]
    }
}
