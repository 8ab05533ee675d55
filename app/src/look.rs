//! How the pages look on this device: theme and density, remembered in cookies of their own.

use serde::{Deserialize, Serialize};

/// Light or dark.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum Theme {
    /// As the device says.
    #[default]
    Auto,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

impl Theme {
    /// The value of the cookie `theme` and of `html[data-theme]`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    /// From the cookie; anything unknown is as the device says.
    #[must_use]
    pub fn named(name: &str) -> Self {
        match name {
            "light" => Self::Light,
            "dark" => Self::Dark,
            _ => Self::Auto,
        }
    }
}

/// Large for a tablet at the bench, compact for a desk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum Density {
    /// Large.
    #[default]
    Bench,
    /// Compact.
    Desk,
}

impl Density {
    /// The value of the cookie `density` and of `html[data-density]`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Bench => "bench",
            Self::Desk => "desk",
        }
    }

    /// From the cookie; anything unknown is large.
    #[must_use]
    pub fn named(name: &str) -> Self {
        if name == "desk" { Self::Desk } else { Self::Bench }
    }
}
