//! Demo data that looks like the trade: pieces of jewellery, generated as real GLB files.

pub mod glb;
pub mod jewellery;
