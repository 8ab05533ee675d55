//! Later.
use crate::components::desk::Desk;
/// x
pub fn attend(_: Desk) {}
