//! The bytes that accessors lie in, packed ones opened.

use std::collections::HashMap;

use super::document::Primitive;
use super::scene::Placed;
use super::sparse::Over;
use super::structure::{Checked, at};
use super::{Doubt, meshopt};

/// What packed views may become when opened to be measured. Two million triangles take 40 MB.
const MOST: u64 = 96 << 20;

/// A checked file with its packed positions and indices opened.
pub(super) struct Views<'a> {
    pub checked: &'a Checked<'a>,
    /// Packed views by index; none for what does not open.
    opened: HashMap<u32, Option<Vec<u8>>>,
    /// What lies over sparse accessors, looked through once; none for what is not in order.
    over: HashMap<u32, Option<Over<'a>>>,
    left: u64,
}

impl<'a> Views<'a> {
    /// With everything opened that the scene is drawn with, or why that can't be.
    pub fn of(checked: &'a Checked<'a>, placed: &[Placed]) -> Result<Self, Doubt> {
        let mut views = Self::closed(checked);
        for primitive in shown(checked, placed) {
            for accessor in [primitive.attributes.position, primitive.indices].into_iter().flatten() {
                views.open(accessor)?;
            }
        }
        Ok(views)
    }

    /// With those positions opened that can be.
    pub fn of_positions(checked: &'a Checked<'a>, placed: &[Placed]) -> Self {
        let mut views = Self::closed(checked);
        for position in shown(checked, placed).filter_map(|primitive| primitive.attributes.position) {
            // Whoever asks for these bytes hears of it.
            let _ = views.open(position);
        }
        views
    }

    fn closed(checked: &'a Checked<'a>) -> Self {
        Self { checked, opened: HashMap::new(), over: HashMap::new(), left: MOST }
    }

    fn open(&mut self, index: u32) -> Result<(), Doubt> {
        let accessor = self.checked.accessor(index).map_err(|_| Doubt::Unread)?;
        if accessor.sparse.is_some() && !self.over.contains_key(&index) {
            self.over.insert(index, Over::of(self.checked, accessor));
        }
        let Some(index) = accessor.buffer_view else { return Ok(()) };
        let view = at(&self.checked.document.buffer_views, index, "view").map_err(|_| Doubt::Unread)?;
        let Some(packed) = &view.extensions.meshopt else { return Ok(()) };
        if !self.opened.contains_key(&index) {
            self.left = self.left.checked_sub(view.byte_length).ok_or(Doubt::TooLarge)?;
            let data = self.checked.range(packed.byte_offset, packed.byte_length);
            self.opened.insert(index, data.and_then(|data| meshopt::unpacked(packed, data)));
        }
        self.bytes(index).map(|_| ())
    }

    /// The bytes of a view.
    pub fn bytes(&self, view: u32) -> Result<&[u8], Doubt> {
        match self.opened.get(&view) {
            Some(opened) => opened.as_deref().ok_or(Doubt::Unread),
            None => self.checked.bytes(view).ok().flatten().ok_or(Doubt::Packed),
        }
    }

    /// What lies over a sparse accessor.
    pub fn over(&self, accessor: u32) -> Result<&Over<'a>, Doubt> {
        self.over.get(&accessor).and_then(Option::as_ref).ok_or(Doubt::Unread)
    }
}

/// What the scene draws, each mesh once, however often it is placed.
fn shown<'a>(checked: &'a Checked<'a>, placed: &[Placed]) -> impl Iterator<Item = &'a Primitive> {
    let mut meshes: Vec<u32> = placed.iter().map(|place| place.mesh).collect();
    meshes.sort_unstable();
    meshes.dedup();
    meshes.into_iter().filter_map(move |mesh| checked.mesh(mesh).ok()).flat_map(|mesh| mesh.primitives.iter())
}
