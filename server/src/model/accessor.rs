use super::ModelRefused;
use super::document::{Accessor, Shape};

/// Bytes of one component. glTF 2.0, section 3.6.2.2.
pub(super) fn component(kind: u32) -> Option<u64> {
    match kind {
        5120 | 5121 => Some(1),
        5122 | 5123 => Some(2),
        5125 | 5126 => Some(4),
        _ => None,
    }
}

impl Accessor {
    /// Bytes of one element, the padding of small matrices' columns included (section 3.6.2.4).
    pub fn element(&self, index: usize) -> Result<u64, ModelRefused> {
        let component = component(self.component_type).ok_or(ModelRefused::BadLayout {
            what: "accessor",
            index,
            reason: "unknown component type",
        })?;
        let column = |rows: u64| (rows * component).next_multiple_of(4);
        Ok(match self.shape {
            Shape::Scalar => component,
            Shape::Vec2 => 2 * component,
            Shape::Vec3 => 3 * component,
            Shape::Vec4 => 4 * component,
            Shape::Mat2 => 2 * column(2),
            Shape::Mat3 => 3 * column(3),
            Shape::Mat4 => 4 * column(4),
        })
    }
}

/// True when `count` elements of `element` bytes, `stride` apart from `offset` on, fit into `length` bytes.
pub(super) fn fits(offset: u64, count: u64, stride: u64, element: u64, length: u64) -> bool {
    let end = count
        .checked_sub(1)
        .and_then(|steps| steps.checked_mul(stride))
        .and_then(|last| last.checked_add(element)?.checked_add(offset));
    end.is_some_and(|end| end <= length)
}
