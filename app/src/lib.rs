//! What the browser and the server share: the domain, the pages, the server functions.

// Views are types, and those of a page are long.
#![recursion_limit = "512"]

pub mod address;
pub mod api;
#[cfg(feature = "ssr")]
pub mod barcode;
pub mod components;
pub mod domain;
pub mod flash;
pub mod i18n;
pub mod islands;
pub mod look;
pub mod projection;
pub mod scanner;

#[cfg(feature = "ssr")]
pub mod backend;
#[cfg(feature = "hydrate")]
mod browser;
#[cfg(feature = "ssr")]
pub mod cache;
#[cfg(feature = "ssr")]
pub mod pages;
#[cfg(feature = "ssr")]
pub mod radar;
#[cfg(all(test, feature = "ssr"))]
mod samples;
#[cfg(feature = "ssr")]
pub mod visit;

#[cfg(feature = "hydrate")]
pub use browser::look_at_the_wall;
