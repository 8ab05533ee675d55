use super::reader::{Reader, signed};

/// Indices as steps from one of two before them.
pub(super) fn decoded(data: &[u8], count: usize) -> Option<Vec<u32>> {
    let (head, rest) = data.split_first()?;
    if head & 0xF0 != 0xD0 || head & 0x0F > 1 || rest.len() < count {
        return None;
    }
    let mut reader = Reader::new(rest);
    let mut last = [0_u32; 2];
    let mut indices = Vec::with_capacity(count);
    for _ in 0..count {
        let number = reader.number()?;
        let last = &mut last[(number & 1) as usize];
        *last = last.wrapping_add(signed(number >> 1));
        indices.push(*last);
    }
    Some(indices)
}
