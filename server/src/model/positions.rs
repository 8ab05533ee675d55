use super::document::{Accessor, Primitive, Shape};
use super::geometry::Extent;
use super::sparse::Over;
use super::structure::at;
use super::views::Views;
use super::{Doubt, ModelRefused};

/// The positions of one primitive: readable one by one, or only known by the box that the file declares.
pub(super) enum Positions<'a> {
    Plain(Plain<'a>),
    Declared(Extent),
}

/// Elements in the file, with what it takes to read one.
pub(super) struct Plain<'a> {
    /// None where only sparse elements are there, over zeros.
    data: Option<&'a [u8]>,
    over: Option<&'a Over<'a>>,
    stride: usize,
    count: usize,
    kind: u32,
    normalized: bool,
}

pub(super) fn of<'a>(
    views: &'a Views<'a>,
    primitive: &Primitive,
    index: u32,
) -> Result<Positions<'a>, ModelRefused> {
    let accessor = views.checked.accessor(index)?;
    if accessor.shape != Shape::Vec3 || accessor.component_type == 5125 {
        let reason = "positions are not three coordinates";
        return Err(ModelRefused::BadLayout { what: "accessor", index: index as usize, reason });
    }
    if primitive.extensions.draco.is_none()
        && let Ok(plain) = stored(views, index)
    {
        return Ok(Positions::Plain(plain));
    }
    declared(accessor, index as usize).map(Positions::Declared)
}

/// Positions that can be read one by one.
pub(super) fn stored<'a>(views: &'a Views<'a>, index: u32) -> Result<Plain<'a>, Doubt> {
    let accessor = views.checked.accessor(index).map_err(|_| Doubt::Unread)?;
    let over = accessor.sparse.as_ref().map(|_| views.over(index)).transpose()?;
    let element = accessor.element(index as usize).map_err(|_| Doubt::Unread)?;
    let whole = |number: u64| usize::try_from(number).map_err(|_| Doubt::Unread);
    let (data, stride) = match accessor.buffer_view {
        Some(view) => {
            let data = views.bytes(view)?.get(whole(accessor.byte_offset)?..).ok_or(Doubt::Unread)?;
            let view = at(&views.checked.document.buffer_views, view, "view").map_err(|_| Doubt::Unread)?;
            (Some(data), view.byte_stride.unwrap_or(element))
        }
        None if over.is_some() => (None, element),
        None => return Err(Doubt::Unread),
    };
    let (stride, count) = (whole(stride)?, whole(accessor.count)?);
    let (kind, normalized) = (accessor.component_type, accessor.normalized);
    Ok(Plain { data, over, stride, count, kind, normalized })
}

/// The box that the file says about itself. It stands before normalization (glTF 2.0, section 3.6.2.5).
fn declared(accessor: &Accessor, index: usize) -> Result<Extent, ModelRefused> {
    let ([x0, y0, z0], [x1, y1, z1]) = (&accessor.min[..], &accessor.max[..]) else {
        let reason = "packed positions must declare their min and max";
        return Err(ModelRefused::BadLayout { what: "accessor", index, reason });
    };
    let real = |value: f64| if accessor.normalized { normal(accessor.component_type, value) } else { value };
    let extent = Extent { min: [*x0, *y0, *z0].map(real), max: [*x1, *y1, *z1].map(real) };
    if extent.is_sound() { Ok(extent) } else { Err(ModelRefused::BadNumber { what: "accessor", index }) }
}

impl Plain<'_> {
    pub fn count(&self) -> u64 {
        self.count as u64
    }

    /// Every position, in the mesh's own metres.
    pub fn each<E>(&self, mut visit: impl FnMut([f64; 3]) -> Result<(), E>) -> Result<(), E> {
        match (self.data, self.over) {
            (Some(data), None) => {
                let mut elements = data.chunks(self.stride).take(self.count);
                elements.try_for_each(|element| visit(self.position(element)))
            }
            // The structure check has measured the view, so there is one at every place; NaN would be refused.
            _ => (0..self.count).try_for_each(|at| visit(self.get(at).unwrap_or([f64::NAN; 3]))),
        }
    }

    pub fn len(&self) -> usize {
        self.count
    }

    /// One position, in the mesh's own metres.
    pub fn get(&self, at: usize) -> Option<[f64; 3]> {
        let from = (at < self.count).then(|| at.checked_mul(self.stride)).flatten()?;
        if let Some(element) = self.over.and_then(|over| over.get(at)) {
            return Some(self.position(element));
        }
        let Some(data) = self.data else { return Some([0.0; 3]) };
        data.get(from..).map(|element| self.position(element))
    }

    fn position(&self, element: &[u8]) -> [f64; 3] {
        match (self.kind, element.first_chunk()) {
            // By far the most common layout, and a large file has millions of it.
            (5126, Some(&[a, b, c, d, e, f, g, h, i, j, k, l])) => {
                [[a, b, c, d], [e, f, g, h], [i, j, k, l]].map(|four| f64::from(f32::from_le_bytes(four)))
            }
            _ => [0, 1, 2].map(|axis| self.coordinate(element, axis)),
        }
    }

    fn coordinate(&self, element: &[u8], axis: usize) -> f64 {
        let value = match self.kind {
            5120 => element.get(axis).map(|byte| f64::from(byte.cast_signed())),
            5121 => element.get(axis).map(|byte| f64::from(*byte)),
            5122 => bytes(element, axis).map(|two| f64::from(i16::from_le_bytes(two))),
            5123 => bytes(element, axis).map(|two| f64::from(u16::from_le_bytes(two))),
            // Floats have been read in one go.
            _ => None,
        };
        // The structure check has measured the view, so the fallback is never taken; NaN would be refused.
        let value = value.unwrap_or(f64::NAN);
        if self.normalized { normal(self.kind, value) } else { value }
    }
}

fn bytes<const N: usize>(element: &[u8], axis: usize) -> Option<[u8; N]> {
    element.get(axis * N..)?.first_chunk().copied()
}

/// Integers as fractions. glTF 2.0, section 3.11.
fn normal(kind: u32, value: f64) -> f64 {
    match kind {
        5120 => (value / 127.0).max(-1.0),
        5121 => value / 255.0,
        5122 => (value / 32_767.0).max(-1.0),
        5123 => value / 65_535.0,
        _ => value,
    }
}
