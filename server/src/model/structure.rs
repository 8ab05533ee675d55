//! Everything that is referred to exists and lies within the file. After this, reading needs no more trust.

use super::document::{Accessor, Attributes, Document, Mesh, Primitive};
use super::{Limits, ModelRefused, extension, image};

/// A document whose references and ranges hold.
pub(super) struct Checked<'a> {
    pub document: &'a Document,
    pub bin: &'a [u8],
    /// Of all pictures in the file.
    pub pixels: u64,
}

pub(super) fn check<'a>(
    document: &'a Document,
    bin: &'a [u8],
    limits: &Limits,
) -> Result<Checked<'a>, ModelRefused> {
    version(document)?;
    extension::check(document)?;
    counts(document)?;
    let mut checked = Checked { document, bin, pixels: 0 };
    checked.buffers()?;
    checked.views(limits)?;
    checked.accessors(limits)?;
    checked.meshes()?;
    checked.pixels = checked.images(limits)?;
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

    pub fn range(&self, offset: u64, length: u64) -> Option<&'a [u8]> {
        let start = usize::try_from(offset).ok()?;
        let length = usize::try_from(length).ok()?;
        self.bin.get(start..)?.get(..length)
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

    /// The pixels of all of them.
    fn images(&self, limits: &Limits) -> Result<u64, ModelRefused> {
        let mut pixels = 0;
        for (index, image) in self.document.images.iter().enumerate() {
            if image.uri {
                return Err(ModelRefused::ExternalUri { what: "image", index });
            }
            let view = image.buffer_view.ok_or(ModelRefused::BadImage { index })?;
            let data = self.bytes(view)?.ok_or(ModelRefused::BadImage { index })?;
            pixels += image::check(index, data, limits)?;
            if pixels > limits.images_pixels {
                return Err(ModelRefused::ImagesTooLarge { pixels, limit: limits.images_pixels });
            }
        }
        Ok(pixels)
    }

    /// The mesh of that index.
    pub fn mesh(&self, index: u32) -> Result<&'a Mesh, ModelRefused> {
        at(&self.document.meshes, index, "mesh")
    }
}

pub(super) fn at<'a, T>(list: &'a [T], index: u32, what: &'static str) -> Result<&'a T, ModelRefused> {
    list.get(index as usize).ok_or(ModelRefused::Dangling { what, index })
}
