use std::io::Write;

use flate2::{Compression, Crc, write::ZlibEncoder};

/// A PNG file (ISO/IEC 15948) of `width` × `height` pixels: red, green, blue, a byte each.
pub(super) fn write(width: u32, height: u32, pixels: &[u8]) -> Vec<u8> {
    let mut header = [width.to_be_bytes(), height.to_be_bytes()].concat();
    // Eight bits a part, colour without alpha, deflate, adaptive filters, not interlaced.
    header.extend([8, 2, 0, 0, 0]);
    let mut file = b"\x89PNG\r\n\x1A\n".to_vec();
    chunk(&mut file, *b"IHDR", &header);
    chunk(&mut file, *b"IDAT", &packed(pixels, width as usize * 3));
    chunk(&mut file, *b"IEND", &[]);
    file
}

/// Rows as differences from the pixel on their left (filter 1), which pack far better than colours do.
fn packed(pixels: &[u8], row: usize) -> Vec<u8> {
    let mut rows = Vec::with_capacity(pixels.len() + pixels.len() / row);
    for line in pixels.chunks_exact(row) {
        rows.push(1);
        rows.extend(line.iter().enumerate().map(|(at, part)| {
            let left = at.checked_sub(3).map_or(0, |left| line[left]);
            part.wrapping_sub(left)
        }));
    }
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::best());
    // Memory takes whatever is written to it.
    let done = encoder.write_all(&rows).and_then(|()| encoder.finish());
    done.unwrap_or_default()
}

fn chunk(file: &mut Vec<u8>, kind: [u8; 4], data: &[u8]) {
    let mut sum = Crc::new();
    sum.update(&kind);
    sum.update(data);
    file.extend(u32::try_from(data.len()).unwrap_or(u32::MAX).to_be_bytes());
    file.extend(kind);
    file.extend(data);
    file.extend(sum.sum().to_be_bytes());
}
