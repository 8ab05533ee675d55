//! One part of a file (RFC 9110, section 14). Several parts at once are answered with the whole file, as the RFC
//! allows.

use std::ops::Range;

use axum::http::{
    HeaderMap,
    header::{IF_RANGE, RANGE},
};

/// What of the file is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Asked {
    /// All of it.
    Whole,
    /// These bytes.
    Part(Range<u64>),
    /// Bytes that the file does not have: 416.
    Beyond,
}

/// Reads `Range` and `If-Range` for a file of `size` bytes with this tag.
#[must_use]
pub fn asked(headers: &HeaderMap, size: u64, tag: &str) -> Asked {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    let Some(part) = text(RANGE).and_then(|value| value.strip_prefix("bytes=")) else {
        return Asked::Whole;
    };
    if text(IF_RANGE).is_some_and(|known| known != tag) || part.contains(',') {
        return Asked::Whole;
    }
    let Some((from, to)) = part.trim().split_once('-') else { return Asked::Whole };
    match (from.parse::<u64>(), to.parse::<u64>()) {
        (Ok(from), Ok(to)) if from > to => Asked::Whole,
        (Ok(from), _) if from >= size => Asked::Beyond,
        (Ok(from), Ok(to)) => Asked::Part(from..to.saturating_add(1).min(size)),
        (Ok(from), Err(_)) if to.is_empty() => Asked::Part(from..size),
        (Err(_), Ok(0)) if from.is_empty() => Asked::Beyond,
        (Err(_), Ok(last)) if from.is_empty() && size > 0 => Asked::Part(size.saturating_sub(last)..size),
        _ => Asked::Whole,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(range: &str) -> Asked {
        let mut headers = HeaderMap::new();
        headers.insert(RANGE, range.parse().unwrap());
        asked(&headers, 100, "\"a\"")
    }

    #[test]
    fn parts_are_read_as_the_rfc_says() {
        assert_eq!(of("bytes=0-9"), Asked::Part(0..10));
        assert_eq!(of("bytes=90-"), Asked::Part(90..100));
        assert_eq!(of("bytes=-5"), Asked::Part(95..100));
        assert_eq!(of("bytes=-500"), Asked::Part(0..100));
        assert_eq!(of("bytes=50-18446744073709551615"), Asked::Part(50..100));
        assert_eq!(of("bytes=100-"), Asked::Beyond);
        assert_eq!(of("bytes=-0"), Asked::Beyond);
        for odd in ["bytes=9-0", "bytes=0-1,5-6", "bytes=a-b", "bytes=5", "lines=0-1", "bytes=-"] {
            assert_eq!(of(odd), Asked::Whole, "{odd}");
        }
    }

    #[test]
    fn a_part_of_another_file_is_never_sent() {
        let mut headers = HeaderMap::new();
        headers.insert(RANGE, "bytes=0-9".parse().unwrap());
        headers.insert(IF_RANGE, "\"b\"".parse().unwrap());
        assert_eq!(asked(&headers, 100, "\"a\""), Asked::Whole);
        assert_eq!(asked(&headers, 100, "\"b\""), Asked::Part(0..10));
    }
}
