use serde::Serialize;

use super::{BenchFacts, Doubt, Limits, MOST_TRIANGLES, ModelFacts, SizeFrom, bench, mesh, picture, size};

/// The version of the measures and of the picture. A file that an older one looked at is looked at again.
pub const EDITION: u32 = 3;

/// What the bench wants to know of a file that [`super::read`] accepts.
#[derive(Debug, Clone)]
pub struct Study {
    /// The measures of its metal.
    pub bench: BenchFacts,
    /// A JPEG file; none where it can't be drawn.
    pub picture: Option<Vec<u8>>,
}

/// What is kept of a file as JSON; its pages read it back as the domain's `ModelFacts`.
#[derive(Debug, Clone, Serialize)]
pub struct Record {
    size_mm: [f64; 3],
    size_from: SizeFrom,
    triangles: u64,
    pixels: u64,
    bench: BenchFacts,
    picture: bool,
    edition: u32,
}

/// Measures and draws. Takes up to seconds of a core and a few hundred megabytes for the largest files; a piece of
/// 200,000 triangles takes a third of a second.
#[must_use]
pub fn study(bytes: &[u8], limits: &Limits) -> Study {
    match mesh(bytes, limits, MOST_TRIANGLES) {
        Ok(mesh) => Study { picture: picture(&mesh), bench: bench::measure(mesh) },
        Err(doubt) => Study { bench: untold(doubt), picture: None },
    }
}

fn untold(doubt: Doubt) -> BenchFacts {
    BenchFacts { doubt: Some(doubt), ..BenchFacts::default() }
}

impl Record {
    /// Of a file that nothing can be told of.
    #[must_use]
    pub fn untold() -> Self {
        Self {
            size_mm: [0.0; 3],
            size_from: SizeFrom::Unknown,
            triangles: 0,
            pixels: 0,
            bench: untold(Doubt::Unread),
            picture: false,
            edition: EDITION,
        }
    }
}

impl Study {
    /// With what the reader says of the same file.
    #[must_use]
    pub fn record(&self, read: &ModelFacts) -> Record {
        let (size_mm, size_from) = size::told(read);
        Record {
            size_mm,
            size_from,
            triangles: read.triangles,
            pixels: read.pixels,
            bench: self.bench.clone(),
            picture: self.picture.is_some(),
            edition: EDITION,
        }
    }
}
