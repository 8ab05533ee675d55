use crate::seed::glb::Material;

/// A precious stone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Stone {
    /// Colourless.
    Diamond,
    /// Blue corundum.
    Sapphire,
    /// Green beryl.
    Emerald,
    /// Red corundum.
    Ruby,
}

impl Stone {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Diamond, Self::Sapphire, Self::Emerald, Self::Ruby];

    /// A short name.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Diamond => "diamond",
            Self::Sapphire => "sapphire",
            Self::Emerald => "emerald",
            Self::Ruby => "ruby",
        }
    }

    /// The words «с …» of a Russian title.
    #[must_use]
    pub const fn with_ru(self) -> &'static str {
        match self {
            Self::Diamond => "с бриллиантом",
            Self::Sapphire => "с сапфиром",
            Self::Emerald => "с изумрудом",
            Self::Ruby => "с рубином",
        }
    }

    /// How much the facets differ in light.
    pub(super) const fn contrast(self) -> f64 {
        match self {
            Self::Diamond => 0.6,
            _ => 0.8,
        }
    }

    /// Drawn as a coloured mirror: what a cut stone shows is light sent back by its facets, and this needs no second
    /// pass of the renderer, which a tablet would feel.
    pub(super) fn material(self) -> Material {
        let (color, metallic, iridescence) = match self {
            Self::Diamond => ([0.97, 0.98, 1.0], 0.68, 0.1),
            Self::Sapphire => ([0.03, 0.10, 0.70], 0.8, 0.0),
            Self::Emerald => ([0.01, 0.46, 0.15], 0.8, 0.0),
            Self::Ruby => ([0.70, 0.01, 0.06], 0.8, 0.0),
        };
        Material {
            name: self.id().to_owned(),
            color,
            picture: None,
            metallic,
            roughness: 0.04,
            ior: None,
            clearcoat: if iridescence > 0.0 { 0.0 } else { 1.0 },
            iridescence,
        }
    }
}
