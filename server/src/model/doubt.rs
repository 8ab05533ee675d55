use serde::{Deserialize, Serialize};

/// Why something can't be told of a model.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Doubt {
    /// Packed in a way that only the viewer opens.
    Packed,
    /// Laid out in a way that is not measured: bones, sparse data.
    Unread,
    /// More triangles than are measured.
    TooLarge,
    /// Its size is not that of jewellery: it was made in other units.
    Units,
    /// The surface has holes or loose edges: it encloses nothing.
    Open,
    /// The surface is inside out in places.
    Tangled,
    /// It encloses nothing: a sheet without thickness.
    Flat,
}
