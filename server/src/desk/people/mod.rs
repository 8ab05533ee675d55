//! People: log-in, sessions, what they have seen of the board, limits on failed log-ins, adding somebody.

mod add;
mod attempts;
mod login;
mod password;
mod sessions;
mod token;
mod watermarks;

pub use add::{AddPersonError, PersonAsk, add_person, generated_password};
pub(super) use attempts::Attempts;
pub(super) use password::Passwords;
pub use password::{HashError, hash as hash_password};
pub(super) use sessions::Sessions;
