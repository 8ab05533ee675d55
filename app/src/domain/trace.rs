//! The place in a trace that work belongs to, as messages and headers carry it (W3C Trace Context, `traceparent`).
//! Random numbers, and nothing of any person.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use super::Invalid;

/// A trace, and the piece of work in it that goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct TraceParent {
    /// Names the trace; not zero.
    pub trace: u128,
    /// Names the piece of work; not zero.
    pub span: u64,
    /// Bit 0: recorded.
    pub flags: u8,
}

impl TraceParent {
    /// Whether both are of one trace.
    #[must_use]
    pub const fn is_of(self, other: Self) -> bool {
        self.trace == other.trace
    }
}

impl fmt::Display for TraceParent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "00-{:032x}-{:016x}-{:02x}", self.trace, self.span, self.flags)
    }
}

impl FromStr for TraceParent {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        read(text).ok_or(Invalid::because("must be a traceparent (W3C Trace Context)"))
    }
}

fn read(text: &str) -> Option<TraceParent> {
    let mut parts = text.split('-');
    let (version, trace, span, flags) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
    let lengths = (version.len(), trace.len(), span.len(), flags.len()) == (2, 32, 16, 2);
    let lower = text.bytes().all(|b| b == b'-' || matches!(b, b'0'..=b'9' | b'a'..=b'f'));
    // A later version may say more; what it says first is what this one knows.
    if !lengths || !lower || version == "ff" || (version == "00" && parts.next().is_some()) {
        return None;
    }
    let parent = TraceParent {
        trace: u128::from_str_radix(trace, 16).ok()?,
        span: u64::from_str_radix(span, 16).ok()?,
        flags: u8::from_str_radix(flags, 16).ok()?,
    };
    (parent.trace != 0 && parent.span != 0).then_some(parent)
}

impl TryFrom<String> for TraceParent {
    type Error = Invalid;

    fn try_from(text: String) -> Result<Self, Invalid> {
        text.parse()
    }
}

impl From<TraceParent> for String {
    fn from(parent: TraceParent) -> Self {
        parent.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const SAMPLE: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

    #[test]
    fn a_well_formed_parent_is_read_and_a_malformed_one_is_nobody() {
        let parent: TraceParent = SAMPLE.parse().unwrap();
        assert_eq!((parent.span, parent.flags), (0x00f0_67aa_0ba9_02b7, 1));
        assert!(format!("01{}-cafe", &SAMPLE[2..]).parse::<TraceParent>().is_ok());
        let zero = "00-00000000000000000000000000000000-00f067aa0ba902b7-01";
        let upper = SAMPLE.to_uppercase();
        for text in ["", "00", "00-0-0-0", zero, &upper, &format!("{SAMPLE}-x"), &SAMPLE[..54], "00-é"] {
            assert!(text.parse::<TraceParent>().is_err(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn what_is_written_reads_back(trace in 1_u128.., span in 1_u64.., flags: u8) {
            let parent = TraceParent { trace, span, flags };
            prop_assert_eq!(parent.to_string().parse(), Ok(parent));
        }

        #[test]
        fn no_text_makes_the_reader_panic(text in "\\PC{0,80}") {
            let _ = text.parse::<TraceParent>();
        }
    }
}
