//! Conditional requests (RFC 9110, section 13).

use axum::http::{HeaderMap, header::IF_NONE_MATCH};

/// Whether `If-None-Match` names this tag (weak comparison), so that 304 is the answer.
#[must_use]
pub fn matches(headers: &HeaderMap, tag: &str) -> bool {
    let ours = opaque(tag);
    headers
        .get_all(IF_NONE_MATCH)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .any(|theirs| theirs.trim() == "*" || opaque(theirs) == ours)
}

fn opaque(tag: &str) -> &str {
    tag.trim().trim_start_matches("W/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_of_several_tags_is_enough_and_weakness_does_not_matter() {
        let mut headers = HeaderMap::new();
        headers.insert(IF_NONE_MATCH, "\"a\", W/\"1.7-br\"".parse().unwrap());
        assert!(matches(&headers, "W/\"1.7-br\""));
        assert!(matches(&headers, "\"a\""));
        assert!(!matches(&headers, "W/\"1.7\""));
        assert!(!matches(&HeaderMap::new(), "\"a\""));
    }
}
