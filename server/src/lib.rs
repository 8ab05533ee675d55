//! The server of Verstak. Arrows: `web, broker -> desk -> board -> store -> app::domain`; only `startup` knows everyone.

pub mod board;
pub mod broker;
pub mod cli;
pub mod clock;
pub mod config;
pub mod desk;
pub mod lifecycle;
pub mod model;
pub mod seed;
pub mod startup;
pub mod store;
pub mod telemetry;
pub mod trace;
pub mod web;
