//! Points and directions in three dimensions.

/// A point or a direction.
pub(super) type V3 = [f64; 3];

pub(super) fn wide(point: [f32; 3]) -> V3 {
    point.map(f64::from)
}

pub(super) fn minus(a: V3, b: V3) -> V3 {
    [a[0] - b[0], a[1] - b[1], a[2] - b[2]]
}

pub(super) fn dot(a: V3, b: V3) -> f64 {
    a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
}

pub(super) fn cross(a: V3, b: V3) -> V3 {
    [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]]
}

pub(super) fn length(a: V3) -> f64 {
    dot(a, a).sqrt()
}

/// Across a triangle, by the right hand, as long as twice its surface.
pub(super) fn across([a, b, c]: [V3; 3]) -> V3 {
    cross(minus(b, a), minus(c, a))
}
