//! What the browser and the server share: the domain, the pages, the server functions.

pub mod domain;

#[cfg(feature = "ssr")]
pub mod backend;
