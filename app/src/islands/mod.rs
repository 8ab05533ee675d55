//! The parts of pages that wake up in the browser. Each renders whole on the server, works without a script, and
//! hands itself to [`crate::browser`] when there is one.

mod board;
mod desk;
mod wake;

pub use board::BoardIsland;
pub use desk::DeskIsland;
pub use wake::Wake;
