//! What a board says, as one number: the sum of a hash of each of its cards. A change costs one subtraction and one
//! addition whatever the board's size, so the projection of the log is known at every revision, and a whole board is
//! compared with it by one comparison. Nothing of this is the product's own code: its digest is one of the things
//! that are checked.

use std::fmt::Write as _;

use serde_json::Value;
use sha2::{Digest as _, Sha256};

/// A sum of hashes modulo 2^128.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, PartialOrd, Ord)]
pub struct Digest(u128);

impl Digest {
    /// Of one card, as parsed JSON: the first 16 bytes of SHA-256 over its canonical text. The order's id is a part of
    /// the card.
    pub fn of(card: &Value) -> Self {
        let mut text = String::with_capacity(512);
        canonical(card, &mut text);
        let hash = Sha256::digest(text.as_bytes());
        Self(hash.iter().take(16).fold(0, |sum, byte| sum << 8 | u128::from(*byte)))
    }

    /// With one more card.
    #[must_use]
    pub const fn with(self, card: Self) -> Self {
        Self(self.0.wrapping_add(card.0))
    }

    /// Without a card that is in it.
    #[must_use]
    pub const fn without(self, card: Self) -> Self {
        Self(self.0.wrapping_sub(card.0))
    }
}

/// JSON with the fields of every object in the order of their names, so that PostgreSQL and the product may each write
/// them as they like.
fn canonical(value: &Value, text: &mut String) {
    match value {
        Value::Object(fields) => {
            let mut names: Vec<_> = fields.keys().collect();
            names.sort_unstable();
            text.push('{');
            for name in names {
                let _ = write!(text, "{}:", Value::from(name.as_str()));
                canonical(&fields[name.as_str()], text);
                text.push(',');
            }
            text.push('}');
        }
        Value::Array(items) => {
            text.push('[');
            for item in items {
                canonical(item, text);
                text.push(',');
            }
            text.push(']');
        }
        plain => {
            let _ = write!(text, "{plain}");
        }
    }
}
