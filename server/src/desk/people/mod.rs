//! People: log-in, sessions, limits on failed log-ins, adding somebody.

mod add;
mod attempts;
mod login;
mod password;
mod sessions;
mod token;

pub use add::{AddPersonError, PersonAsk, add_person, generated_password};
pub(super) use attempts::Attempts;
pub(super) use password::Passwords;
pub use password::{HashError, hash as hash_password};
pub(super) use sessions::Sessions;
