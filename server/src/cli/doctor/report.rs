//! One line a finding, and whether all is well.

use std::fmt;

/// What was found so far.
#[derive(Debug, Default)]
pub(super) struct Report {
    wrong: usize,
}

impl Report {
    /// Tells of one part.
    pub fn line(&mut self, name: &str, well: bool, what: impl fmt::Display) {
        self.wrong += usize::from(!well);
        println!("{} {name}: {what}", if well { "ok   " } else { "WRONG" });
    }

    /// Tells more of the line before.
    pub fn detail(&mut self, what: impl fmt::Display) {
        println!("      {what}");
    }

    /// Whether nothing was wrong.
    pub fn is_well(&self) -> bool {
        self.wrong == 0
    }
}
