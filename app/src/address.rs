//! Addresses of the pages, so that no link is put together twice.

use crate::domain::{BoardView, ModelDigest, OrderNumber};

/// The board as this view shows it; `/` for the default one.
#[must_use]
pub fn board(view: &BoardView) -> String {
    let query = view
        .to_query()
        .into_iter()
        .map(|(key, value)| format!("{key}={}", escaped(&value)))
        .collect::<Vec<_>>()
        .join("&");
    if query.is_empty() { "/".to_owned() } else { format!("/?{query}") }
}

/// The page of an order.
#[must_use]
pub fn order(number: &OrderNumber) -> String {
    format!("/orders/{number}")
}

/// The file of a model.
#[must_use]
pub fn model(sha256: ModelDigest) -> String {
    format!("/models/{sha256}.glb")
}

/// The same page in another language: sets the cookie and comes back.
#[must_use]
pub fn language(code: &str, back: &str) -> String {
    format!("/lang/{code}?back={}", escaped(back))
}

/// Percent-encoded for a query's value (RFC 3986: all but the unreserved characters).
#[must_use]
pub fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => out.push(byte as char),
            _ => {
                const HEX: &[u8; 16] = b"0123456789ABCDEF";
                out.push('%');
                out.push(HEX[usize::from(byte >> 4)] as char);
                out.push(HEX[usize::from(byte & 15)] as char);
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_search_for_anything_stays_one_value() {
        let view = BoardView { q: "кольцо & co=1#x".into(), mine: true, ..BoardView::default() };
        assert_eq!(board(&view), "/?mine=1&q=%D0%BA%D0%BE%D0%BB%D1%8C%D1%86%D0%BE%20%26%20co%3D1%23x");
        assert_eq!(board(&BoardView::default()), "/");
    }
}
