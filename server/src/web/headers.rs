//! What every answer carries, errors included: the content security policy and its companions.

use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use sha2::{Digest, Sha256};

use super::{Files, base64};

/// The content security policy.
#[derive(Debug, Clone, Default)]
pub struct Policy {
    /// Hashes of the style sheets that the model viewer writes into its own shadow root.
    styles: String,
    /// The development tool's reload signal.
    reload: String,
    https: bool,
    /// What an answer without a nonce carries, written once.
    plain: Option<HeaderValue>,
}

impl Policy {
    /// For this site: the styles that the vendored viewer brings are allowed by their hashes.
    #[must_use]
    pub fn of(files: &Files, https: bool, reload_port: Option<u32>) -> Self {
        let mut hashes: Vec<String> = files
            .iter()
            .filter(|(path, _)| path.ends_with(".js") && path.contains("/model-viewer"))
            .flat_map(|(_, file)| style_blocks(&String::from_utf8_lossy(&file.plain)))
            .map(|style| format!(" 'sha256-{}'", base64::standard(&Sha256::digest(style.as_bytes()))))
            .collect();
        hashes.sort();
        hashes.dedup();
        let reload = reload_port
            .map_or_else(String::new, |port| format!(" ws://127.0.0.1:{port} ws://localhost:{port}"));
        let policy = Self { styles: hashes.concat(), reload, https, plain: None };
        Self { plain: policy.value(None), ..policy }
    }

    /// The header's value; without a nonce no inline script runs at all.
    #[must_use]
    pub fn value(&self, nonce: Option<&str>) -> Option<HeaderValue> {
        let nonce = nonce.map_or_else(String::new, |nonce| format!(" 'nonce-{nonce}'"));
        let Self { styles, reload, .. } = self;
        let text = format!(
            "default-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; \
             script-src 'self'{nonce} 'wasm-unsafe-eval'; worker-src 'self' blob:; \
             connect-src 'self' blob:{reload}; img-src 'self' blob: data:; style-src 'self'{nonce}{styles}; \
             font-src 'self'; manifest-src 'self'"
        );
        HeaderValue::from_str(&text).ok()
    }
}

/// What stands between `<style>` and `</style>` in a script's templates.
fn style_blocks(script: &str) -> Vec<String> {
    let after = script.split("<style>").skip(1);
    after.filter_map(|rest| rest.split_once("</style>")).map(|(style, _)| style.to_owned()).collect()
}

const FIXED: [(HeaderName, HeaderValue); 5] = [
    (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    // `no-referrer` would lead plain forms back to `/` instead of to their page.
    (header::REFERRER_POLICY, HeaderValue::from_static("same-origin")),
    (header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY")),
    (HeaderName::from_static("cross-origin-opener-policy"), HeaderValue::from_static("same-origin")),
    (
        HeaderName::from_static("permissions-policy"),
        HeaderValue::from_static(
            "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()",
        ),
    ),
];

/// Headers that are added here and by the web layer around it: room for them is made once.
const ADDED: usize = 10;

/// Adds what is not there yet: a page has its own policy already, with its nonce.
pub fn add(policy: &Policy, headers: &mut HeaderMap) {
    headers.reserve(ADDED);
    if let Some(plain) = &policy.plain {
        headers.entry(header::CONTENT_SECURITY_POLICY).or_insert_with(|| plain.clone());
    }
    for (name, value) in FIXED {
        headers.insert(name, value);
    }
    if policy.https {
        headers.insert(header::STRICT_TRANSPORT_SECURITY, HeaderValue::from_static("max-age=31536000"));
    }
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_s_policy_names_its_nonce_and_nothing_unsafe() {
        let policy = Policy { styles: " 'sha256-x'".into(), ..Policy::default() };
        let value = policy.value(Some("n0nce")).unwrap();
        let text = value.to_str().unwrap();
        assert!(text.contains("script-src 'self' 'nonce-n0nce' 'wasm-unsafe-eval';"));
        assert!(text.contains("style-src 'self' 'nonce-n0nce' 'sha256-x';"));
        assert!(!text.contains("unsafe-inline") && !text.contains("'unsafe-eval'"));
    }

    #[test]
    fn the_viewer_s_own_styles_are_found() {
        assert_eq!(style_blocks("a=`<style>x{}</style>`;b=`<style>y{}</style>`;c='<style>'"), ["x{}", "y{}"]);
    }
}
