use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{Mesh, Node, Scene};

const FLOAT: u32 = 5126;
const SHORT: u32 = 5123;
const WORD: u32 = 5125;
const BYTE: u32 = 5121;
const VERTICES: u32 = 34962;
const INDICES: u32 = 34963;
const LINEAR: u32 = 9729;
const MIPMAPS: u32 = 9987;
const EDGE: u32 = 33071;

/// The document; the data goes to `bin` on the way.
pub(super) fn document(scene: &Scene, bin: &mut Vec<u8>) -> Value {
    let mut data = Data { bin, views: Vec::new(), accessors: Vec::new() };
    let meshes: Vec<Value> = scene.meshes.iter().map(|mesh| data.mesh(mesh)).collect();
    let images: Vec<Value> = scene.pictures.iter().map(|png| data.image(png)).collect();
    let Data { views, accessors, .. } = data;

    let mut nodes = Vec::new();
    let roots: Vec<usize> = scene.nodes.iter().map(|root| node(root, &mut nodes)).collect();
    let extensions: BTreeSet<String> =
        scene.materials.iter().flat_map(|m| m.extensions().into_iter().map(|(name, _)| name)).collect();
    let mut document = json!({
        "asset": { "version": "2.0", "generator": "Verstak" },
        "scene": 0,
        "scenes": [{ "name": scene.name, "nodes": roots }],
        "nodes": nodes,
        "meshes": meshes,
        "materials": scene.materials.iter().map(super::Material::json).collect::<Vec<_>>(),
        "accessors": accessors,
        "bufferViews": views,
        "buffers": [{ "byteLength": bin.len() }],
    });
    if !extensions.is_empty() {
        document["extensionsUsed"] = json!(extensions);
    }
    if !images.is_empty() {
        let textures = (0..images.len()).map(|index| json!({ "sampler": 0, "source": index }));
        document["textures"] = textures.collect();
        document["images"] = json!(images);
        document["samplers"] =
            json!([{ "magFilter": LINEAR, "minFilter": MIPMAPS, "wrapS": EDGE, "wrapT": EDGE }]);
    }
    document
}

/// Writes a node after its children and returns its index.
fn node(source: &Node, nodes: &mut Vec<Value>) -> usize {
    let children: Vec<usize> = source.children.iter().map(|child| node(child, nodes)).collect();
    let (still, scale) = (Node::default(), [source.scale; 3]);
    let mut value = json!({ "name": source.name });
    if let Some(mesh) = source.mesh {
        value["mesh"] = json!(mesh);
    }
    if source.translation != still.translation {
        value["translation"] = json!(source.translation);
    }
    if source.rotation != still.rotation {
        value["rotation"] = json!(source.rotation);
    }
    if source.scale != still.scale {
        value["scale"] = json!(scale);
    }
    if !children.is_empty() {
        value["children"] = json!(children);
    }
    nodes.push(value);
    nodes.len() - 1
}

struct Data<'a> {
    bin: &'a mut Vec<u8>,
    views: Vec<Value>,
    accessors: Vec<Value>,
}

impl Data<'_> {
    fn mesh(&mut self, mesh: &Mesh) -> Value {
        let (low, high) = span(&mesh.positions);
        let count = mesh.positions.len();
        let floats = |list: &[f32]| list.iter().flat_map(|v| v.to_le_bytes()).collect();
        let view = self.view(floats(mesh.positions.as_flattened()), Some(VERTICES));
        let position = self.accessor(json!({ "bufferView": view, "componentType": FLOAT, "count": count,
            "type": "VEC3", "min": low, "max": high }));
        let view = self.view(floats(mesh.normals.as_flattened()), Some(VERTICES));
        let normal = self.accessor(json!({ "bufferView": view, "componentType": FLOAT, "count": count,
            "type": "VEC3" }));
        let mut attributes = json!({ "POSITION": position, "NORMAL": normal });
        if !mesh.colors.is_empty() {
            let view = self.view(mesh.colors.as_flattened().to_vec(), Some(VERTICES));
            attributes["COLOR_0"] = json!(self.accessor(json!({ "bufferView": view, "componentType": BYTE,
                "normalized": true, "count": count, "type": "VEC4" })));
        }
        if !mesh.places.is_empty() {
            let view = self.view(floats(mesh.places.as_flattened()), Some(VERTICES));
            attributes["TEXCOORD_0"] =
                json!(self.accessor(json!({ "bufferView": view, "componentType": FLOAT,
                "count": count, "type": "VEC2" })));
        }
        let indices = self.indices(mesh);
        json!({ "name": mesh.name, "primitives": [
            { "attributes": attributes, "indices": indices, "material": mesh.material }] })
    }

    /// Two bytes an index where they suffice; 65,535 itself is kept free, as the format asks.
    fn indices(&mut self, mesh: &Mesh) -> usize {
        let short: Option<Vec<u16>> = (mesh.positions.len() < 65_535)
            .then(|| mesh.indices.iter().filter_map(|&index| u16::try_from(index).ok()).collect());
        let (bytes, kind) = match short {
            Some(short) => (short.iter().flat_map(|index| index.to_le_bytes()).collect(), SHORT),
            None => (mesh.indices.iter().flat_map(|index| index.to_le_bytes()).collect(), WORD),
        };
        let view = self.view(bytes, Some(INDICES));
        self.accessor(json!({ "bufferView": view, "componentType": kind, "count": mesh.indices.len(),
            "type": "SCALAR" }))
    }

    fn image(&mut self, png: &[u8]) -> Value {
        json!({ "bufferView": self.view(png.to_vec(), None), "mimeType": "image/png" })
    }

    /// `target` is what a graphics card uses the bytes for; a picture has none.
    fn view(&mut self, bytes: Vec<u8>, target: Option<u32>) -> usize {
        let at = self.bin.len();
        let mut view = json!({ "buffer": 0, "byteOffset": at, "byteLength": bytes.len() });
        if let Some(target) = target {
            view["target"] = json!(target);
        }
        self.views.push(view);
        self.bin.extend(bytes);
        self.bin.resize(self.bin.len().next_multiple_of(4), 0);
        self.views.len() - 1
    }

    fn accessor(&mut self, accessor: Value) -> usize {
        self.accessors.push(accessor);
        self.accessors.len() - 1
    }
}

/// The exact box, as numbers that say the same in 64 bits.
fn span(positions: &[[f32; 3]]) -> ([f64; 3], [f64; 3]) {
    let along = |axis: usize, pick: fn(f32, f32) -> f32, start: f32| {
        f64::from(positions.iter().map(|position| position[axis]).fold(start, pick))
    };
    (
        [0, 1, 2].map(|axis| along(axis, f32::min, f32::INFINITY)),
        [0, 1, 2].map(|axis| along(axis, f32::max, f32::NEG_INFINITY)),
    )
}
