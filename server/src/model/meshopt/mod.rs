//! The decoder of packed buffer views: `EXT_meshopt_compression`, appendix A, and the second version of its codecs
//! (`KHR_meshopt_compression`). In safe Rust, because the bytes are a stranger's: what does not hold gives `None`.

mod attributes;
mod filter;
mod reader;
mod sequence;
#[cfg(test)]
mod tests;
mod triangles;

use super::document::{Filter, Mode, Packed};

/// The view's bytes as they were before packing. They are `count` × `byteStride`, which the caller has bounded.
pub(super) fn unpacked(packed: &Packed, data: &[u8]) -> Option<Vec<u8>> {
    let (count, stride) = (usize::try_from(packed.count).ok()?, usize::try_from(packed.byte_stride).ok()?);
    let mut bytes = match packed.mode? {
        Mode::Attributes => attributes::decoded(data, count, stride)?,
        Mode::Triangles => written(&triangles::decoded(data, count)?, stride)?,
        Mode::Indices => written(&sequence::decoded(data, count)?, stride)?,
        Mode::Other => return None,
    };
    match packed.filter.unwrap_or(Filter::None) {
        Filter::None => {}
        Filter::Exponential => filter::exponential(&mut bytes, stride)?,
        // Normals, turns and colours: nothing of them is measured.
        Filter::Octahedral | Filter::Quaternion | Filter::Color | Filter::Other => return None,
    }
    Some(bytes)
}

/// Indices of two or four bytes.
fn written(indices: &[u32], stride: usize) -> Option<Vec<u8>> {
    match stride {
        2 => indices.iter().map(|index| u16::try_from(*index).ok()).try_fold(Vec::new(), |mut all, index| {
            all.extend(index?.to_le_bytes());
            Some(all)
        }),
        4 => Some(indices.iter().flat_map(|index| index.to_le_bytes()).collect()),
        _ => None,
    }
}
