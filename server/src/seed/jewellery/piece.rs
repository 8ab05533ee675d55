use super::body::Body;
use super::cut::Cut;
use super::dice::Dice;
use super::enamel::Enamel;
use super::grain::Grain;
use super::pose::Pose;
use super::stone::Stone;

/// What a design is told.
pub(super) struct Spec {
    /// The design's leading measure, millimetres.
    pub size: f64,
    pub grain: Grain,
    pub stone: Stone,
    pub dice: Dice,
}

/// What a design answers with.
pub(super) struct Piece {
    pub metal: Vec<Body>,
    pub gems: Vec<Gem>,
    pub enamel: Option<Enamel>,
    /// Where it stands; earrings stand in two places.
    pub places: Vec<Pose>,
    /// Metal of all places, mm³, where a closed formula gives it.
    pub volume: Option<f64>,
}

impl Piece {
    pub fn new(metal: Vec<Body>, gems: Vec<Gem>) -> Self {
        Self { metal, gems, enamel: None, places: vec![Pose::HOME], volume: None }
    }
}

/// A stone in its place: table towards the pose's y.
#[derive(Clone, Copy)]
pub(super) struct Gem {
    pub cut: Cut,
    pub stone: Stone,
    pub pose: Pose,
    /// Millimetres across.
    pub width: f64,
}

impl Gem {
    pub const fn round(stone: Stone, pose: Pose, width: f64) -> Self {
        Self { cut: Cut::Brilliant, stone, pose, width }
    }
}
