//! Later.
/// x
pub fn attend() {}
