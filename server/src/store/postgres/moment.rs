//! Our moments and the driver's.

use app::domain::Timestamp;
use time::OffsetDateTime;

/// As the driver wants it.
pub(super) fn to_driver(at: Timestamp) -> OffsetDateTime {
    // Out of a calendar crate's range only for years beyond 9999, which no reader of ours lets in.
    OffsetDateTime::from_unix_timestamp_nanos(i128::from(at.millis()) * 1_000_000)
        .unwrap_or(OffsetDateTime::UNIX_EPOCH)
}

/// As the domain has it.
pub(super) fn from_driver(at: OffsetDateTime) -> Timestamp {
    let millis = at.unix_timestamp_nanos().div_euclid(1_000_000);
    Timestamp::from_millis(i64::try_from(millis).unwrap_or_default())
}
