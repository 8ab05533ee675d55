use crate::seed::glb::Material;

/// A metal, by fineness and colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Alloy {
    /// 58.5 % gold with silver and copper.
    Gold585Yellow,
    /// 58.5 % gold, mostly copper beside it.
    Gold585Rose,
    /// 75 % gold with palladium, rhodium-plated.
    Gold750White,
    /// Sterling silver.
    Silver925,
    /// 95 % platinum.
    Platinum950,
}

impl Alloy {
    /// All of them.
    pub const ALL: [Self; 5] =
        [Self::Gold585Yellow, Self::Gold585Rose, Self::Gold750White, Self::Silver925, Self::Platinum950];

    /// The name on the wire: an order's `material`.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Gold585Yellow => "gold-585-yellow",
            Self::Gold585Rose => "gold-585-rose",
            Self::Gold750White => "gold-750-white",
            Self::Silver925 => "silver-925",
            Self::Platinum950 => "platinum-950",
        }
    }

    /// The alloy of that name.
    #[must_use]
    pub fn from_id(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|alloy| alloy.id() == id)
    }

    /// Reflectance at normal incidence, linear: the pure metals' measured values moved towards the alloy's colour.
    pub(super) fn material(self) -> Material {
        let (color, roughness) = match self {
            Self::Gold585Yellow => ([1.0, 0.70, 0.34], 0.17),
            Self::Gold585Rose => ([0.98, 0.60, 0.47], 0.17),
            Self::Gold750White => ([0.80, 0.77, 0.71], 0.14),
            Self::Silver925 => ([0.95, 0.93, 0.88], 0.18),
            Self::Platinum950 => ([0.68, 0.66, 0.63], 0.15),
        };
        Material {
            name: self.id().to_owned(),
            color,
            picture: None,
            metallic: 1.0,
            roughness,
            ior: None,
            clearcoat: 0.0,
            iridescence: 0.0,
        }
    }
}
