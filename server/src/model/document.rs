//! The part of a glTF document that is read: glTF 2.0, section 5. Unknown members are skipped, double ones refused.

use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, IgnoredAny, MapAccess, Visitor};

use super::ModelRefused;
use super::bounded::Bounded;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Document {
    pub asset: Asset,
    #[serde(default)]
    pub extensions_required: Bounded<String, 64>,
    pub scene: Option<u32>,
    #[serde(default)]
    pub scenes: Bounded<Scene, 256>,
    #[serde(default)]
    pub nodes: Bounded<Node, 65_536>,
    #[serde(default)]
    pub meshes: Bounded<Mesh, 16_384>,
    #[serde(default)]
    pub accessors: Bounded<Accessor, 65_536>,
    #[serde(default)]
    pub buffer_views: Bounded<View, 65_536>,
    #[serde(default)]
    pub buffers: Bounded<Buffer, 16>,
    #[serde(default)]
    pub images: Bounded<Image, 256>,
    #[serde(default)]
    pub materials: Bounded<Material, 4_096>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Asset {
    pub version: String,
    pub min_version: Option<String>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Scene {
    #[serde(default)]
    pub nodes: Bounded<u32, 65_536>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Node {
    pub mesh: Option<u32>,
    #[serde(default)]
    pub children: Bounded<u32, 65_536>,
    pub matrix: Option<Box<[f64; 16]>>,
    pub translation: Option<[f64; 3]>,
    pub rotation: Option<[f64; 4]>,
    pub scale: Option<[f64; 3]>,
    #[serde(default)]
    pub extensions: NodeExtensions,
    #[serde(default, deserialize_with = "present")]
    pub skin: bool,
}

#[derive(Debug, Default, Deserialize)]
pub(super) struct NodeExtensions {
    #[serde(default, rename = "EXT_mesh_gpu_instancing", deserialize_with = "present")]
    pub instancing: bool,
}

#[derive(Debug, Deserialize)]
pub(super) struct Mesh {
    pub primitives: Bounded<Primitive, 4_096>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Primitive {
    pub attributes: Attributes,
    pub indices: Option<u32>,
    pub mode: Option<u32>,
    pub material: Option<u32>,
    #[serde(default)]
    pub extensions: PrimitiveExtensions,
}

#[derive(Debug, Default, Deserialize)]
pub(super) struct PrimitiveExtensions {
    #[serde(rename = "KHR_draco_mesh_compression")]
    pub draco: Option<Draco>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Draco {
    pub buffer_view: u32,
}

#[derive(Debug, Deserialize)]
pub(super) struct Material {
    #[serde(rename = "pbrMetallicRoughness")]
    pub surface: Option<Surface>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Surface {
    #[serde(rename = "baseColorFactor")]
    pub color: Option<[f64; 4]>,
    #[serde(rename = "metallicFactor")]
    pub metallic: Option<f64>,
}

/// The accessors of a primitive by attribute; only POSITION is known by name.
#[derive(Debug, Default)]
pub(super) struct Attributes {
    pub position: Option<u32>,
    pub others: Vec<u32>,
    pub found: u64,
}

impl Attributes {
    /// Three sets of everything would be fewer.
    pub const LIMIT: u64 = 32;
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Accessor {
    pub buffer_view: Option<u32>,
    #[serde(default)]
    pub byte_offset: u64,
    pub component_type: u32,
    #[serde(default)]
    pub normalized: bool,
    pub count: u64,
    #[serde(rename = "type")]
    pub shape: Shape,
    #[serde(default)]
    pub min: Bounded<f64, 16>,
    #[serde(default)]
    pub max: Bounded<f64, 16>,
    pub sparse: Option<Sparse>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub(super) enum Shape {
    Scalar,
    Vec2,
    Vec3,
    Vec4,
    Mat2,
    Mat3,
    Mat4,
}

#[derive(Debug, Deserialize)]
pub(super) struct Sparse {
    pub count: u64,
    pub indices: SparseIndices,
    pub values: SparseValues,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct SparseIndices {
    pub buffer_view: u32,
    #[serde(default)]
    pub byte_offset: u64,
    pub component_type: u32,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct SparseValues {
    pub buffer_view: u32,
    #[serde(default)]
    pub byte_offset: u64,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct View {
    pub buffer: u32,
    #[serde(default)]
    pub byte_offset: u64,
    pub byte_length: u64,
    pub byte_stride: Option<u64>,
    #[serde(default)]
    pub extensions: ViewExtensions,
}

#[derive(Debug, Default, Deserialize)]
pub(super) struct ViewExtensions {
    #[serde(rename = "EXT_meshopt_compression", alias = "KHR_meshopt_compression")]
    pub meshopt: Option<Packed>,
}

/// Where the packed bytes of a view lie, and what they become.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Packed {
    pub buffer: u32,
    #[serde(default)]
    pub byte_offset: u64,
    pub byte_length: u64,
    pub byte_stride: u64,
    pub count: u64,
    pub mode: Option<Mode>,
    pub filter: Option<Filter>,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub(super) enum Mode {
    Attributes,
    Triangles,
    Indices,
    #[serde(other)]
    Other,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub(super) enum Filter {
    None,
    Octahedral,
    Quaternion,
    Exponential,
    Color,
    #[serde(other)]
    Other,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Buffer {
    pub byte_length: u64,
    #[serde(default, deserialize_with = "present")]
    pub uri: bool,
    #[serde(default)]
    pub extensions: BufferExtensions,
}

#[derive(Debug, Default, Deserialize)]
pub(super) struct BufferExtensions {
    #[serde(rename = "EXT_meshopt_compression", alias = "KHR_meshopt_compression")]
    pub meshopt: Option<Placeholder>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Placeholder {
    #[serde(default)]
    pub fallback: bool,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Image {
    #[serde(default, deserialize_with = "present")]
    pub uri: bool,
    pub buffer_view: Option<u32>,
}

impl Document {
    /// Whether bones move something of it to where only their animation knows.
    pub fn is_posed(&self) -> bool {
        self.nodes.iter().any(|node| node.mesh.is_some() && node.skin)
    }
}

pub(super) fn parse(json: &[u8]) -> Result<Document, ModelRefused> {
    serde_json::from_slice(json)
        .map_err(|error| ModelRefused::BadJson { reason: super::extension::shortened(&error.to_string()) })
}

/// True when the member is there at all, whatever it holds, `null` included.
fn present<'de, D: Deserializer<'de>>(deserializer: D) -> Result<bool, D::Error> {
    IgnoredAny::deserialize(deserializer).map(|_| true)
}

impl<'de> Deserialize<'de> for Attributes {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(ByName)
    }
}

struct ByName;

impl<'de> Visitor<'de> for ByName {
    type Value = Attributes;

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("attributes by name")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Attributes, A::Error> {
        let mut attributes = Attributes::default();
        while let Some(name) = map.next_key::<std::borrow::Cow<str>>()? {
            let accessor = map.next_value()?;
            attributes.found += 1;
            if name == "POSITION" {
                attributes.position = Some(accessor);
            } else if attributes.found <= Attributes::LIMIT {
                attributes.others.push(accessor);
            }
        }
        Ok(attributes)
    }
}
