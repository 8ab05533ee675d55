//! Which compression a request takes.

use axum::http::HeaderValue;

/// The best of what this server has ready.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Accepted {
    /// br
    Brotli,
    /// gzip
    Gzip,
    /// none
    Identity,
}

/// Reads `Accept-Encoding`: brotli before gzip before nothing; `q=0` refuses.
#[must_use]
pub fn best(header: Option<&HeaderValue>) -> Accepted {
    let text = header.and_then(|value| value.to_str().ok()).unwrap_or_default();
    let takes = |name: &str| {
        text.split(',').any(|part| {
            let mut parts = part.split(';').map(str::trim);
            let named = parts.next().is_some_and(|it| it.eq_ignore_ascii_case(name));
            named && !parts.any(|p| p.strip_prefix("q=").is_some_and(|q| q.parse() == Ok(0.0_f32)))
        })
    };
    match (takes("br"), takes("gzip")) {
        (true, _) => Accepted::Brotli,
        (_, true) => Accepted::Gzip,
        _ => Accepted::Identity,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_refused_is_not_sent() {
        let of = |text: &'static str| best(Some(&HeaderValue::from_static(text)));
        assert_eq!(of("gzip, deflate, br, zstd"), Accepted::Brotli);
        assert_eq!(of("br;q=0, gzip;q=0.5"), Accepted::Gzip);
        assert_eq!(of("gzip;q=0.0"), Accepted::Identity);
        assert_eq!(of("identity"), Accepted::Identity);
        assert_eq!(best(None), Accepted::Identity);
    }
}
