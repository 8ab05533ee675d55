use super::reader::{Reader, signed};

/// The last sixteen of something, the latest at 1.
struct Recent<T> {
    ring: [T; 16],
    next: usize,
}

impl<T: Copy> Recent<T> {
    const fn of(nothing: T) -> Self {
        Self { ring: [nothing; 16], next: 0 }
    }

    fn push(&mut self, item: T) {
        self.ring[self.next] = item;
        self.next = (self.next + 1) & 15;
    }

    fn back(&self, steps: u8) -> T {
        self.ring[self.next.wrapping_sub(usize::from(steps)) & 15]
    }
}

/// What a triangle is told from: corners and edges met lately, the next new corner, the last one told in full.
struct Memory<'a> {
    corners: Recent<u32>,
    edges: Recent<(u32, u32)>,
    next: u32,
    last: u32,
    extra: Reader<'a>,
}

impl Memory<'_> {
    fn fresh(&mut self) -> u32 {
        let fresh = self.next;
        self.next = self.next.wrapping_add(1);
        fresh
    }

    /// A corner told as a step from the last one that was.
    fn free(&mut self) -> Option<u32> {
        self.last = self.last.wrapping_add(signed(self.extra.number()?));
        Some(self.last)
    }
}

/// `count` indices, three a triangle.
pub(super) fn decoded(data: &[u8], count: usize) -> Option<Vec<u32>> {
    let (head, rest) = data.split_first()?;
    let version = head & 0x0F;
    if head & 0xF0 != 0xE0 || version > 1 || !count.is_multiple_of(3) {
        return None;
    }
    // One byte a triangle, then what single ones need besides, then a table of sixteen frequent pairs.
    let (codes, rest) = rest.split_at_checked(count / 3)?;
    let (extra, table) = rest.split_last_chunk::<16>()?;
    let mut memory = Memory {
        corners: Recent::of(u32::MAX),
        edges: Recent::of((u32::MAX, u32::MAX)),
        next: 0,
        last: 0,
        extra: Reader::new(extra),
    };
    let mut indices = Vec::with_capacity(count);
    for &code in codes {
        let [a, b, c] = if code < 0xF0 {
            beside_an_edge(&mut memory, code, version)?
        } else {
            alone(&mut memory, code, table)?
        };
        indices.extend([a, b, c]);
    }
    Some(indices)
}

fn beside_an_edge(memory: &mut Memory, code: u8, version: u8) -> Option<[u32; 3]> {
    let (a, b) = memory.edges.back((code >> 4) + 1);
    let told = code & 15;
    let known = if version == 0 { 15 } else { 13 };
    let c = match told {
        0 => memory.fresh(),
        told if told < known => memory.corners.back(told + 1),
        15 => memory.free()?,
        // The second version tells neighbours of the last one without further bytes.
        13 => {
            memory.last = memory.last.wrapping_sub(1);
            memory.last
        }
        _ => {
            memory.last = memory.last.wrapping_add(1);
            memory.last
        }
    };
    if told == 0 || told >= known {
        memory.corners.push(c);
    }
    memory.edges.push((c, b));
    memory.edges.push((a, c));
    Some([a, b, c])
}

fn alone(memory: &mut Memory, code: u8, table: &[u8; 16]) -> Option<[u32; 3]> {
    let (first, pair) = match code {
        0xFE => (0, memory.extra.byte()?),
        0xFF => (15, memory.extra.byte()?),
        code => (0, table[usize::from(code & 15)]),
    };
    let (second, third) = (pair >> 4, pair & 15);
    if code >= 0xFE && pair == 0 {
        memory.next = 0;
    }
    // New corners are counted before any that is told in full is read, and all are looked up before any is kept.
    let a = if first == 0 { memory.fresh() } else { 0 };
    let b = if second == 0 { memory.fresh() } else { memory.corners.back(second) };
    let c = if third == 0 { memory.fresh() } else { memory.corners.back(third) };
    let a = if first == 15 { memory.free()? } else { a };
    let b = if second == 15 { memory.free()? } else { b };
    let c = if third == 15 { memory.free()? } else { c };
    memory.corners.push(a);
    if matches!(second, 0 | 15) {
        memory.corners.push(b);
    }
    if matches!(third, 0 | 15) {
        memory.corners.push(c);
    }
    memory.edges.push((b, a));
    memory.edges.push((c, b));
    memory.edges.push((a, c));
    Some([a, b, c])
}
