use super::reader::Reader;

/// Elements are packed in blocks, the bytes of a block one place of the element after the other.
const BLOCK_BYTES: usize = 8192;
const BLOCK: usize = 256;
/// Differences are packed in groups, each with as few bits as it needs.
const GROUP: usize = 16;

/// `count` elements of `stride` bytes.
pub(super) fn decoded(data: &[u8], count: usize, stride: usize) -> Option<Vec<u8>> {
    let (head, rest) = data.split_first()?;
    let version = head & 0x0F;
    if head & 0xF0 != 0xA0 || version > 1 || stride == 0 || stride > 256 || !stride.is_multiple_of(4) {
        return None;
    }
    // At the end: the element before the first, and in the second version how each four bytes are meant.
    let ways = if version == 0 { 0 } else { stride / 4 };
    let tail = rest.split_at_checked(rest.len().checked_sub(stride + ways)?)?.1;
    let (mut before, ways) = (tail[..stride].to_vec(), &tail[stride..]);

    let block = (BLOCK_BYTES / stride / GROUP * GROUP).min(BLOCK);
    let mut reader = Reader::new(rest);
    let mut elements = Vec::with_capacity(count.checked_mul(stride)?);
    let mut planes = vec![0; stride * BLOCK];
    while elements.len() < count * stride {
        let size = block.min(count - elements.len() / stride);
        let controls = reader.take(ways.len())?;
        for place in 0..stride {
            let plane = &mut planes[place * BLOCK..][..size.next_multiple_of(GROUP)];
            let control = controls.get(place / 4).map(|four| four >> (place % 4 * 2) & 3);
            match control {
                None => groups(&mut reader, plane, [0, 2, 4, 8])?,
                Some(0) => groups(&mut reader, plane, [0, 1, 2, 4])?,
                Some(1) => groups(&mut reader, plane, [1, 2, 4, 8])?,
                Some(2) => plane.fill(0),
                Some(_) => plane[..size].copy_from_slice(reader.take(size)?),
            }
        }
        for index in 0..size {
            for four in 0..stride / 4 {
                let told = [0, 1, 2, 3].map(|part| planes[(4 * four + part) * BLOCK + index]);
                let last = &mut before[4 * four..4 * four + 4];
                let next = added(*last.first_chunk()?, told, ways.get(four).copied().unwrap_or(0))?;
                last.copy_from_slice(&next);
            }
            elements.extend_from_slice(&before);
        }
    }
    Some(elements)
}

/// One place of a block's elements: two bits a group say how many bits each of its numbers has. The largest number
/// that fits stands for one that does not; those follow as whole bytes.
fn groups(reader: &mut Reader, plane: &mut [u8], widths: [u8; 4]) -> Option<()> {
    let heads = reader.take((plane.len() / GROUP).div_ceil(4))?;
    for (at, group) in plane.chunks_exact_mut(GROUP).enumerate() {
        let width = widths[usize::from(heads[at / 4] >> (at % 4 * 2) & 3)];
        if width == 0 {
            group.fill(0);
            continue;
        }
        let packed = reader.take(GROUP * usize::from(width) / 8)?;
        if width == 8 {
            group.copy_from_slice(packed);
            continue;
        }
        let most = (1_u8 << width) - 1;
        for (at, number) in group.iter_mut().enumerate() {
            let bit = at * usize::from(width);
            // High bits first, but single bits from the low end.
            let shift = if width == 1 { bit % 8 } else { 8 - usize::from(width) - bit % 8 };
            let told = packed[bit / 8] >> shift & most;
            *number = if told == most { reader.byte()? } else { told };
        }
    }
    Some(())
}

/// Four bytes from those of the element before and what was told of the difference.
fn added(last: [u8; 4], told: [u8; 4], way: u8) -> Option<[u8; 4]> {
    let (word, before) = (u32::from_le_bytes(told), u32::from_le_bytes(last));
    Some(match way & 3 {
        0 => [0, 1, 2, 3].map(|at| {
            let step = (told[at] >> 1) ^ (told[at] & 1).wrapping_neg();
            last[at].wrapping_add(step)
        }),
        1 => {
            let half = |shift: u32| {
                let (told, last) = ((word >> shift) as u16, (before >> shift) as u16);
                last.wrapping_add((told >> 1) ^ (told & 1).wrapping_neg()).to_le_bytes()
            };
            let ([a, b], [c, d]) = (half(0), half(16));
            [a, b, c, d]
        }
        2 => (word.rotate_right(u32::from(way >> 4)) ^ before).to_le_bytes(),
        _ => return None,
    })
}
