use serde::{Deserialize, Serialize};

/// What is known about a checked model. Stored with the order; later versions add fields, so readers of stored
/// facts must give a default to what is new.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ModelFacts {
    /// Width, height and depth of the scene's box (x, y, z of glTF, y up), millimetres.
    pub size_mm: [f64; 3],
    /// Where the box comes from.
    pub bounds: Bounds,
    /// Triangles drawn, each instance counted.
    pub triangles: u64,
    /// Vertices drawn, each instance counted.
    pub vertices: u64,
    /// Meshes in the file.
    pub meshes: u32,
    /// Nodes of the scene.
    pub nodes: u32,
    /// Materials in the file.
    pub materials: u32,
    /// Embedded pictures.
    pub images: u32,
    /// Pixels of the pictures, all together.
    pub pixels: u64,
    /// How the geometry is packed, when it is.
    pub compression: Option<Compression>,
}

/// How far the measured box can be trusted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Bounds {
    /// From every vertex: exact.
    Vertices,
    /// From boxes of vertices, turned: never too small, too large by at most the turn.
    Boxes,
    /// At least in part from what the file says about itself, because its positions can't be read, or bones move them.
    Declared,
}

/// A packing that the viewer needs a decoder for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Compression {
    /// `KHR_draco_mesh_compression`
    Draco,
    /// `EXT_meshopt_compression`, or its `KHR_` successor
    Meshopt,
}
