//! A view of the board that a person gave a name to.

use std::{fmt, str::FromStr};

use uuid::Uuid;

use super::{BoardView, Invalid};

/// The longest name of a view, in characters.
const LONGEST: usize = 40;

/// What a person calls a view: 1 to 40 characters on one line, unique among their own. Untrusted text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ViewName(String);

impl ViewName {
    /// The name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for ViewName {
    type Err = Invalid;

    /// What cannot be seen is left out, so that two names that look alike are the same name.
    fn from_str(text: &str) -> Result<Self, Invalid> {
        let seen: String = text.chars().filter(|c| c.is_whitespace() || !is_unseen(*c)).collect();
        let name = seen.split_whitespace().collect::<Vec<_>>().join(" ");
        if (1..=LONGEST).contains(&name.chars().count()) {
            Ok(Self(name))
        } else {
            Err(Invalid::because("must be 1 to 40 characters"))
        }
    }
}

impl fmt::Display for ViewName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Control characters, and those of Unicode's general category Cf that steer text without being seen (soft hyphen,
/// zero widths, directions, joiners, byte order mark, tags).
fn is_unseen(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

/// A named view.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SavedView {
    /// Identity; it stays when the name changes.
    pub id: Uuid,
    /// What it is called.
    pub name: ViewName,
    /// What it shows.
    pub view: BoardView,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(text: &str) -> Option<String> {
        text.parse::<ViewName>().ok().map(|name| name.to_string())
    }

    #[test]
    fn a_name_is_one_line_of_what_can_be_seen() {
        assert_eq!(name("  Срочные \n\t к\u{a0}пятнице ").as_deref(), Some("Срочные к пятнице"));
        assert_eq!(name("a\u{202e}b\u{200b}\u{0}c").as_deref(), Some("abc"));
        for empty in ["", "  ", "\u{200b}", "\u{feff}\u{202e}", "\0"] {
            assert_eq!(name(empty), None, "{empty:?}");
        }
    }

    #[test]
    fn a_name_has_one_to_forty_characters_however_many_bytes() {
        assert!(name(&"я".repeat(40)).is_some() && name(&"💍".repeat(40)).is_some());
        assert_eq!(name(&"я".repeat(41)), None);
        assert_eq!(name("<b>&\"'").as_deref(), Some("<b>&\"'"), "text stays text");
    }
}
