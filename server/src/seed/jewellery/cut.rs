//! Cuts of stones, one millimetre across, table up (+y), girdle around the origin.

use std::f64::consts::{FRAC_PI_4, FRAC_PI_8};

use super::polyhedron::{Plane, Polyhedron};
use super::pose::around;
use super::vector::{V3, v};

/// How a stone is cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Cut {
    /// 57 facets, round.
    Brilliant,
    /// Steps along a rectangle without corners, longer along z.
    Emerald,
}

/// Girdle's half height.
const GIRDLE: f64 = 0.015;

impl Cut {
    pub fn facets(self) -> Polyhedron {
        match self {
            Self::Brilliant => brilliant(),
            Self::Emerald => emerald(),
        }
    }

    /// How much longer than wide.
    pub const fn length(self) -> f64 {
        match self {
            Self::Brilliant => 1.0,
            Self::Emerald => 1.4,
        }
    }
}

fn at(angle: f64, radius: f64, y: f64) -> V3 {
    v(radius * angle.cos(), y, radius * angle.sin())
}

/// Tolkowsky's round brilliant, in the proportions that laboratories call excellent: table 56 %, crown 34.5°,
/// pavilion 40.75°, stars 50 %, lower halves 77 %.
fn brilliant() -> Polyhedron {
    let (table, crown, pavilion) = (0.28, 34.5_f64.to_radians(), 40.75_f64.to_radians());
    let (rim, cos) = (0.5, FRAC_PI_8.cos());
    let top = GIRDLE + (rim - table) * crown.tan();
    let star = table * cos + 0.5 * (rim - table * cos);
    let star_y = GIRDLE + crown.tan() * (rim - star * cos);
    let half = rim * (1.0 - 0.77);
    let half_y = -GIRDLE - pavilion.tan() * (rim - half * cos);

    let mut planes = vec![Plane::new(v(0.0, 1.0, 0.0), v(0.0, top, 0.0))];
    for main in around(8) {
        let between = main + FRAC_PI_8;
        planes.push(Plane::new(at(main, crown.sin(), crown.cos()), at(main, rim, GIRDLE)));
        planes.push(Plane::through(
            at(main, table, top),
            at(main + FRAC_PI_4, table, top),
            at(between, star, star_y),
        ));
        planes.push(Plane::new(at(main, pavilion.sin(), -pavilion.cos()), at(main, rim, -GIRDLE)));
        for side in [main, main + FRAC_PI_4] {
            planes.push(Plane::through(
                at(between, star, star_y),
                at(between, rim, GIRDLE),
                at(side, rim, GIRDLE),
            ));
            planes.push(Plane::through(
                at(between, half, half_y),
                at(between, rim, -GIRDLE),
                at(side, rim, -GIRDLE),
            ));
        }
    }
    planes.extend(
        around(32).map(|t| Plane::new(at(t + FRAC_PI_8 / 4.0, 1.0, 0.0), at(t + FRAC_PI_8 / 4.0, rim, 0.0))),
    );
    Polyhedron::between(&planes)
}

/// Three steps above and three below, each a share of the way inwards and its slope.
fn emerald() -> Polyhedron {
    const CROWN: [(f64, f64); 3] = [(0.0, 44.0), (0.05, 36.0), (0.11, 27.0)];
    const PAVILION: [(f64, f64); 3] = [(0.0, 56.0), (0.12, 46.0), (0.26, 38.0)];
    let mut planes = vec![Plane::new(v(0.0, 1.0, 0.0), v(0.0, 0.14, 0.0))];
    for side in 0..8 {
        let angle = FRAC_PI_4 * f64::from(side);
        let reach = match side % 4 {
            0 => 0.5,
            2 => 0.7,
            _ => 0.5 + 0.7 - 0.33,
        };
        let reach = if side % 2 == 1 { reach * std::f64::consts::FRAC_1_SQRT_2 + 0.05 } else { reach };
        planes.push(Plane::new(at(angle, 1.0, 0.0), at(angle, reach, 0.0)));
        for (steps, up) in [(CROWN, 1.0), (PAVILION, -1.0)] {
            let (mut inwards, mut height, mut slope) = (0.0, GIRDLE, 0.0_f64);
            for (share, degrees) in steps {
                height += (share - inwards) * slope.tan();
                (inwards, slope) = (share, degrees.to_radians());
                let normal = at(angle, slope.sin(), up * slope.cos());
                planes.push(Plane::new(normal, at(angle, reach - inwards, up * height)));
            }
        }
    }
    Polyhedron::between(&planes)
}
