//! The board's revision: the place of a change in the one log of all changes.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use super::Invalid;

/// `(epoch, rev)`, compared in that order everywhere: cache, `ETag`, live events, the worker's manifest.
/// The epoch is the database's timeline; within one, `rev` has no gaps and follows the commits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Revision {
    /// The timeline that the database server writes.
    pub epoch: u32,
    /// The number of the change; below 2^44, so that both fit one Redis stream id.
    pub rev: u64,
}

impl Revision {
    /// Both parts.
    #[must_use]
    pub const fn new(epoch: u32, rev: u64) -> Self {
        Self { epoch, rev }
    }

    /// Whether `self` is the change right after `before`.
    #[must_use]
    pub const fn follows(self, before: Self) -> bool {
        self.epoch == before.epoch && self.rev == before.rev + 1
    }
}

impl fmt::Display for Revision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.epoch, self.rev)
    }
}

impl FromStr for Revision {
    type Err = Invalid;
    fn from_str(text: &str) -> Result<Self, Invalid> {
        let rule = Invalid::because("must be <epoch>.<rev>");
        let plain = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
        let (epoch, rev) = text.split_once('.').ok_or_else(|| rule.clone())?;
        if !plain(epoch) || !plain(rev) {
            return Err(rule);
        }
        match (epoch.parse(), rev.parse()) {
            (Ok(epoch), Ok(rev)) => Ok(Self { epoch, rev }),
            _ => Err(rule),
        }
    }
}

impl TryFrom<String> for Revision {
    type Error = Invalid;
    fn try_from(text: String) -> Result<Self, Invalid> {
        text.parse()
    }
}

impl From<Revision> for String {
    fn from(revision: Revision) -> Self {
        revision.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_revision_reads_back_as_written(epoch: u32, rev: u64) {
            let revision = Revision::new(epoch, rev);
            prop_assert_eq!(revision.to_string().parse(), Ok(revision));
        }

        #[test]
        fn a_newer_epoch_is_newer_whatever_the_number(a in 0_u32..9, b in 0_u32..9, x: u64, y: u64) {
            prop_assume!(a < b);
            prop_assert!(Revision::new(a, x) < Revision::new(b, y));
        }
    }

    #[test]
    fn anything_but_two_numbers_is_refused() {
        for text in ["", "1", "1.", ".1", "1.2.3", "-1.2", "1.+2", "a.b", "4294967296.1"] {
            assert!(text.parse::<Revision>().is_err(), "{text}");
        }
    }
}
