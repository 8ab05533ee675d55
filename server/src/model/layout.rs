//! Where data is said to lie: buffers, views and accessors, each inside the one before.

use super::document::{Accessor, View};
use super::structure::{Checked, at};
use super::{Limits, ModelRefused, accessor};

impl Checked<'_> {
    /// The first buffer is the BIN chunk. Others exist only as the empty places that meshopt unpacks into.
    pub fn buffers(&self) -> Result<(), ModelRefused> {
        for (index, buffer) in self.document.buffers.iter().enumerate() {
            let placeholder = buffer.extensions.meshopt.as_ref().is_some_and(|meshopt| meshopt.fallback);
            if buffer.uri || index > 0 && !placeholder {
                return Err(ModelRefused::ExternalUri { what: "buffer", index });
            }
            if index == 0 && buffer.byte_length > self.bin.len() as u64 {
                return Err(ModelRefused::OutOfBounds { what: "buffer", index });
            }
        }
        Ok(())
    }

    pub fn views(&self, limits: &Limits) -> Result<(), ModelRefused> {
        let mut decoded = 0_u64;
        for (index, view) in self.document.buffer_views.iter().enumerate() {
            let buffer = at(&self.document.buffers, view.buffer, "buffer")?;
            if !accessor::fits(view.byte_offset, 1, 0, view.byte_length, buffer.byte_length) {
                return Err(ModelRefused::OutOfBounds { what: "buffer view", index });
            }
            let layout = |reason| Err(ModelRefused::BadLayout { what: "buffer view", index, reason });
            if view.byte_length == 0 {
                return layout("it is empty");
            }
            if view.byte_stride.is_some_and(|stride| !(4..=252).contains(&stride) || stride % 4 != 0) {
                return layout("the stride is not a multiple of 4 from 4 to 252");
            }
            if let Some(packed) = &view.extensions.meshopt {
                if packed.buffer != 0 || self.range(packed.byte_offset, packed.byte_length).is_none() {
                    return Err(ModelRefused::OutOfBounds { what: "packed buffer view", index });
                }
                if packed.count.checked_mul(packed.byte_stride) != Some(view.byte_length) {
                    return layout("its packed size is not its size");
                }
                decoded = decoded.saturating_add(view.byte_length);
            } else if view.buffer != 0 {
                return layout("nothing is unpacked into it");
            }
        }
        if decoded > limits.decoded_bytes {
            let limit = limits.decoded_bytes;
            return Err(ModelRefused::TooMany { what: "unpacked bytes", actual: decoded, limit });
        }
        Ok(())
    }

    pub fn accessors(&self, limits: &Limits) -> Result<(), ModelRefused> {
        let mut elements = 0_u64;
        for (index, accessor) in self.document.accessors.iter().enumerate() {
            self.placed(index, accessor)?;
            elements = elements.saturating_add(accessor.count);
        }
        if elements > limits.elements {
            let limit = limits.elements;
            return Err(ModelRefused::TooMany { what: "elements", actual: elements, limit });
        }
        Ok(())
    }

    fn placed(&self, index: usize, accessor: &Accessor) -> Result<(), ModelRefused> {
        let layout = |reason| Err(ModelRefused::BadLayout { what: "accessor", index, reason });
        let out = ModelRefused::OutOfBounds { what: "accessor", index };
        let element = accessor.element(index)?;
        let component = accessor::component(accessor.component_type).unwrap_or(1);
        if accessor.count == 0 {
            return layout("it is empty");
        }
        if let Some(view) = accessor.buffer_view {
            let view = at(&self.document.buffer_views, view, "buffer view")?;
            let stride = view.byte_stride.unwrap_or(element);
            if stride < element {
                return layout("its elements overlap");
            }
            if !accessor.byte_offset.is_multiple_of(component)
                || !starts_aligned(view, accessor.byte_offset, component)
            {
                return layout("it is not aligned to its components");
            }
            if !accessor::fits(accessor.byte_offset, accessor.count, stride, element, view.byte_length) {
                return Err(out);
            }
        }
        if let Some(sparse) = &accessor.sparse {
            let indices = at(&self.document.buffer_views, sparse.indices.buffer_view, "buffer view")?;
            let values = at(&self.document.buffer_views, sparse.values.buffer_view, "buffer view")?;
            let Some(size @ (1 | 2 | 4)) = accessor::component(sparse.indices.component_type) else {
                return layout("unknown component type of its indices");
            };
            let (from, count) = (sparse.indices.byte_offset, sparse.count);
            if count > accessor.count
                || !accessor::fits(from, count, size, size, indices.byte_length)
                || !accessor::fits(sparse.values.byte_offset, count, element, element, values.byte_length)
            {
                return Err(out);
            }
            if !starts_aligned(indices, from, size)
                || !starts_aligned(values, sparse.values.byte_offset, component)
            {
                return layout("its sparse part is not aligned");
            }
        }
        Ok(())
    }
}

fn starts_aligned(view: &View, offset: u64, component: u64) -> bool {
    (view.byte_offset % component + offset % component).is_multiple_of(component)
}
