//! The elements of a sparse accessor that stand instead of those below. glTF 2.0, section 3.6.2.3.

use super::document::Accessor;
use super::structure::Checked;

/// Elements with the places that they stand at, in rising order. Nothing is copied: a claim of the file takes no memory.
#[derive(Clone, Copy)]
pub(super) struct Over<'a> {
    places: &'a [u8],
    /// Bytes of a place.
    size: usize,
    values: &'a [u8],
    /// Bytes of an element; they lie one after the other.
    element: usize,
}

impl<'a> Over<'a> {
    /// None where it can't be read: packed bytes, places that do not rise or lie outside.
    pub fn of(checked: &Checked<'a>, accessor: &Accessor) -> Option<Self> {
        let sparse = accessor.sparse.as_ref()?;
        let element = usize::try_from(accessor.element(0).ok()?).ok()?;
        let size = match sparse.indices.component_type {
            5121 => 1,
            5123 => 2,
            5125 => 4,
            _ => return None,
        };
        let count = usize::try_from(sparse.count).ok()?;
        let bytes = |view: u32, from: u64, size: usize| {
            let from = usize::try_from(from).ok()?;
            checked.bytes(view).ok()??.get(from..)?.get(..count.checked_mul(size)?)
        };
        let places = bytes(sparse.indices.buffer_view, sparse.indices.byte_offset, size)?;
        let values = bytes(sparse.values.buffer_view, sparse.values.byte_offset, element)?;
        let over = Self { places, size, values, element };
        let rise = (1..count).all(|at| over.place(at - 1) < over.place(at));
        let last = over.place(count.checked_sub(1)?)?;
        (rise && (last as u64) < accessor.count).then_some(over)
    }

    /// The element that stands at a place, if one does.
    pub fn get(&self, place: usize) -> Option<&'a [u8]> {
        let (mut low, mut high) = (0, self.places.len() / self.size);
        while low < high {
            let middle = low + (high - low) / 2;
            match self.place(middle)?.cmp(&place) {
                std::cmp::Ordering::Equal => {
                    return self.values.get(middle * self.element..)?.get(..self.element);
                }
                std::cmp::Ordering::Less => low = middle + 1,
                std::cmp::Ordering::Greater => high = middle,
            }
        }
        None
    }

    fn place(&self, at: usize) -> Option<usize> {
        let bytes = self.places.get(at * self.size..)?.get(..self.size)?;
        Some(bytes.iter().rev().fold(0, |value, byte| value << 8 | usize::from(*byte)))
    }
}
