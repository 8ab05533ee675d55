//! Paths of this site that a request names as the way back. Anything that could lead elsewhere is refused.

use axum::http::{HeaderMap, Uri, header::REFERER};

/// The text as a path of this site: begins with one slash, no host, no control characters.
#[must_use]
pub fn path(text: &str) -> Option<&str> {
    let plain = text.bytes().all(|b| b.is_ascii_graphic() && b != b'\\');
    (plain && text.starts_with('/') && !text.starts_with("//")).then_some(text)
}

/// Path and query of the page that a form was on, when it was a page of this site.
#[must_use]
pub fn referer(headers: &HeaderMap, hosts: &[&str]) -> Option<String> {
    let uri: Uri = headers.get(REFERER)?.to_str().ok()?.parse().ok()?;
    let host = uri.authority()?.as_str();
    if !hosts.contains(&host) {
        return None;
    }
    path(uri.path_and_query()?.as_str()).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_path_of_this_site_leads_back() {
        for elsewhere in ["//evil.example", "https://evil.example", "/\\evil.example", "evil", "", "/a\nb"] {
            assert_eq!(path(elsewhere), None, "{elsewhere}");
        }
        assert_eq!(path("/orders/A-1?x=1"), Some("/orders/A-1?x=1"));
        let mut headers = HeaderMap::new();
        headers.insert(REFERER, "http://board:3000/?q=1".parse().unwrap());
        assert_eq!(referer(&headers, &["board:3000"]).as_deref(), Some("/?q=1"));
        assert_eq!(referer(&headers, &["board"]), None);
    }
}
