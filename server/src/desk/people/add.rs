//! Adds a person: `verstak user add`, and the demo's people.

use app::domain::{Role, Timestamp};
use uuid::Uuid;

use super::password::{self, HashError};
use crate::{
    clock::Entropy,
    store::{Postgres, StoreError, postgres::people::NewPerson},
};

/// A person to be added.
#[derive(Clone)]
pub struct PersonAsk {
    /// The log-in name: 1 to 64 of `a-z 0-9 . _ -`, a letter or digit first.
    pub login: String,
    /// The name that others see, 1 to 100 characters.
    pub name: String,
    /// What they may do.
    pub role: Role,
    /// 8 to 1,024 bytes; for the demo also shorter.
    pub password: String,
    /// Whether the person belongs to the demo.
    pub demo: bool,
}

/// Why a person was not added.
#[derive(Debug, thiserror::Error)]
pub enum AddPersonError {
    /// The log-in name is malformed.
    #[error("the log-in name must be 1 to 64 of a-z 0-9 . _ - and begin with a letter or a digit")]
    Login,
    /// The name is malformed.
    #[error("the name must be 1 to 100 characters")]
    Name,
    /// The password is too short or too long.
    #[error("the password must be 8 to 1024 bytes")]
    Password,
    /// The log-in name exists.
    #[error("somebody has this log-in name already; choose another one")]
    Taken,
    /// The password could not be hashed.
    #[error(transparent)]
    Hash(#[from] HashError),
    /// The database is away or refused.
    #[error("the person could not be stored")]
    Store(#[source] StoreError),
}

/// Adds a person and returns the account. Hashing takes tens of milliseconds of a core.
///
/// # Errors
/// See [`AddPersonError`]; nobody was added then.
pub async fn add_person(
    store: &Postgres,
    entropy: &dyn Entropy,
    now: Timestamp,
    ask: &PersonAsk,
) -> Result<Uuid, AddPersonError> {
    let shortest = if ask.demo { 1 } else { 8 };
    if !(shortest..=1024).contains(&ask.password.len()) {
        return Err(AddPersonError::Password);
    }
    let id = entropy.id(now);
    let password_hash = password::hash(&ask.password, entropy)?;
    let person = NewPerson {
        id,
        login: &ask.login,
        name: &ask.name,
        role: ask.role,
        password_hash: &password_hash,
        demo: ask.demo,
    };
    store.add_person(&person, now).await.map_err(|error| match error.constraint() {
        Some("users_login_key") => AddPersonError::Taken,
        Some("users_login_form") => AddPersonError::Login,
        Some("users_name_length") => AddPersonError::Name,
        _ => AddPersonError::Store(error),
    })?;
    Ok(id)
}

/// A password nobody can guess and anybody can type: 20 of 32 letters and digits (100 bits), in groups of five.
#[must_use]
pub fn generated_password(entropy: &dyn Entropy) -> String {
    // Without i, l, o, 0, which look alike on paper.
    const LETTERS: &[u8; 32] = b"abcdefghjkmnpqrstuvwxyz123456789";
    let mut bytes = [0; 20];
    entropy.fill(&mut bytes);
    let letters: Vec<char> = bytes.iter().map(|byte| char::from(LETTERS[usize::from(byte % 32)])).collect();
    letters.chunks(5).map(String::from_iter).collect::<Vec<_>>().join("-")
}
