use thiserror::Error;

/// Why a model is not taken into the workshop. The text is for a person; [`ModelRefused::code`] is what is
/// stored and counted.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ModelRefused {
    /// Longer than the limit.
    #[error("the file has {actual} bytes, more than the {limit} allowed; ask for a lighter export")]
    TooLarge {
        /// Bytes received.
        actual: usize,
        /// Bytes allowed.
        limit: usize,
    },
    /// Ends before the header and the first chunk's header do.
    #[error("the file has only {actual} bytes and can't be a model; it was probably cut off on its way")]
    TooShort {
        /// Bytes received.
        actual: usize,
    },
    /// The first four bytes are not `glTF`.
    #[error("the file is not a GLB (binary glTF); export it as .glb")]
    NotGlb,
    /// A container or asset version other than 2.
    #[error("the file says glTF version {version}; version 2.0 is the one that is read")]
    Version {
        /// What the file says.
        version: String,
    },
    /// The header's length is not the file's.
    #[error("the header declares {declared} bytes and the file has {actual}; it was cut off or changed")]
    LyingLength {
        /// Length in the header.
        declared: u64,
        /// Bytes received.
        actual: usize,
    },
    /// A chunk is larger than what is left of the file.
    #[error("the chunk at byte {at} declares {declared} bytes and {left} are left")]
    ChunkOverrun {
        /// Where the chunk's header stands.
        at: usize,
        /// Length in the chunk's header.
        declared: u64,
        /// Bytes left after the chunk's header.
        left: usize,
    },
    /// Chunks start and end on multiples of four bytes.
    #[error("the chunk at byte {at} is not aligned to four bytes")]
    ChunkMisaligned {
        /// Where the chunk's header stands.
        at: usize,
    },
    /// JSON has to come first, binary data at most once and right after it.
    #[error("the chunk at byte {at} stands in the wrong place: JSON comes first, then at most one BIN")]
    ChunkOrder {
        /// Where the chunk's header stands.
        at: usize,
    },
    /// The JSON chunk is above its own limit.
    #[error("the file's description (JSON) has {actual} bytes, more than the {limit} allowed")]
    JsonTooLarge {
        /// Length of the chunk.
        actual: usize,
        /// Bytes allowed.
        limit: usize,
    },
    /// The JSON chunk does not parse as a glTF document.
    #[error("the file's description is not valid glTF: {reason}")]
    BadJson {
        /// What the parser says, with line and column.
        reason: String,
    },
    /// More of something than any piece of jewellery needs.
    #[error("the file has {actual} {what}, more than the {limit} allowed")]
    TooMany {
        /// What was counted.
        what: &'static str,
        /// How many there are.
        actual: u64,
        /// How many are allowed.
        limit: u64,
    },
    /// A buffer or an image is to be fetched from elsewhere, `data:` addresses included.
    #[error("{what} {index} lies outside the file; export with everything embedded")]
    ExternalUri {
        /// `buffer` or `image`.
        what: &'static str,
        /// Its index.
        index: usize,
    },
    /// The file can't be shown without an extension that the viewer does not have.
    #[error("the file needs the extension {name:?}, which the viewer can't open; export without it")]
    UnsupportedExtension {
        /// The extension's name, shortened.
        name: String,
    },
    /// An index points at nothing.
    #[error("{what} {index} is referred to and does not exist")]
    Dangling {
        /// What is missing.
        what: &'static str,
        /// The index.
        index: u32,
    },
    /// Data is said to lie beyond its container.
    #[error("{what} {index} reaches beyond the data it lies in")]
    OutOfBounds {
        /// What reaches too far.
        what: &'static str,
        /// Its index.
        index: usize,
    },
    /// Data is laid out in a way that no viewer reads.
    #[error("{what} {index} is laid out wrongly: {reason}")]
    BadLayout {
        /// What is wrong.
        what: &'static str,
        /// Its index.
        index: usize,
        /// How.
        reason: &'static str,
    },
    /// Infinite or undefined coordinates.
    #[error("{what} {index} holds a number that is infinite or undefined")]
    BadNumber {
        /// Where.
        what: &'static str,
        /// Its index.
        index: usize,
    },
    /// An embedded image is not of a kind that browsers show, or not what it says.
    #[error("image {index} is not a PNG, JPEG or WebP picture")]
    BadImage {
        /// Its index.
        index: usize,
    },
    /// A small file can hold a picture of gigabytes.
    #[error("image {index} is {width} × {height} pixels, too large to show; scale it down")]
    ImageTooLarge {
        /// Its index.
        index: usize,
        /// Pixels across.
        width: u32,
        /// Pixels down.
        height: u32,
    },
    /// Many pictures take as much as one that is too large.
    #[error(
        "the images are {pixels} pixels together, more than the {limit} that can be shown; scale them down"
    )]
    ImagesTooLarge {
        /// Pixels of all of them up to the one that was too many.
        pixels: u64,
        /// Pixels allowed.
        limit: u64,
    },
    /// There is no scene to show.
    #[error("the file has no scene to show")]
    NoScene,
    /// A node is its own ancestor, or has two parents.
    #[error("node {node} appears twice in the scene: it has two parents or is its own ancestor")]
    SceneLoop {
        /// Its index.
        node: u32,
    },
    /// The scene's tree is deeper than the limit.
    #[error("the scene is nested deeper than {limit} levels")]
    TooDeep {
        /// Levels allowed.
        limit: usize,
    },
    /// Nothing in the scene has a surface.
    #[error("the scene holds no surface: there is nothing to make")]
    NoTriangles,
}

impl ModelRefused {
    /// A short name that never changes, for storage and metrics.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::TooLarge { .. } => "too_large",
            Self::TooShort { .. } => "too_short",
            Self::NotGlb => "not_glb",
            Self::Version { .. } => "version",
            Self::LyingLength { .. } => "lying_length",
            Self::ChunkOverrun { .. } => "chunk_overrun",
            Self::ChunkMisaligned { .. } => "chunk_misaligned",
            Self::ChunkOrder { .. } => "chunk_order",
            Self::JsonTooLarge { .. } => "json_too_large",
            Self::BadJson { .. } => "bad_json",
            Self::TooMany { .. } => "too_many",
            Self::ExternalUri { .. } => "external_uri",
            Self::UnsupportedExtension { .. } => "unsupported_extension",
            Self::Dangling { .. } => "dangling",
            Self::OutOfBounds { .. } => "out_of_bounds",
            Self::BadLayout { .. } => "bad_layout",
            Self::BadNumber { .. } => "bad_number",
            Self::BadImage { .. } => "bad_image",
            Self::ImageTooLarge { .. } => "image_too_large",
            Self::ImagesTooLarge { .. } => "images_too_large",
            Self::NoScene => "no_scene",
            Self::SceneLoop { .. } => "scene_loop",
            Self::TooDeep { .. } => "too_deep",
            Self::NoTriangles => "no_triangles",
        }
    }
}
