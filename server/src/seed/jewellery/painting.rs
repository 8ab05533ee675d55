//! The painting on enamel: a peony with leaves in a cobalt border. Colours are sRGB, from 0 to 1.

use std::f64::consts::{PI, TAU};

use super::png;

/// Pixels to a side.
const SIDE: u32 = 512;

/// What the flower is painted in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Palette {
    Crimson,
    Cobalt,
    Ochre,
}

type Color = [f64; 3];

const IVORY: Color = [0.96, 0.94, 0.88];
const BORDER: Color = [0.07, 0.13, 0.40];
const GOLD: Color = [0.86, 0.67, 0.28];
const LEAF: Color = [0.16, 0.42, 0.24];

impl Palette {
    pub const ALL: [Self; 3] = [Self::Crimson, Self::Cobalt, Self::Ochre];

    /// Deep at the heart of a petal, light at its rim.
    const fn petals(self) -> (Color, Color) {
        match self {
            Self::Crimson => ([0.55, 0.05, 0.15], [0.95, 0.62, 0.66]),
            Self::Cobalt => ([0.08, 0.16, 0.55], [0.66, 0.76, 0.96]),
            Self::Ochre => ([0.72, 0.33, 0.05], [0.98, 0.83, 0.52]),
        }
    }
}

/// The picture as a PNG file. The same palette gives the same bytes.
pub(super) fn paint(palette: Palette) -> Vec<u8> {
    let across = |at: u32| (f64::from(at) + 0.5) / f64::from(SIDE) * 2.0 - 1.0;
    let mut pixels = Vec::with_capacity((SIDE * SIDE * 3) as usize);
    for row in 0..SIDE {
        for column in 0..SIDE {
            let color = color(palette, across(column), -across(row));
            pixels.extend(color.map(|part| (part.clamp(0.0, 1.0) * 255.0).round() as u8));
        }
    }
    png::write(SIDE, SIDE, &pixels)
}

/// The colour at a place of the plate, which is the circle of radius 1, y up.
fn color(palette: Palette, x: f64, y: f64) -> Color {
    let (reach, angle) = (x.hypot(y), y.atan2(x));
    let mut color = mix(IVORY, [0.87, 0.85, 0.80], reach.powi(3));
    for turn in (0..5).map(|leaf| TAU * (f64::from(leaf) + 0.5) / 5.0 + PI / 2.0) {
        let (along, aside) = turned(x, y, turn);
        let share = (along - 0.28) / 0.5;
        let half = 0.11 * (PI * share.clamp(0.0, 1.0)).sin();
        let vein = covered(0.006 - aside.abs()) * 0.6;
        let green = mix(mix(LEAF, [0.40, 0.62, 0.30], aside.abs() / 0.11), [0.75, 0.82, 0.55], vein);
        // Less than nothing before and behind the leaf, or a hair of green would go on there.
        color = mix(color, green, covered(half - 0.005 - aside.abs()));
    }
    let (deep, light) = palette.petals();
    // Outer petals first, the inner ones over them.
    for (count, center, long, wide, start) in [(5, 0.36, 0.25, 0.23, 0.0), (5, 0.19, 0.17, 0.15, 0.5)] {
        for turn in (0..count).map(|at| TAU * (f64::from(at) + start) / f64::from(count) + PI / 2.0) {
            let (along, aside) = turned(x, y, turn);
            let within = 1.0 - ((along - center) / long).hypot(aside / wide);
            let stroke = 0.10 * (40.0 * aside.atan2(along)).cos();
            let shade = ((along - center) / long * 0.5 + 0.5 + stroke).clamp(0.0, 1.0);
            let petal = mix(mix(deep, light, shade), deep, 0.5 * covered((0.05 - within) * wide));
            color = mix(color, petal, covered(within * wide));
        }
    }
    color = mix(color, GOLD, covered(0.085 - reach));
    color = mix(color, deep, covered(0.016 - dots(reach, angle, 0.055, 8.0)));
    color = mix(color, BORDER, covered(reach - 0.84));
    color = mix(color, GOLD, covered(0.008 - (reach - 0.85).abs()));
    mix(color, GOLD, covered(0.02 - dots(reach, angle, 0.92, 40.0)))
}

/// Along and aside of the direction at `angle`.
fn turned(x: f64, y: f64, angle: f64) -> (f64, f64) {
    let (sin, cos) = angle.sin_cos();
    (x * cos + y * sin, y * cos - x * sin)
}

/// How far the nearest of `count` dots on a circle is.
fn dots(reach: f64, angle: f64, circle: f64, count: f64) -> f64 {
    let turn = angle * count / TAU;
    let aside = (turn - turn.round()) / count * TAU;
    (reach * aside.cos() - circle).hypot(reach * aside.sin())
}

/// How much of a pixel is inside, for a signed distance from the edge: edges are two pixels soft.
fn covered(inside: f64) -> f64 {
    let soft = 4.0 / f64::from(SIDE);
    (inside / soft + 0.5).clamp(0.0, 1.0)
}

fn mix(from: Color, to: Color, share: f64) -> Color {
    let share = share.clamp(0.0, 1.0);
    [0, 1, 2].map(|part| from[part] + (to[part] - from[part]) * share)
}
