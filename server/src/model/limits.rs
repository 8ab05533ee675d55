/// What a model may cost. The defaults suit a tablet at a bench as well as the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Length of the whole file, bytes (64 MiB, as the order message promises).
    pub bytes: usize,
    /// Length of the JSON chunk, bytes. A piece of jewellery needs kilobytes; parsing memory grows with it.
    pub json_bytes: usize,
    /// Elements of all accessors together: what a viewer has to upload.
    pub elements: u64,
    /// Bytes that compressed or absent buffer views claim to become once decoded.
    pub decoded_bytes: u64,
    /// Triangles that are drawn, instances counted each time.
    pub triangles: u64,
    /// Depth of the scene's tree.
    pub depth: usize,
    /// Vertices transformed one by one for an exact box; beyond that, the corners of their boxes are used.
    pub exact_vertices: u64,
    /// Pixels of one texture. 4096 × 4096 take 64 MiB once a browser has decoded them.
    pub image_pixels: u64,
    /// Pixels of all textures together: 512 MiB once they are decoded.
    pub images_pixels: u64,
}

impl Limits {
    /// For a file that was accepted already: textures cost the browser that shows them, and nothing here.
    #[must_use]
    pub fn of_accepted() -> Self {
        Self { image_pixels: u64::MAX, images_pixels: u64::MAX, ..Self::default() }
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            bytes: 64 << 20,
            json_bytes: 2 << 20,
            elements: 32 << 20,
            decoded_bytes: 512 << 20,
            triangles: 20_000_000,
            depth: 128,
            exact_vertices: 4 << 20,
            image_pixels: 4096 * 4096,
            images_pixels: 8 * 4096 * 4096,
        }
    }
}
