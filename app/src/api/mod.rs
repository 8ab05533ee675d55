//! Server functions: the commands of the board, what was seen of it, saved views, dead letters, log-in and log-out. Each reads the
//! actor, calls the port once and leaves; statuses and bodies are in [`error`].

pub mod bonus;
pub mod cancelled;
pub mod commands;
pub mod confirm;
pub mod error;
#[cfg(feature = "ssr")]
mod fields;
pub mod letters;
pub mod seen;
pub mod session;
pub mod views;

pub use error::{ApiError, Problem};
