//! A share of a whole.

use std::str::FromStr;

/// From 0 to 1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Share(pub f64);

/// Not a share.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be a number from 0 to 1")]
pub struct NotAShare;

impl FromStr for Share {
    type Err = NotAShare;
    fn from_str(text: &str) -> Result<Self, NotAShare> {
        let share: f64 = text.trim().parse().map_err(|_| NotAShare)?;
        if (0.0..=1.0).contains(&share) { Ok(Self(share)) } else { Err(NotAShare) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_is_a_part_of_one() {
        assert_eq!("0.05".parse(), Ok(Share(0.05)));
        assert_eq!("1".parse(), Ok(Share(1.0)));
        for text in ["", "2", "-0.1", "NaN", "half", "inf"] {
            assert_eq!(text.parse::<Share>(), Err(NotAShare), "{text}");
        }
    }
}
