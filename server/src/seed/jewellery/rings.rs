mod emerald;
mod halo;
mod plain;
mod solitaire;
mod vine;

pub(super) use emerald::emerald;
pub(super) use halo::{eternity, halo};
pub(super) use plain::{band, signet, twist};
pub(super) use solitaire::solitaire;
pub(super) use vine::vine;
