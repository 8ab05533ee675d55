//! The flow of all orders: worked out in the background from their histories, read by the flow page.

mod read;
mod refresh;
mod stays;
mod tables;

pub use tables::Table;

const DAY_MS: i64 = 86_400_000;
