use super::{Limits, ModelRefused};

/// The two chunks of a GLB that are read. glTF 2.0, section 4.
pub(super) struct Container<'a> {
    pub json: &'a [u8],
    /// Empty when the file has no BIN chunk.
    pub bin: &'a [u8],
}

const HEADER: usize = 12;
const CHUNK_HEADER: usize = 8;
const MAGIC: &[u8] = b"glTF";
const JSON: u32 = 0x4E4F_534A;
const BIN: u32 = 0x004E_4942;

pub(super) fn open<'a>(bytes: &'a [u8], limits: &Limits) -> Result<Container<'a>, ModelRefused> {
    if bytes.len() > limits.bytes {
        return Err(ModelRefused::TooLarge { actual: bytes.len(), limit: limits.bytes });
    }
    if bytes.len() >= MAGIC.len() && !bytes.starts_with(MAGIC) {
        return Err(ModelRefused::NotGlb);
    }
    if bytes.len() < HEADER + CHUNK_HEADER {
        return Err(ModelRefused::TooShort { actual: bytes.len() });
    }
    let version = word(bytes, 4);
    if version != 2 {
        return Err(ModelRefused::Version { version: version.to_string() });
    }
    let declared = u64::from(word(bytes, 8));
    if declared != bytes.len() as u64 {
        return Err(ModelRefused::LyingLength { declared, actual: bytes.len() });
    }

    let mut at = HEADER;
    let (kind, json) = chunk(bytes, at)?;
    if kind != JSON {
        return Err(ModelRefused::ChunkOrder { at });
    }
    if json.len() > limits.json_bytes {
        return Err(ModelRefused::JsonTooLarge { actual: json.len(), limit: limits.json_bytes });
    }
    at += CHUNK_HEADER + json.len();

    // Chunks of other kinds are to be ignored, so they are; a second JSON or a late BIN is a trap.
    let mut bin: &[u8] = &[];
    let second = at;
    while at < bytes.len() {
        let (kind, data) = chunk(bytes, at)?;
        match kind {
            BIN if at == second => bin = data,
            BIN | JSON => return Err(ModelRefused::ChunkOrder { at }),
            _ => {}
        }
        at += CHUNK_HEADER + data.len();
    }
    Ok(Container { json, bin })
}

fn chunk(bytes: &[u8], at: usize) -> Result<(u32, &[u8]), ModelRefused> {
    let left = bytes.len().saturating_sub(at + CHUNK_HEADER);
    if bytes.len() < at + CHUNK_HEADER {
        return Err(ModelRefused::ChunkOverrun { at, declared: CHUNK_HEADER as u64, left: 0 });
    }
    let declared = word(bytes, at);
    let data = usize::try_from(declared)
        .ok()
        .and_then(|length| bytes.get(at + CHUNK_HEADER..)?.get(..length))
        .ok_or(ModelRefused::ChunkOverrun { at, declared: u64::from(declared), left })?;
    if !declared.is_multiple_of(4) {
        return Err(ModelRefused::ChunkMisaligned { at });
    }
    Ok((word(bytes, at + 4), data))
}

/// The little-endian word at `at`; zero beyond the end, which callers rule out first.
fn word(bytes: &[u8], at: usize) -> u32 {
    bytes.get(at..).and_then(|rest| rest.first_chunk()).map_or(0, |word| u32::from_le_bytes(*word))
}
