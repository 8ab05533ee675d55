//! Meshes packed as `KHR_draco_mesh_compression`. They are opened by `draco-core`, which is safe Rust; the bytes are a
//! stranger's, so it gets no more room than the file's own description claims and the caller has granted.

use draco_core::{DecodeLimits, DecoderBuffer, Mesh, MeshDecoder};

/// Bytes of one value of an attribute at most: four floats.
const VALUE: u64 = 16;
/// Bytes of a corner.
const CORNER: u64 = 4;

/// What the file's description says that a mesh becomes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Claim {
    pub vertices: u64,
    pub attributes: u64,
    pub corners: u64,
}

/// A mesh, laid out as glTF lays out what is not packed.
#[derive(Debug)]
pub(super) struct Opened {
    /// Three `f32` for each vertex.
    pub positions: Vec<u8>,
    /// A `u32` for each corner of a triangle.
    pub corners: Vec<u8>,
}

impl Claim {
    /// Bytes that it takes to open it: the work grows with them as well.
    pub fn bytes(&self) -> Option<u64> {
        self.values()?.checked_add(self.corners.checked_mul(CORNER)?)
    }

    fn values(&self) -> Option<u64> {
        self.vertices.checked_mul(self.attributes)?.checked_mul(VALUE)
    }
}

/// The mesh, whose positions are that attribute; none if it does not open, or is more than was claimed.
pub(super) fn opened(data: &[u8], position: u32, claim: Claim) -> Option<Opened> {
    let limits = DecodeLimits::default()
        .with_max_points(claim.vertices)
        .with_max_faces(claim.corners / 3)
        .with_max_decoded_bytes(claim.values()?);
    let mut mesh = Mesh::new();
    MeshDecoder::new().decode(&mut DecoderBuffer::new(data).with_limits(limits), &mut mesh).ok()?;
    let attribute = mesh.attribute_by_unique_id(position).filter(|it| it.num_components() == 3)?;
    let vertices = mesh.num_points();
    if vertices as u64 > claim.vertices {
        return None;
    }
    let positions = attribute.read_f32s(vertices, 3).into_iter().flat_map(f32::to_le_bytes).collect();
    let corners = mesh.faces().iter().flatten().flat_map(|point| point.0.to_le_bytes()).collect();
    Some(Opened { positions, corners })
}
