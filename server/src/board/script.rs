//! The scripts that run inside Redis, and what they answer.

use std::{fmt::Write as _, sync::OnceLock};

use app::domain::Revision;
use sha1::{Digest as _, Sha1};

/// A script, known to Redis by its SHA-1.
#[derive(Debug)]
pub(super) struct Script {
    pub name: &'static str,
    pub source: &'static str,
    sha: OnceLock<String>,
}

pub(super) static APPLY: Script = Script::new("apply", include_str!("scripts/apply.lua"));
pub(super) static INSTALL: Script = Script::new("install", include_str!("scripts/install.lua"));
pub(super) static TOUCH: Script = Script::new("touch", include_str!("scripts/touch.lua"));
pub(super) static STAGE: Script = Script::new("stage", include_str!("scripts/stage.lua"));

impl Script {
    const fn new(name: &'static str, source: &'static str) -> Self {
        Self { name, source, sha: OnceLock::new() }
    }

    pub fn sha(&self) -> &str {
        self.sha.get_or_init(|| {
            Sha1::digest(self.source).iter().fold(String::new(), |mut text, byte| {
                let _ = write!(text, "{byte:02x}");
                text
            })
        })
    }
}

/// What a script answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Verdict {
    /// Done; a word on how.
    Ok(String),
    /// There is no complete board.
    Cold,
    /// The board is at another revision.
    Stale(Revision),
    /// The stage is not whole.
    Torn,
}

impl Verdict {
    pub fn read(words: Vec<String>) -> Self {
        let number = |at: usize| words.get(at).and_then(|word| word.parse::<u64>().ok()).unwrap_or_default();
        match words.first().map(String::as_str) {
            Some("OK") => Self::Ok(words.get(1).cloned().unwrap_or_default()),
            Some("STALE") => {
                Self::Stale(Revision::new(u32::try_from(number(1)).unwrap_or(u32::MAX), number(2)))
            }
            Some("TORN") => Self::Torn,
            _ => Self::Cold,
        }
    }

    pub const fn name(&self) -> &'static str {
        match self {
            Self::Ok(_) => "ok",
            Self::Cold => "cold",
            Self::Stale(_) => "stale",
            Self::Torn => "torn",
        }
    }
}
