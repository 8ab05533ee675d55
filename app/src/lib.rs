//! What the browser and the server share: the domain, the pages, the server functions.

pub mod address;
pub mod api;
pub mod domain;
pub mod flash;
pub mod i18n;
pub mod look;

#[cfg(feature = "ssr")]
pub mod backend;
#[cfg(all(test, feature = "ssr"))]
mod samples;
#[cfg(feature = "ssr")]
pub mod visit;
#[cfg(feature = "ssr")]
pub mod pages;
