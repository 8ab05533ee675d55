//! Server functions: the commands of the board, log-in and log-out. Each reads the actor, calls the port once and
//! leaves; statuses and bodies are in [`error`].

pub mod commands;
pub mod error;
#[cfg(feature = "ssr")]
mod fields;
pub mod session;

pub use error::{ApiError, Problem};
