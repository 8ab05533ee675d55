//! The trace that the work at hand belongs to, for those who know the desk alone.

pub use crate::trace::{current, follow, is_well_formed, wanted};
