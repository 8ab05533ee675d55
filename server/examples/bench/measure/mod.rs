//! One file for each thing that is measured.

pub mod board;
pub mod boards;
pub mod change;
pub mod commits;
pub mod fill;
pub mod fuzz;
pub mod keep;
pub mod memory;
pub mod page;
pub mod refresh;
pub mod silence;
pub mod study;
pub mod take;
