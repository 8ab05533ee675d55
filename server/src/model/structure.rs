//! Everything that is referred to exists and lies within the file. After this, reading needs no more trust.

use super::document::{Accessor, Attributes, Document, Mesh, Primitive, View};
use super::{Limits, ModelRefused, accessor, extension, image};

/// A document whose references and ranges hold.
pub(super) struct Checked<'a> {
    pub document: &'a Document,
    pub bin: &'a [u8],
}

pub(super) fn check<'a>(
    document: &'a Document,
    bin: &'a [u8],
    limits: &Limits,
) -> Result<Checked<'a>, ModelRefused> {
    version(document)?;
    extension::check(document)?;
    counts(document)?;
    let checked = Checked { document, bin };
    checked.buffers()?;
    checked.views(limits)?;
    checked.accessors(limits)?;
    checked.meshes()?;
    checked.images(limits)?;
    Ok(checked)
}

fn version(document: &Document) -> Result<(), ModelRefused> {
    let needed = document.asset.min_version.as_deref().unwrap_or("2.0");
    for version in [document.asset.version.as_str(), needed] {
        if version != "2.0" {
            return Err(ModelRefused::Version { version: extension::shortened(version) });
        }
    }
    Ok(())
}

fn counts(document: &Document) -> Result<(), ModelRefused> {
    document.scenes.whole("scenes")?;
    document.nodes.whole("nodes")?;
    document.meshes.whole("meshes")?;
    document.accessors.whole("accessors")?;
    document.buffer_views.whole("buffer views")?;
    document.buffers.whole("buffers")?;
    document.images.whole("images")?;
    document.materials.whole("materials")
}

impl<'a> Checked<'a> {
    pub fn accessor(&self, index: u32) -> Result<&'a Accessor, ModelRefused> {
        at(&self.document.accessors, index, "accessor")
    }

    /// The bytes of a view that lie in the file; `None` for one that only a decoder can fill.
    pub fn bytes(&self, index: u32) -> Result<Option<&'a [u8]>, ModelRefused> {
        let view = at(&self.document.buffer_views, index, "buffer view")?;
        if view.buffer != 0 || view.extensions.meshopt.is_some() {
            return Ok(None);
        }
        self.range(view.byte_offset, view.byte_length)
            .map(Some)
            .ok_or(ModelRefused::OutOfBounds { what: "buffer view", index: index as usize })
    }

    fn range(&self, offset: u64, length: u64) -> Option<&'a [u8]> {
        let start = usize::try_from(offset).ok()?;
        let length = usize::try_from(length).ok()?;
        self.bin.get(start..)?.get(..length)
    }

    /// The first buffer is the BIN chunk. Others exist only as the empty places that meshopt unpacks into.
    fn buffers(&self) -> Result<(), ModelRefused> {
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

    fn views(&self, limits: &Limits) -> Result<(), ModelRefused> {
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

    fn accessors(&self, limits: &Limits) -> Result<(), ModelRefused> {
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

    fn meshes(&self) -> Result<(), ModelRefused> {
        for (index, mesh) in self.document.meshes.iter().enumerate() {
            mesh.primitives.whole("primitives of one mesh")?;
            if mesh.primitives.is_empty() {
                return Err(ModelRefused::BadLayout { what: "mesh", index, reason: "it is empty" });
            }
            mesh.primitives.iter().try_for_each(|primitive| self.primitive(index, primitive))?;
        }
        Ok(())
    }

    fn primitive(&self, mesh: usize, primitive: &Primitive) -> Result<(), ModelRefused> {
        let layout = |reason| Err(ModelRefused::BadLayout { what: "mesh", index: mesh, reason });
        let attributes = &primitive.attributes;
        if attributes.found > Attributes::LIMIT {
            let (actual, limit) = (attributes.found, Attributes::LIMIT);
            return Err(ModelRefused::TooMany { what: "attributes", actual, limit });
        }
        if primitive.mode.is_some_and(|mode| mode > 6) {
            return layout("unknown kind of primitive");
        }
        if let Some(material) = primitive.material {
            at(&self.document.materials, material, "material")?;
        }
        let Some(position) = attributes.position else {
            return layout("it has no positions");
        };
        let vertices = self.accessor(position)?.count;
        for &other in &attributes.others {
            if self.accessor(other)?.count != vertices {
                return layout("its attributes differ in number");
            }
        }
        if let Some(draco) = &primitive.extensions.draco {
            let data = self.bytes(draco.buffer_view)?;
            if !data.is_some_and(|data| data.starts_with(b"DRACO")) {
                return layout("its packed data is not Draco");
            }
        }
        Ok(())
    }

    fn images(&self, limits: &Limits) -> Result<(), ModelRefused> {
        for (index, image) in self.document.images.iter().enumerate() {
            if image.uri {
                return Err(ModelRefused::ExternalUri { what: "image", index });
            }
            let view = image.buffer_view.ok_or(ModelRefused::BadImage { index })?;
            let data = self.bytes(view)?.ok_or(ModelRefused::BadImage { index })?;
            image::check(index, data, limits)?;
        }
        Ok(())
    }

    /// The mesh of that index.
    pub fn mesh(&self, index: u32) -> Result<&'a Mesh, ModelRefused> {
        at(&self.document.meshes, index, "mesh")
    }
}

fn starts_aligned(view: &View, offset: u64, component: u64) -> bool {
    (view.byte_offset % component + offset % component).is_multiple_of(component)
}

pub(super) fn at<'a, T>(list: &'a [T], index: u32, what: &'static str) -> Result<&'a T, ModelRefused> {
    list.get(index as usize).ok_or(ModelRefused::Dangling { what, index })
}
