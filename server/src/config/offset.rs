//! How far a clock is ahead of UTC.

use std::{fmt, str::FromStr};

/// An offset from UTC in whole minutes, written as in RFC 3339: `+03:00`. It knows no daylight saving.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct UtcOffset(i32);

/// Not an offset.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be an offset from UTC like +03:00, between -12:00 and +14:00")]
pub struct NotAnOffset;

/// In use on Earth: 12 hours behind (Baker Island) to 14 hours ahead (Kiribati).
const REAL: std::ops::RangeInclusive<i32> = -12 * 60..=14 * 60;

impl UtcOffset {
    /// Minutes ahead of UTC; negative when it is behind.
    #[must_use]
    pub const fn minutes(self) -> i32 {
        self.0
    }
}

impl FromStr for UtcOffset {
    type Err = NotAnOffset;
    fn from_str(text: &str) -> Result<Self, NotAnOffset> {
        let number = |part: &[u8]| match part {
            [tens @ b'0'..=b'9', ones @ b'0'..=b'9'] => {
                Ok(i32::from(tens - b'0') * 10 + i32::from(ones - b'0'))
            }
            _ => Err(NotAnOffset),
        };
        let [sign @ (b'+' | b'-'), hours @ .., b':', tens, ones] = text.trim().as_bytes() else {
            return Err(NotAnOffset);
        };
        let (hours, minutes) = (number(hours)?, number(&[*tens, *ones])?);
        let all = (hours * 60 + minutes) * if *sign == b'-' { -1 } else { 1 };
        if minutes < 60 && REAL.contains(&all) { Ok(Self(all)) } else { Err(NotAnOffset) }
    }
}

impl fmt::Display for UtcOffset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (sign, minutes) = (if self.0 < 0 { '-' } else { '+' }, self.0.abs());
        write!(f, "{sign}{:02}:{:02}", minutes / 60, minutes % 60)
    }
}

impl fmt::Debug for UtcOffset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_offset_is_read_and_written_alike() {
        for (text, minutes) in
            [("+03:00", 180), ("-03:30", -210), ("+05:45", 345), ("+00:00", 0), ("+14:00", 840)]
        {
            let offset: UtcOffset = text.parse().unwrap();
            assert_eq!((offset.minutes(), offset.to_string().as_str()), (minutes, text));
        }
    }

    #[test]
    fn what_is_no_offset_on_earth_is_refused() {
        for text in [
            "",
            "3",
            "03:00",
            "+3:00",
            "+03:60",
            "+14:01",
            "-12:01",
            "+03:0a",
            "+0300",
            "Europe/Moscow",
            "+é:00",
        ] {
            assert_eq!(text.parse::<UtcOffset>(), Err(NotAnOffset), "{text}");
        }
    }
}
