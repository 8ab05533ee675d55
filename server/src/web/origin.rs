//! Posts from other sites are refused, by what browsers say of themselves and no page can forge.

use axum::http::{
    HeaderMap, Uri,
    header::{HOST, ORIGIN},
};

/// Whether a POST comes from a page of this site: `Sec-Fetch-Site` and `Origin`, as far as they are there, must both
/// say so, and at least one must be there.
#[must_use]
pub fn is_ours(headers: &HeaderMap, hosts: &[&str]) -> bool {
    let text = |name: &str| headers.get(name).map(|value| value.to_str().unwrap_or_default());
    let site = text("sec-fetch-site").map(|site| site == "same-origin");
    let origin = text(ORIGIN.as_str()).map(|origin| {
        let uri: Result<Uri, _> = origin.parse();
        uri.is_ok_and(|uri| uri.authority().is_some_and(|host| hosts.contains(&host.as_str())))
    });
    match (site, origin) {
        (None, None) => false,
        (site, origin) => site.unwrap_or(true) && origin.unwrap_or(true),
    }
}

/// The names that this server is asked by: the one in `Host`, and the public one.
#[must_use]
pub fn hosts<'a>(headers: &'a HeaderMap, public: Option<&'a str>) -> Vec<&'a str> {
    let host = headers.get(HOST).and_then(|value| value.to_str().ok());
    host.into_iter().chain(public).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ours(headers: &[(&'static str, &str)]) -> bool {
        let map =
            headers.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap())).collect();
        is_ours(&map, &["board:3000", "public.example"])
    }

    #[test]
    fn a_page_of_this_site_may_post_and_no_other() {
        assert!(ours(&[("sec-fetch-site", "same-origin")]));
        assert!(ours(&[("origin", "http://board:3000")]));
        assert!(ours(&[("origin", "https://public.example"), ("sec-fetch-site", "same-origin")]));
        assert!(!ours(&[]));
        assert!(!ours(&[("origin", "null")]));
        assert!(!ours(&[("origin", "http://board:3001")]));
        assert!(!ours(&[("origin", "http://board:3000.evil.example")]));
        assert!(!ours(&[("origin", "https://evil.example"), ("sec-fetch-site", "same-origin")]));
        for site in ["cross-site", "same-site", "none", ""] {
            assert!(!ours(&[("sec-fetch-site", site), ("origin", "http://board:3000")]), "{site}");
        }
    }
}
