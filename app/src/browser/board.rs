//! Later.
use crate::components::board::Board;
/// x
pub fn attend(_: Board) {}
