//! Money as decimal text on the wire and whole hundredths inside: no binary fractions anywhere.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use super::Invalid;

/// An amount in hundredths of its currency's unit, 0 to 9 999 999 999.99.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Amount(i64);

impl Amount {
    const RULE: Invalid =
        Invalid::because("must be a decimal such as 45900.00, at most 10 digits before the point");

    /// From hundredths (kopecks, cents).
    #[must_use]
    pub const fn from_hundredths(hundredths: i64) -> Self {
        Self(hundredths)
    }

    /// In hundredths.
    #[must_use]
    pub const fn hundredths(self) -> i64 {
        self.0
    }
}

impl FromStr for Amount {
    type Err = Invalid;
    fn from_str(text: &str) -> Result<Self, Invalid> {
        let (whole, fraction) = text.split_once('.').map_or((text, None), |(w, f)| (w, Some(f)));
        let digits = |part: &str, longest: usize| {
            (1..=longest).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit())
        };
        if !digits(whole, 10) || fraction.is_some_and(|f| !digits(f, 2)) {
            return Err(Self::RULE);
        }
        let whole: i64 = whole.parse().map_err(|_| Self::RULE)?;
        let fraction: i64 =
            format!("{:0<2}", fraction.unwrap_or_default()).parse().map_err(|_| Self::RULE)?;
        Ok(Self(whole * 100 + fraction))
    }
}

impl TryFrom<String> for Amount {
    type Error = Invalid;
    fn try_from(text: String) -> Result<Self, Invalid> {
        text.parse()
    }
}

impl From<Amount> for String {
    fn from(amount: Amount) -> Self {
        amount.to_string()
    }
}

impl fmt::Display for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{:02}", self.0 / 100, self.0 % 100)
    }
}

/// An amount with its currency.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Money {
    /// How much.
    pub amount: Amount,
    /// Three capital letters (ISO 4217).
    pub currency: String,
}

impl Money {
    /// Money, if the currency is three capital letters.
    ///
    /// # Errors
    /// When it is not.
    pub fn new(amount: Amount, currency: &str) -> Result<Self, Invalid> {
        if currency.len() == 3 && currency.bytes().all(|b| b.is_ascii_uppercase()) {
            Ok(Self { amount, currency: currency.to_owned() })
        } else {
            Err(Invalid::because("must be three capital letters such as RUB"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn an_amount_reads_back_as_written(hundredths in 0_i64..1_000_000_000_000) {
            let amount = Amount::from_hundredths(hundredths);
            prop_assert_eq!(amount.to_string().parse(), Ok(amount));
        }

        #[test]
        fn no_text_makes_the_reader_panic(text in ".*") {
            let _ = text.parse::<Amount>();
        }
    }

    #[test]
    fn a_short_fraction_means_tenths() {
        assert_eq!("12.5".parse(), Ok(Amount::from_hundredths(1250)));
        assert_eq!("12".parse(), Ok(Amount::from_hundredths(1200)));
    }

    #[test]
    fn signs_spaces_and_extra_digits_are_refused() {
        for text in ["", ".5", "5.", "-1", "+1", "1 000", "1.234", "12345678901", "١"] {
            assert!(text.parse::<Amount>().is_err(), "{text}");
        }
    }
}
