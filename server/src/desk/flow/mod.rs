//! The flow of all orders: worked out in the background from their histories, read by the flow page.

mod promise;
mod read;
mod refresh;
mod stays;
mod tables;

pub(super) use promise::Promises;
pub use tables::Table;

const DAY_MS: i64 = 86_400_000;
