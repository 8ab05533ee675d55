//! The order in which a primitive takes its corners.

use super::Doubt;
use super::document::Shape;
use super::views::Views;

/// Whole numbers of one, two or four bytes.
pub(super) struct Stored<'a> {
    data: &'a [u8],
    size: usize,
    count: usize,
}

/// Those of an accessor, if it is not sparse.
pub(super) fn stored<'a>(views: &'a Views<'a>, index: u32) -> Result<Stored<'a>, Doubt> {
    let accessor = views.checked.accessor(index).map_err(|_| Doubt::Unread)?;
    let (Some(view), None) = (accessor.buffer_view, &accessor.sparse) else { return Err(Doubt::Unread) };
    let bytes = views.bytes(view)?;
    let size = match (accessor.shape, accessor.component_type) {
        (Shape::Scalar, 5121) => 1,
        (Shape::Scalar, 5123) => 2,
        (Shape::Scalar, 5125) => 4,
        _ => return Err(Doubt::Unread),
    };
    let start = usize::try_from(accessor.byte_offset).map_err(|_| Doubt::Unread)?;
    let count = usize::try_from(accessor.count).map_err(|_| Doubt::Unread)?;
    Ok(Stored { data: bytes.get(start..).ok_or(Doubt::Unread)?, size, count })
}

impl Stored<'_> {
    pub fn len(&self) -> usize {
        self.count
    }

    pub fn get(&self, at: usize) -> Option<usize> {
        let from = at.checked_mul(self.size)?;
        let bytes = self.data.get(from..from + self.size)?;
        Some(bytes.iter().rev().fold(0, |value, byte| value << 8 | usize::from(*byte)))
    }
}
