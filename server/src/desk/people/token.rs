//! A session's secret: 32 random bytes as 64 hexadecimal digits. Only its SHA-256 is kept anywhere; the secret has
//! as much randomness as the hash, so no salt and no slow hash are needed.

use app::domain::ModelDigest;
use sha2::{Digest, Sha256};

use crate::{clock::Entropy, store::postgres::sessions::TokenHash};

/// A new secret.
pub(super) fn new(entropy: &dyn Entropy) -> String {
    let mut secret = [0; 32];
    entropy.fill(&mut secret);
    // Written like a model's hash, the other 32 bytes of this product that people never read.
    ModelDigest(secret).to_string()
}

/// The hash of a secret; `None` for a text that is none, so that it costs nobody a look-up.
pub(super) fn hash(token: &str) -> Option<TokenHash> {
    let secret: ModelDigest = token.parse().ok()?;
    Some(Sha256::digest(secret.0).into())
}
