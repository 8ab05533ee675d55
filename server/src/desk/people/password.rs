//! Passwords: argon2id, m = 19 MiB, t = 2, p = 1 (OWASP Password Storage Cheat Sheet, its second choice of equal
//! strength), salted, stored as PHC strings.

use std::sync::Arc;

use argon2::{
    Algorithm, Argon2, Params, Version,
    password_hash::{PasswordHasher, PasswordVerifier},
};
use tokio::sync::Semaphore;

use crate::clock::Entropy;

const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;
const LANES: u32 = 1;

/// A hash that no password has, checked for unknown log-ins so that they take as long as known ones.
const NOBODY: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$bm9ib2R5bm9ib2R5MDAwMA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// A password could not be hashed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the password could not be hashed")]
pub struct HashError;

fn argon2() -> Result<Argon2<'static>, HashError> {
    let params = Params::new(MEMORY_KIB, PASSES, LANES, None).map_err(|_| HashError)?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

/// Hashes a password with a new salt, as a PHC string. Takes tens of milliseconds of a core.
///
/// # Errors
/// Never with the parameters of this file; they are checked when they are used.
pub fn hash(password: &str, entropy: &dyn Entropy) -> Result<String, HashError> {
    let mut salt = [0; 16];
    entropy.fill(&mut salt);
    let hashed = argon2()?.hash_password_with_salt(password.as_bytes(), &salt).map_err(|_| HashError)?;
    Ok(hashed.to_string())
}

fn fits(password: &str, hash: &str) -> bool {
    argon2().is_ok_and(|argon2| argon2.verify_password(password.as_bytes(), hash).is_ok())
}

/// Checks passwords, a few at a time: each costs a core and 19 MiB for a moment.
#[derive(Debug)]
pub(in crate::desk) struct Passwords {
    turns: Arc<Semaphore>,
}

impl Passwords {
    /// As many at once as half the cores, so that a rush of log-ins leaves the board its half.
    pub fn new() -> Self {
        let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        Self { turns: Arc::new(Semaphore::new(cores.div_ceil(2))) }
    }

    /// Whether the password belongs to the hash; for no hash never, after the same time.
    pub async fn check(&self, password: String, hash: Option<String>) -> bool {
        let Ok(turn) = Arc::clone(&self.turns).acquire_owned().await else { return false };
        let checked = tokio::task::spawn_blocking(move || {
            let fits = fits(&password, hash.as_deref().unwrap_or(NOBODY)) && hash.is_some();
            drop(turn);
            fits
        });
        checked.await.unwrap_or(false)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::SystemEntropy;

    #[test]
    fn a_password_fits_its_own_hash_only() {
        let hashed = hash("верстак", &SystemEntropy).unwrap();
        assert!(hashed.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hashed}");
        assert!(fits("верстак", &hashed));
        assert!(!fits("Верстак", &hashed));
    }

    #[test]
    fn the_hash_for_unknown_log_ins_is_checked_like_any_other() {
        let hash = argon2::PasswordHash::new(NOBODY).unwrap();
        assert_eq!(Params::try_from(&hash).unwrap().m_cost(), MEMORY_KIB);
        assert!(!fits("", NOBODY));
    }
}
