//! Embedded pictures: the kind is taken from their first bytes, as browsers do, and so are the pixels.

use super::{Limits, ModelRefused};

/// KTX2 pictures pass unmeasured: no viewer of ours decodes them, and their `KHR_texture_basisu` may only be
/// optional, with a picture beside it.
const KTX2: &[u8] = b"\xABKTX 20\xBB\r\n\x1A\n";

/// Its pixels.
pub(super) fn check(index: usize, data: &[u8], limits: &Limits) -> Result<u64, ModelRefused> {
    if data.starts_with(KTX2) {
        return Ok(0);
    }
    let (width, height) = pixels(data).ok_or(ModelRefused::BadImage { index })?;
    let all = u64::from(width) * u64::from(height);
    if all > limits.image_pixels {
        return Err(ModelRefused::ImageTooLarge { index, width, height });
    }
    Ok(all)
}

fn pixels(data: &[u8]) -> Option<(u32, u32)> {
    if data.starts_with(b"\x89PNG\r\n\x1A\n") {
        return (data.get(12..16)? == b"IHDR")
            .then_some((u32::from_be_bytes(array(data, 16)?), u32::from_be_bytes(array(data, 20)?)));
    }
    if data.starts_with(b"\xFF\xD8\xFF") {
        return jpeg(data);
    }
    (data.starts_with(b"RIFF") && data.get(8..12)? == b"WEBP").then(|| webp(data)).flatten()
}

/// Walks the segments to the frame header (ITU T.81, B.2.2). Every step is at least four bytes.
fn jpeg(data: &[u8]) -> Option<(u32, u32)> {
    let mut at = 2;
    loop {
        let [0xFF, marker] = array(data, at)? else { return None };
        match marker {
            0xFF => at += 1,
            0xC0..=0xC3 | 0xC5..=0xC7 | 0xC9..=0xCB | 0xCD..=0xCF => {
                let height = u16::from_be_bytes(array(data, at + 5)?);
                let width = u16::from_be_bytes(array(data, at + 7)?);
                return Some((width.into(), height.into()));
            }
            0xD8..=0xDA => return None,
            _ => at += 2 + usize::from(u16::from_be_bytes(array(data, at + 2)?).max(2)),
        }
    }
}

/// The three layouts of WebP (RFC 9649, section 2).
fn webp(data: &[u8]) -> Option<(u32, u32)> {
    match data.get(12..16)? {
        b"VP8 " => {
            let side = |at| array(data, at).map(|two| u32::from(u16::from_le_bytes(two) & 0x3FFF));
            Some((side(26)?, side(28)?))
        }
        b"VP8L" => {
            let bits = u32::from_le_bytes(array(data, 21)?);
            Some(((bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1))
        }
        b"VP8X" => {
            let side = |at| array(data, at).map(|[a, b, c]| u32::from_le_bytes([a, b, c, 0]) + 1);
            Some((side(24)?, side(27)?))
        }
        _ => None,
    }
}

fn array<const N: usize>(data: &[u8], at: usize) -> Option<[u8; N]> {
    data.get(at..)?.first_chunk().copied()
}
