//! Commands: take, complete, pack, ship, release, rework. One path for all six; what differs is in [`step`].

mod carry_out;
mod refuse;
mod step;
