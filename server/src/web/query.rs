//! Pairs of a query or of a form's body.

pub use app::address::pairs;

/// The first value of that name.
#[must_use]
pub fn value(text: &str, name: &str) -> Option<String> {
    pairs(text).into_iter().find_map(|(key, value)| (key == name).then_some(value))
}
