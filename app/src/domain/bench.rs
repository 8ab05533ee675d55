//! What the server measured of a model's metal.

use serde::{Deserialize, Serialize};

/// The house rule: thinner walls of cast metal may not fill, or bend in finishing; millimetres. Casting houses
/// publish 0.6 to 1.0 for precious metals.
pub const THINNEST_WALL_MM: f64 = 0.8;

/// Measures of the metal. A field is none when it can't be told, and `doubt` says why.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct BenchFacts {
    /// Why something is missing.
    pub doubt: Option<Doubt>,
    /// Metal, mm³; what bodies have in common counts once.
    pub volume_mm3: Option<f64>,
    /// Surface of the metal's bodies, mm².
    pub surface_mm2: Option<f64>,
    /// Bodies of metal that hang together.
    pub bodies: Option<u32>,
    /// Bodies of anything else: stones, enamel.
    pub inlays: Option<u32>,
    /// Whether the metal's surface is closed everywhere.
    pub watertight: Option<bool>,
    /// The thinnest wall, mm.
    pub wall_mm: Option<f64>,
}

/// Why something can't be told of a model.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Doubt {
    /// Packed in a way that only the viewer opens.
    Packed,
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
    /// Laid out in a way that is not measured; also whatever a newer server knows.
    #[serde(other)]
    Unread,
}

impl BenchFacts {
    /// The wall, when it is thinner than the house allows.
    #[must_use]
    pub fn thin_wall(&self) -> Option<f64> {
        self.wall_mm.filter(|wall| *wall < THINNEST_WALL_MM)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn facts_of_older_and_newer_servers_are_read() {
        assert_eq!(serde_json::from_str::<BenchFacts>("{}").unwrap(), BenchFacts::default());
        let newer = r#"{"doubt":"haunted","wall_mm":0.79,"colour":"blue"}"#;
        let read: BenchFacts = serde_json::from_str(newer).unwrap();
        assert_eq!((read.doubt, read.thin_wall()), (Some(Doubt::Unread), Some(0.79)));
    }

    #[test]
    fn a_wall_at_the_limit_is_thick_enough() {
        let wall = |mm| BenchFacts { wall_mm: Some(mm), ..BenchFacts::default() }.thin_wall();
        assert_eq!((wall(0.8), wall(0.799)), (None, Some(0.799)));
    }
}
