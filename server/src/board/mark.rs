//! The field `@` of the board in Redis: of what it is the projection, and since when that is known to be current.

use std::fmt;

use app::domain::{OrderId, Revision, Timestamp};
use sha1::{Digest as _, Sha1};

/// An additive hash of all entries, modulo 2^48: adding and removing an entry costs the same whatever the board's
/// size, and a Lua number holds it exactly. It finds corruption and errors; it is no defence against malice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Digest(pub(super) u64);

const WHOLE: u64 = 1 << 48;

/// Twelve hexadecimal digits.
impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:012x}", self.0)
    }
}

impl Digest {
    /// Of one entry: the first 12 hexadecimal digits of SHA-1 over `<order>:<payload>`.
    pub(super) fn of(order: OrderId, payload: &str) -> Self {
        let hash =
            Sha1::new().chain_update(order.to_string()).chain_update(":").chain_update(payload).finalize();
        Self(hash.iter().take(6).fold(0, |sum, byte| sum << 8 | u64::from(*byte)))
    }

    #[must_use]
    pub(super) const fn with(self, entry: Self) -> Self {
        Self((self.0 + entry.0) % WHOLE)
    }

    #[must_use]
    pub(super) const fn without(self, entry: Self) -> Self {
        Self((self.0 + WHOLE - entry.0) % WHOLE)
    }
}

/// What `@` says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Mark {
    pub revision: Revision,
    pub fresh_at: Timestamp,
    pub count: u64,
    pub digest: Digest,
}

impl Mark {
    /// Reads the field; `None` when it is not one, which is as good as no board at all.
    pub fn read(text: &str) -> Option<Self> {
        let mut numbers = text.split(':').map(str::parse::<u64>);
        let mut number = || numbers.next()?.ok();
        let (epoch, rev, fresh, count, digest) = (number()?, number()?, number()?, number()?, number()?);
        if numbers.next().is_some() {
            return None;
        }
        Some(Self {
            revision: Revision::new(u32::try_from(epoch).ok()?, rev),
            fresh_at: Timestamp::from_millis(i64::try_from(fresh).ok()?),
            count,
            digest: Digest(digest),
        })
    }
}

impl fmt::Display for Mark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Revision { epoch, rev } = self.revision;
        write!(f, "{epoch}:{rev}:{}:{}:{}", self.fresh_at.millis(), self.count, self.digest.0)
    }
}

/// The revision's bits in a stream id: 44 for the number, the rest for the epoch.
const REV_BITS: u32 = 44;

/// The id of a change in the stream, without its sequence part.
pub(super) fn packed(revision: Revision) -> u64 {
    u64::from(revision.epoch) << REV_BITS | revision.rev
}

/// The revision of a stream id.
pub(super) fn unpacked(id: &str) -> Option<Revision> {
    let packed: u64 = id.split_once('-')?.0.parse().ok()?;
    Some(Revision::new(u32::try_from(packed >> REV_BITS).ok()?, packed & ((1 << REV_BITS) - 1)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_mark_reads_back_as_written(epoch: u32, rev in 0_u64..1 << 44, fresh in 0_i64..1 << 45, count: u32, digest in 0_u64..1 << 48) {
            let mark = Mark {
                revision: Revision::new(epoch, rev),
                fresh_at: Timestamp::from_millis(fresh),
                count: count.into(),
                digest: Digest(digest),
            };
            prop_assert_eq!(Mark::read(&mark.to_string()), Some(mark));
        }

        #[test]
        fn a_stream_id_holds_its_revision_and_its_order(a in 0_u32..1 << 20, b in 0_u32..1 << 20, x in 0_u64..1 << 44, y in 0_u64..1 << 44) {
            let (one, other) = (Revision::new(a, x), Revision::new(b, y));
            prop_assert_eq!(unpacked(&format!("{}-0", packed(one))), Some(one));
            prop_assert_eq!(packed(one).cmp(&packed(other)), one.cmp(&other));
        }

        #[test]
        fn a_digest_forgets_what_is_taken_out_again(a in 0_u64..1 << 48, b in 0_u64..1 << 48) {
            prop_assert_eq!(Digest(a).with(Digest(b)).without(Digest(b)), Digest(a));
        }

        #[test]
        fn no_text_makes_the_reader_panic(text in ".*") {
            let _ = (Mark::read(&text), unpacked(&text));
        }
    }
}
