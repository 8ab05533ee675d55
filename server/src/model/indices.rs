//! The order in which a primitive takes its corners.

use super::Doubt;
use super::document::Shape;
use super::structure::Checked;

/// Whole numbers of one, two or four bytes.
pub(super) struct Stored<'a> {
    data: &'a [u8],
    size: usize,
    count: usize,
}

/// From the view's bytes.
pub(super) fn stored<'a>(checked: &Checked, index: u32, bytes: &'a [u8]) -> Result<Stored<'a>, Doubt> {
    let accessor = checked.accessor(index).map_err(|_| Doubt::Unread)?;
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
