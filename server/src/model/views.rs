//! The bytes that accessors lie in, packed ones opened.

use std::collections::HashMap;

use super::document::Primitive;
use super::scene::Placed;
use super::structure::{Checked, at};
use super::{Doubt, meshopt};

/// What packed views may become when opened to be measured. Two million triangles take 40 MB.
const MOST: u64 = 96 << 20;

/// A checked file with its packed positions and indices opened.
pub(super) struct Views<'a> {
    pub checked: &'a Checked<'a>,
    opened: HashMap<u32, Vec<u8>>,
}

impl<'a> Views<'a> {
    pub fn of(checked: &'a Checked<'a>, placed: &[Placed]) -> Result<Self, Doubt> {
        let mut views = Self { checked, opened: HashMap::new() };
        let mut left = MOST;
        for place in placed {
            let mesh = checked.mesh(place.mesh).map_err(|_| Doubt::Unread)?;
            mesh.primitives.iter().try_for_each(|primitive| views.open(primitive, &mut left))?;
        }
        Ok(views)
    }

    fn open(&mut self, primitive: &Primitive, left: &mut u64) -> Result<(), Doubt> {
        for accessor in [primitive.attributes.position, primitive.indices].into_iter().flatten() {
            let accessor = self.checked.accessor(accessor).map_err(|_| Doubt::Unread)?;
            let Some(index) = accessor.buffer_view else { continue };
            let view = at(&self.checked.document.buffer_views, index, "view").map_err(|_| Doubt::Unread)?;
            let Some(packed) = &view.extensions.meshopt else { continue };
            if self.opened.contains_key(&index) {
                continue;
            }
            *left = left.checked_sub(view.byte_length).ok_or(Doubt::TooLarge)?;
            let data = self.checked.range(packed.byte_offset, packed.byte_length).ok_or(Doubt::Unread)?;
            self.opened.insert(index, meshopt::unpacked(packed, data).ok_or(Doubt::Unread)?);
        }
        Ok(())
    }

    /// The bytes that an accessor lies in.
    pub fn bytes(&self, accessor: u32) -> Result<&[u8], Doubt> {
        let accessor = self.checked.accessor(accessor).map_err(|_| Doubt::Unread)?;
        let (Some(view), None) = (accessor.buffer_view, &accessor.sparse) else { return Err(Doubt::Unread) };
        match self.opened.get(&view) {
            Some(opened) => Ok(opened),
            None => self.checked.bytes(view).ok().flatten().ok_or(Doubt::Packed),
        }
    }
}
