use super::document::{Accessor, Primitive, Shape};
use super::geometry::Extent;
use super::structure::{Checked, at};
use super::{Doubt, ModelRefused};

/// The positions of one primitive: readable one by one, or only known by the box that the file declares.
pub(super) enum Positions<'a> {
    Plain(Plain<'a>),
    Declared(Extent),
}

/// Elements in the file, with what it takes to read one.
pub(super) struct Plain<'a> {
    data: &'a [u8],
    stride: usize,
    count: usize,
    kind: u32,
    normalized: bool,
}

pub(super) fn of<'a>(
    checked: &Checked<'a>,
    primitive: &Primitive,
    index: u32,
) -> Result<Positions<'a>, ModelRefused> {
    let accessor = checked.accessor(index)?;
    if accessor.shape != Shape::Vec3 || accessor.component_type == 5125 {
        let reason = "positions are not three coordinates";
        return Err(ModelRefused::BadLayout { what: "accessor", index: index as usize, reason });
    }
    if primitive.extensions.draco.is_none()
        && accessor.sparse.is_none()
        && let Some(plain) = plain(checked, accessor, index as usize)?
    {
        return Ok(Positions::Plain(plain));
    }
    declared(accessor, index as usize).map(Positions::Declared)
}

fn plain<'a>(
    checked: &Checked<'a>,
    accessor: &Accessor,
    index: usize,
) -> Result<Option<Plain<'a>>, ModelRefused> {
    let Some(view) = accessor.buffer_view else { return Ok(None) };
    let Some(bytes) = checked.bytes(view)? else { return Ok(None) };
    laid(checked, accessor, index, bytes).map(Some)
}

fn laid<'a>(
    checked: &Checked,
    accessor: &Accessor,
    index: usize,
    bytes: &'a [u8],
) -> Result<Plain<'a>, ModelRefused> {
    let out = ModelRefused::OutOfBounds { what: "accessor", index };
    let view = accessor.buffer_view.ok_or(out.clone())?;
    let element = accessor.element(index)?;
    let stride = at(&checked.document.buffer_views, view, "buffer view")?.byte_stride.unwrap_or(element);
    let (Ok(offset), Ok(stride), Ok(count)) =
        (usize::try_from(accessor.byte_offset), usize::try_from(stride), usize::try_from(accessor.count))
    else {
        return Err(out);
    };
    let data = bytes.get(offset..).ok_or(out)?;
    Ok(Plain { data, stride, count, kind: accessor.component_type, normalized: accessor.normalized })
}

/// Positions that can be read one by one, from the view's bytes.
pub(super) fn stored<'a>(checked: &Checked<'a>, index: u32, bytes: &'a [u8]) -> Result<Plain<'a>, Doubt> {
    let accessor = checked.accessor(index).map_err(|_| Doubt::Unread)?;
    laid(checked, accessor, index as usize, bytes).map_err(|_| Doubt::Unread)
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
    pub fn iter(&self) -> impl Iterator<Item = [f64; 3]> {
        self.data.chunks(self.stride).take(self.count).map(|element| self.position(element))
    }

    pub fn len(&self) -> usize {
        self.count
    }

    /// One position, in the mesh's own metres.
    pub fn get(&self, at: usize) -> Option<[f64; 3]> {
        let from = (at < self.count).then(|| at.checked_mul(self.stride)).flatten()?;
        self.data.get(from..).map(|element| self.position(element))
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
