//! A writer of GLB files (glTF 2.0, section 4): one buffer, one primitive a mesh, indexed triangles.

mod json;
mod material;

pub use material::Material;

/// What is written: metres, y up, counter-clockwise triangles seen from outside.
#[derive(Clone, Debug, Default)]
pub struct Scene {
    /// Name of the scene.
    pub name: String,
    /// Referred to by [`Mesh::material`].
    pub materials: Vec<Material>,
    /// PNG files, referred to by [`Material::picture`].
    pub pictures: Vec<Vec<u8>>,
    /// Referred to by [`Node::mesh`].
    pub meshes: Vec<Mesh>,
    /// The roots of the scene.
    pub nodes: Vec<Node>,
}

/// Triangles of one material.
#[derive(Clone, Debug, Default)]
pub struct Mesh {
    /// Name for people.
    pub name: String,
    /// Index of the material.
    pub material: usize,
    /// Metres.
    pub positions: Vec<[f32; 3]>,
    /// Of length one, one for each position.
    pub normals: Vec<[f32; 3]>,
    /// Multiplied with the material's colour: one for each position, or none at all.
    pub colors: Vec<[u8; 4]>,
    /// Places on the material's picture, (0, 0) its upper left corner and (1, 1) its lower right one: one for each
    /// position, or none at all.
    pub places: Vec<[f32; 2]>,
    /// Three a triangle.
    pub indices: Vec<u32>,
}

/// A mesh in its place, or a group.
#[derive(Clone, Debug)]
pub struct Node {
    /// Name for people.
    pub name: String,
    /// Index of the mesh.
    pub mesh: Option<usize>,
    /// Metres.
    pub translation: [f64; 3],
    /// Unit quaternion x, y, z, w.
    pub rotation: [f64; 4],
    /// The same along every axis.
    pub scale: f64,
    /// What moves along.
    pub children: Vec<Node>,
}

impl Default for Node {
    fn default() -> Self {
        Self {
            name: String::new(),
            mesh: None,
            translation: [0.0; 3],
            rotation: [0.0, 0.0, 0.0, 1.0],
            scale: 1.0,
            children: Vec::new(),
        }
    }
}

/// The file's bytes. The same scene gives the same bytes.
#[must_use]
pub fn write(scene: &Scene) -> Vec<u8> {
    let mut bin = Vec::new();
    let mut json = json::document(scene, &mut bin).to_string().into_bytes();
    json.resize(json.len().next_multiple_of(4), b' ');
    bin.resize(bin.len().next_multiple_of(4), 0);

    let mut file = Vec::with_capacity(28 + json.len() + bin.len());
    file.extend(b"glTF\x02\0\0\0");
    word(&mut file, 28 + json.len() + bin.len());
    for (kind, data) in [(b"JSON", &json), (b"BIN\0", &bin)] {
        word(&mut file, data.len());
        file.extend(kind);
        file.extend(data);
    }
    file
}

/// Lengths are far below the 4 GiB that the format can say.
fn word(file: &mut Vec<u8>, length: usize) {
    file.extend(u32::try_from(length).unwrap_or(u32::MAX).to_le_bytes());
}
