//! A moment, as RFC 3339 in UTC on the wire. A type of our own of sixty lines, because a calendar crate would
//! cost the browser's program more than the whole board.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use super::Invalid;

/// Milliseconds since 1970-01-01T00:00:00Z.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Timestamp(i64);

/// A day of the Gregorian calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Day {
    /// The year.
    pub year: i64,
    /// 1 to 12.
    pub month: u8,
    /// 1 to 31.
    pub day: u8,
}

const DAY_MS: i64 = 86_400_000;

impl Timestamp {
    /// From milliseconds since 1970.
    #[must_use]
    pub const fn from_millis(millis: i64) -> Self {
        Self(millis)
    }

    /// Milliseconds since 1970.
    #[must_use]
    pub const fn millis(self) -> i64 {
        self.0
    }

    /// Full seconds since 1970.
    #[must_use]
    pub const fn full_seconds(self) -> i64 {
        self.0.div_euclid(1000)
    }

    /// Whole seconds from `earlier` to `self`; negative when it lies ahead.
    #[must_use]
    pub const fn seconds_since(self, earlier: Self) -> i64 {
        (self.0 - earlier.0).div_euclid(1000)
    }

    /// The day, and the milliseconds into it, in UTC shifted by `offset_minutes`.
    #[must_use]
    pub const fn day(self, offset_minutes: i32) -> (Day, i64) {
        let local = self.0 + offset_minutes as i64 * 60_000;
        (civil(local.div_euclid(DAY_MS)), local.rem_euclid(DAY_MS))
    }
}

/// Days since 1970 to a calendar day (Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms", civil_from_days).
const fn civil(days: i64) -> Day {
    let z = days + 719_468;
    let era = z.div_euclid(146_097);
    let doe = z.rem_euclid(146_097);
    let yoe = (doe - doe / 1460 + doe / 36_524 - doe / 146_096) / 365;
    let doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    let mp = (5 * doy + 2) / 153;
    let month = if mp < 10 { mp + 3 } else { mp - 9 };
    Day {
        year: yoe + era * 400 + if month <= 2 { 1 } else { 0 },
        month: month as u8,
        day: (doy - (153 * mp + 2) / 5 + 1) as u8,
    }
}

/// A calendar day to days since 1970 (same source, days_from_civil).
const fn days(year: i64, month: i64, day: i64) -> i64 {
    let y = if month <= 2 { year - 1 } else { year };
    let era = y.div_euclid(400);
    let yoe = y.rem_euclid(400);
    let doy = (153 * (if month > 2 { month - 3 } else { month + 9 }) + 2) / 5 + day - 1;
    era * 146_097 + yoe * 365 + yoe / 4 - yoe / 100 + doy - 719_468
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (Day { year, month, day }, ms) = self.day(0);
        let (h, m, s, ms) = (ms / 3_600_000, ms / 60_000 % 60, ms / 1000 % 60, ms % 1000);
        write!(f, "{year:04}-{month:02}-{day:02}T{h:02}:{m:02}:{s:02}.{ms:03}Z")
    }
}

impl FromStr for Timestamp {
    type Err = Invalid;
    fn from_str(text: &str) -> Result<Self, Invalid> {
        read(text.as_bytes())
            .ok_or(Invalid::because("must be a time such as 2026-11-23T08:15:00Z (RFC 3339)"))
    }
}

fn read(text: &[u8]) -> Option<Timestamp> {
    let number = |from: usize, to: usize| -> Option<i64> {
        text.get(from..to)?
            .iter()
            .try_fold(0, |sum, b| b.is_ascii_digit().then(|| sum * 10 + i64::from(b - b'0')))
    };
    let sign = |at: usize, any: &[u8]| text.get(at).is_some_and(|b| any.contains(b)).then_some(());
    let (year, month, day) = (number(0, 4)?, number(5, 7)?, number(8, 10)?);
    let (hour, minute, second) = (number(11, 13)?, number(14, 16)?, number(17, 19)?);
    sign(4, b"-")?;
    sign(7, b"-")?;
    sign(10, b"Tt ")?;
    sign(13, b":")?;
    sign(16, b":")?;
    let real = (1..=12).contains(&month) && day >= 1 && hour < 24 && minute < 60 && second <= 60;
    let date = days(year, month.clamp(1, 12), day);
    let back = civil(date);
    if !real || i64::from(back.day) != day || i64::from(back.month) != month {
        return None;
    }
    let mut at = 19;
    let mut fraction = 0;
    if text.get(at) == Some(&b'.') {
        let digits = text[at + 1..].iter().take_while(|b| b.is_ascii_digit()).count();
        if !(1..=9).contains(&digits) {
            return None;
        }
        let shown = digits.min(3);
        fraction = number(at + 1, at + 1 + shown)? * [100, 10, 1][shown - 1];
        at += 1 + digits;
    }
    let offset = match (text.get(at)?, text.len() - at) {
        (b'Z' | b'z', 1) => 0,
        (b'+' | b'-', 6) => {
            sign(at + 3, b":")?;
            let (h, m) = (number(at + 1, at + 3)?, number(at + 4, at + 6)?);
            (h < 24 && m < 60).then_some(())?;
            (h * 60 + m) * if text[at] == b'-' { -1 } else { 1 }
        }
        _ => return None,
    };
    let seconds = hour * 3600 + minute * 60 + second.min(59);
    Some(Timestamp(date * DAY_MS + seconds * 1000 + fraction - offset * 60_000))
}

impl TryFrom<String> for Timestamp {
    type Error = Invalid;
    fn try_from(text: String) -> Result<Self, Invalid> {
        text.parse()
    }
}

impl From<Timestamp> for String {
    fn from(at: Timestamp) -> Self {
        at.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use time::{OffsetDateTime, format_description::well_known::Rfc3339};

    proptest! {
        #[test]
        fn it_agrees_with_the_time_crate(ms in -2_000_000_000_000_i64..200_000_000_000_000) {
            let ours = Timestamp::from_millis(ms);
            let theirs = OffsetDateTime::parse(&ours.to_string(), &Rfc3339).unwrap();
            prop_assert_eq!(theirs.unix_timestamp_nanos() / 1_000_000, i128::from(ms));
            prop_assert_eq!(ours.to_string().parse(), Ok(ours));
        }

        #[test]
        fn no_text_makes_the_reader_panic(text in "\\PC*") {
            let _ = text.parse::<Timestamp>();
        }

        #[test]
        fn what_it_accepts_the_time_crate_reads_alike(
            text in "[0-9]{4}-[01][0-9]-[0-3][0-9]T[0-2][0-9]:[0-5][0-9]:[0-5][0-9](\\.[0-9]{1,9})?(Z|[+-][01][0-9]:[0-5][0-9])"
        ) {
            let ours = text.parse::<Timestamp>().ok();
            let theirs = OffsetDateTime::parse(&text, &Rfc3339).ok();
            prop_assert_eq!(
                ours.map(|t| i128::from(t.millis())),
                theirs.map(|t| t.unix_timestamp_nanos().div_euclid(1_000_000))
            );
        }
    }

    #[test]
    fn days_that_are_not_in_the_calendar_are_refused() {
        for text in ["2026-02-29T00:00:00Z", "2026-13-01T00:00:00Z", "2026-11-23", "2026-11-23T24:00:00Z", ""]
        {
            assert!(text.parse::<Timestamp>().is_err(), "{text}");
        }
    }
}
