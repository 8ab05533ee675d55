//! Small GLB files for the tests, described as JSON and changed at will.

use serde_json::{Value, json};

/// A box of 20 × 2 × 1 mm: eight corners, twelve triangles, as a document and its BIN chunk.
pub(super) struct Sample {
    pub json: Value,
    pub bin: Vec<u8>,
}

const CORNERS: usize = 8;
const INDICES: [u16; 36] = [
    0, 2, 1, 1, 2, 3, 4, 5, 6, 5, 7, 6, 0, 1, 4, 1, 5, 4, 2, 6, 3, 3, 6, 7, 0, 4, 2, 2, 4, 6, 1, 3, 5, 3, 7,
    5,
];

impl Sample {
    pub fn new() -> Self {
        let mut bin = Vec::new();
        for corner in 0..CORNERS {
            for (axis, side) in [0.020_f32, 0.002, 0.001].into_iter().enumerate() {
                let value = if corner >> axis & 1 == 1 { side } else { 0.0 };
                bin.extend(value.to_le_bytes());
            }
        }
        bin.extend(INDICES.iter().flat_map(|index| index.to_le_bytes()));
        let json = json!({
            "asset": { "version": "2.0" },
            "scene": 0,
            "scenes": [{ "nodes": [0] }],
            "nodes": [{ "mesh": 0 }],
            "meshes": [{ "primitives": [{ "attributes": { "POSITION": 0 }, "indices": 1 }] }],
            "accessors": [
                { "bufferView": 0, "componentType": 5126, "count": 8, "type": "VEC3",
                  "min": [0.0, 0.0, 0.0], "max": [0.020, 0.002, 0.001] },
                { "bufferView": 1, "componentType": 5123, "count": 36, "type": "SCALAR" }
            ],
            "bufferViews": [
                { "buffer": 0, "byteOffset": 0, "byteLength": 96 },
                { "buffer": 0, "byteOffset": 96, "byteLength": 72 }
            ],
            "buffers": [{ "byteLength": 168 }]
        });
        Self { json, bin }
    }

    /// Sets one member, addressed by a JSON pointer; members on the way must exist.
    pub fn with(mut self, pointer: &str, value: Value) -> Self {
        let (parent, member) = pointer.rsplit_once('/').unwrap();
        match self.json.pointer_mut(parent).unwrap() {
            Value::Object(object) => drop(object.insert(member.to_owned(), value)),
            Value::Array(array) if member == "-" => array.push(value),
            Value::Array(array) => array[member.parse::<usize>().unwrap()] = value,
            other => panic!("{pointer} lies in {other}"),
        }
        self
    }

    pub fn bytes(&self) -> Vec<u8> {
        glb(self.json.to_string().as_bytes(), &self.bin)
    }
}

/// Puts chunks together, padded as the format asks.
pub(super) fn glb(json: &[u8], bin: &[u8]) -> Vec<u8> {
    let mut json = json.to_vec();
    json.resize(json.len().next_multiple_of(4), b' ');
    let mut bin = bin.to_vec();
    bin.resize(bin.len().next_multiple_of(4), 0);
    chunks(&[(b"JSON", &json), (b"BIN\0", &bin)])
}

/// Puts chunks together as they are.
pub(super) fn chunks(chunks: &[(&[u8; 4], &[u8])]) -> Vec<u8> {
    let mut file = b"glTF\x02\0\0\0\0\0\0\0".to_vec();
    for (kind, data) in chunks {
        file.extend(u32::try_from(data.len()).unwrap().to_le_bytes());
        file.extend(*kind);
        file.extend(*data);
    }
    let length = u32::try_from(file.len()).unwrap();
    file[8..12].copy_from_slice(&length.to_le_bytes());
    file
}
