//! The server of Verstak. Arrows: `web -> desk -> board -> store -> app::domain`; only `startup` knows everyone.

pub mod board;
pub mod clock;
pub mod desk;
pub mod model;
pub mod seed;
pub mod store;
pub mod web;
