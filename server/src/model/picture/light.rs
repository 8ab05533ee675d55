//! A goldsmith's photo box: a bright top, a soft box at the left, a strip at the right, a dark floor.

use crate::model::mesh::Substance;

/// Platinum's reflectance, a little brighter: metal of no alloy in particular.
const METAL: f32 = 0.86;

/// What a surface sends to the eye. `normal` is of any length, right, up, towards the eye.
pub(super) fn on(substance: Substance, normal: [f32; 3]) -> [u8; 3] {
    let length = normal.iter().map(|part| part * part).sum::<f32>().sqrt().max(f32::MIN_POSITIVE);
    // Seen from behind, a sheet shows its other side.
    let way = if normal[2] < 0.0 { -length } else { length };
    let [x, y, z] = normal.map(|part| part / way);
    // The eye is far away on the z axis: its ray leaves along 2 (n · z) n - z.
    let mirrored = room([2.0 * z * x, 2.0 * z * y, 2.0 * z * z - 1.0]);
    // The steeper a surface is looked at, the more it mirrors (C. Schlick, 1994).
    let steep = (1.0 - z).powi(5);
    if substance.metal {
        let reflectance = METAL + (1.0 - METAL) * steep;
        return encoded([reflectance * mirrored; 3]);
    }
    let diffuse = 0.35 + 0.4 * (0.35 * x + 0.75 * y + 0.55 * z).max(0.0);
    let reflectance = 0.12 + 0.88 * steep;
    encoded(substance.color.map(|part| part * diffuse * (0.5 + mirrored) + reflectance * mirrored))
}

/// The grey behind the piece, darker towards the corners.
pub(super) fn backdrop(x: f32, y: f32) -> [u8; 3] {
    encoded([0.62 - 0.42 * (x * x + (y + 0.08).powi(2)); 3])
}

/// How bright the room is in a direction.
fn room([x, y, z]: [f32; 3]) -> f32 {
    let sky = 0.14 + 0.68 * eased(-0.35, 0.85, y);
    let horizon = 1.0 - 0.55 * (1.0 - ((y + 0.12) / 0.22).abs()).max(0.0);
    let soft_box = 0.85 * eased(0.80, 0.93, -0.62 * x + 0.55 * y + 0.56 * z);
    let strip = 0.55 * eased(0.86, 0.95, 0.90 * x + 0.43 * z) * eased(-0.7, -0.2, y);
    let floor = 0.16 * eased(0.35, 0.9, -y);
    sky * horizon + soft_box + strip + floor
}

fn eased(from: f32, to: f32, value: f32) -> f32 {
    let t = ((value - from) / (to - from)).clamp(0.0, 1.0);
    t * t * (3.0 - 2.0 * t)
}

/// From linear light to what screens expect (sRGB, IEC 61966-2-1); bright light is rolled off, not cut.
fn encoded(light: [f32; 3]) -> [u8; 3] {
    light.map(|part| {
        let part = if part > 0.8 { 0.8 + 0.2 * (1.0 - (-(part - 0.8) / 0.2).exp()) } else { part.max(0.0) };
        let gamma = if part <= 0.003_130_8 { 12.92 * part } else { 1.055 * part.powf(1.0 / 2.4) - 0.055 };
        (gamma * 255.0 + 0.5) as u8
    })
}
