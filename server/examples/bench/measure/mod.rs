//! One file for each thing that is measured.

pub mod board;
pub mod boards;
pub mod change;
pub mod collect;
mod collector;
pub mod commits;
pub mod faults;
pub mod fill;
pub mod flow;
pub mod fuzz;
pub mod gone;
pub mod hostile;
pub mod keep;
pub mod memory;
pub mod page;
pub mod promise;
pub mod published;
pub mod refresh;
pub mod silence;
pub mod stages;
pub mod steady;
pub mod study;
pub mod sustained;
pub mod take;
pub mod trace;
pub mod tracing;
