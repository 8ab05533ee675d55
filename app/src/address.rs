//! Addresses of the pages, so that no link is put together twice.

use crate::domain::{BoardView, ModelDigest, OrderNumber};

/// The board as this view shows it; `/` for the default one.
#[must_use]
pub fn board(view: &BoardView) -> String {
    let query = query(view);
    if query.is_empty() { "/".to_owned() } else { format!("/?{query}") }
}

/// A view as the query of an address; empty for the default one.
#[must_use]
pub fn query(view: &BoardView) -> String {
    let pairs = view.to_query().into_iter().map(|(key, value)| format!("{key}={}", escaped(&value)));
    pairs.collect::<Vec<_>>().join("&")
}

/// The view that a query names; what is unknown or malformed in it is left out.
#[cfg(feature = "ssr")]
#[must_use]
pub fn view(query: &str) -> BoardView {
    let pairs = pairs(query);
    BoardView::from_query(pairs.iter().map(|(key, value)| (key.as_str(), value.as_str())))
}

/// A person's saved views; from the board, with the means to keep the view that it shows.
#[cfg(feature = "ssr")]
#[must_use]
pub fn views(from: &str) -> String {
    match from.split_once('?') {
        Some(("/", query)) => format!("/views?{query}"),
        _ => "/views".to_owned(),
    }
}

/// The page of an order.
#[must_use]
pub fn order(number: &OrderNumber) -> String {
    format!("/orders/{number}")
}

/// The page of figures.
#[cfg(feature = "ssr")]
pub const FLOW: &str = "/flow";

/// Pages that somebody found slow.
#[cfg(feature = "ssr")]
pub const SLOW: &str = "/slow";

/// A trace on the page of slow ones, if it is kept.
#[cfg(feature = "ssr")]
#[must_use]
pub fn slow_trace(trace: &str) -> String {
    format!("{SLOW}?trace={}#slow-traces", escaped(trace))
}

/// A table of the page of figures, as CSV.
#[cfg(feature = "ssr")]
#[must_use]
pub fn flow_table(table: &str) -> String {
    format!("{FLOW}/{table}.csv")
}

/// An order's passport as a sheet to print.
#[cfg(feature = "ssr")]
#[must_use]
pub fn passport(number: &OrderNumber) -> String {
    format!("/orders/{number}/passport")
}

/// The sheet that goes with an order through the workshop.
#[cfg(feature = "ssr")]
#[must_use]
pub fn traveller(number: &OrderNumber) -> String {
    format!("/orders/{number}/traveller")
}

/// The file of a model.
#[must_use]
pub fn model(sha256: ModelDigest) -> String {
    format!("/models/{sha256}.glb")
}

/// The picture of a model.
#[must_use]
pub fn picture(sha256: ModelDigest) -> String {
    format!("/models/{sha256}.jpg")
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

/// The pairs of a query or of a form's body (`application/x-www-form-urlencoded`), decoded. Broken percent signs stay
/// as they are, broken UTF-8 becomes the replacement character.
#[cfg(feature = "ssr")]
#[must_use]
pub fn pairs(text: &str) -> Vec<(String, String)> {
    text.split('&')
        .filter(|part| !part.is_empty())
        .map(|part| part.split_once('=').unwrap_or((part, "")))
        .map(|(key, value)| (decoded(key), decoded(value)))
        .collect()
}

#[cfg(feature = "ssr")]
fn decoded(text: &str) -> String {
    let hex = |b: u8| char::from(b).to_digit(16);
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        let pair = (bytes.get(at + 1).copied().and_then(hex), bytes.get(at + 2).copied().and_then(hex));
        match (byte, pair) {
            (b'%', (Some(high), Some(low))) => {
                out.push((high * 16 + low) as u8);
                at += 2;
            }
            (b'+', _) => out.push(b' '),
            (other, _) => out.push(*other),
        }
        at += 1;
    }
    String::from_utf8_lossy(&out).into_owned()
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use super::*;

    #[test]
    fn what_people_search_for_comes_through() {
        assert_eq!(view("q=%D0%BA%D0%BE%D0%BB%D1%8C%D1%86%D0%BE+1&mine=1").q, "кольцо 1");
        assert_eq!(
            pairs("a&b=%&c=%zz&=d"),
            [
                ("a".into(), String::new()),
                ("b".into(), "%".into()),
                ("c".into(), "%zz".into()),
                (String::new(), "d".into()),
            ]
        );
    }

    #[test]
    fn a_view_comes_back_from_its_query_and_foreign_words_in_it_lead_nowhere() {
        let kept = BoardView { q: "100% & «co»=1#x".into(), new: true, ..BoardView::default() };
        assert_eq!(view(&query(&kept)), kept);
        assert_eq!(view("next=//evil.example&q="), BoardView::default());
        assert_eq!(views(&board(&kept)), format!("/views?{}", query(&kept)));
        assert_eq!(views("/orders/A-1?x=1"), "/views");
    }

    #[test]
    fn a_search_for_anything_stays_one_value() {
        let view = BoardView { q: "кольцо & co=1#x".into(), mine: true, ..BoardView::default() };
        assert_eq!(board(&view), "/?mine=1&q=%D0%BA%D0%BE%D0%BB%D1%8C%D1%86%D0%BE%20%26%20co%3D1%23x");
        assert_eq!(board(&BoardView::default()), "/");
    }
}
