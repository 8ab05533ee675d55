//! The limits of an order message, which the source is told of field by field. Lengths of texts are counted in characters.

use std::{ops::RangeInclusive, time::Duration};

/// Bytes of a message.
pub const BODY: usize = 64 * 1024;
/// Of `order.title`.
pub(super) const TITLE: usize = 200;
/// Of `order.material` and `order.size`.
pub(super) const MATERIAL: usize = 64;
/// Of `order.comment`.
pub(super) const COMMENT: usize = 2000;
/// Of `order.model.key`.
pub(super) const MODEL_KEY: usize = 512;
/// Bytes of a model file.
pub(super) const MODEL_BYTES: i64 = 64 * 1024 * 1024;
/// Pieces.
pub(super) const QUANTITY: RangeInclusive<i64> = 1..=10_000;
/// Entries of `order.history`.
pub(super) const HISTORY: usize = 64;
/// Of `reason` in an entry of `order.history`.
pub(super) const REASON: usize = 500;
/// Times are of this millennium's workshops: what lies outside is a broken clock, and beyond the year 9999 not even
/// RFC 3339 can write it.
pub(super) const YEARS: RangeInclusive<i64> = 1970..=9998;
/// How long the database may take before the sender is told to try again.
pub(super) const PATIENCE: Duration = Duration::from_secs(8);
