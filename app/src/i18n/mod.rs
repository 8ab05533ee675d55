//! Russian and English as plain Rust: a key without a word does not compile, and nothing is looked up at run time.

#[cfg(feature = "ssr")]
mod bench;
#[cfg(feature = "ssr")]
mod changed;
mod en;
#[cfg(feature = "ssr")]
mod flow;
mod format;
#[cfg(feature = "ssr")]
mod freshness;
mod materials;
mod names;
#[cfg(feature = "ssr")]
mod passport;
#[cfg(feature = "ssr")]
mod phrases;
mod plural;
#[cfg(feature = "ssr")]
mod radar;
mod ru;
mod search;
mod sentences;
#[cfg(feature = "ssr")]
mod slow;
mod tools;

use serde::{Deserialize, Serialize};

#[cfg(feature = "ssr")]
pub use changed::Changed;
#[cfg(feature = "ssr")]
pub use flow::Flow;
pub use format::{due_in, set_wall_clock, wall_clock};
#[cfg(feature = "ssr")]
pub use freshness::Freshness;
#[cfg(feature = "ssr")]
pub use passport::Passport;
#[cfg(feature = "ssr")]
pub use phrases::Phrase;
pub use plural::Noun;
#[cfg(feature = "ssr")]
pub use radar::RadarWord;
#[cfg(feature = "ssr")]
pub use slow::Slow;

/// The language of a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Lang {
    /// Русский.
    #[default]
    Ru,
    /// English.
    En,
}

impl Lang {
    /// `html[lang]`, and the value of the cookie `lang`.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Ru => "ru",
            Self::En => "en",
        }
    }

    /// The language of that code.
    #[must_use]
    pub fn named(code: &str) -> Option<Self> {
        [Self::Ru, Self::En].into_iter().find(|lang| lang.code() == code)
    }

    /// The first language of an `Accept-Language` header that there are words for, else Russian.
    #[must_use]
    pub fn accepted(header: &str) -> Self {
        header
            .split(',')
            .filter_map(|part| Self::named(part.trim().get(..2)?.to_ascii_lowercase().as_str()))
            .next()
            .unwrap_or_default()
    }

    /// The other one.
    #[must_use]
    pub const fn other(self) -> Self {
        match self {
            Self::Ru => Self::En,
            Self::En => Self::Ru,
        }
    }

    /// A word or a fixed phrase.
    #[must_use]
    pub const fn t(self, word: Word) -> &'static str {
        match self {
            Self::Ru => ru::word(word),
            Self::En => en::word(word),
        }
    }
}

macro_rules! words {
    ($($word:ident),+ $(,)?) => {
        /// A key for every fixed text of the pages.
        #[expect(missing_docs, reason = "a key says what it is, its two texts say the rest")]
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Word { $($word),+ }

        impl Word {
            /// All of them, for the test that none is empty.
            pub const ALL: &'static [Self] = &[$(Self::$word),+];
        }
    };
}

words! {
    Product, OtherLanguage,
    // log-in
    LogIn, LogOut, SessionEnded, WrongPassword,
    // bar
    Search, SearchHint, FilterAll, FilterNew, FilterMine, FilterFree, FilterRush, FilterOverdue, FiltersLabel,
    SortLabel, SortNewest, SortDue, SortPay,
    Menu, KeysHelp, Now,
    Behind, RoleOperator, RoleSupervisor, RoleAdmin,
    // columns
    ColumnApproved, ColumnStarted, ColumnCompleted, ColumnPackaging, StatusShipped, StatusCancelled,
    StatusSubmitted, StatusPriced, StatusInitiated, StatusUploaded, StatusClosed,
    EmptyApproved, EmptyStarted, EmptyCompleted, EmptyPackaging, EmptyFound, EmptyNew, ShowAll,
    PageBefore, PageAfter, ShowArrivals,
    WholeBoard, ColumnsLabel,
    // card
    Open, You, NewMark, NewToYou, Rush, Neglected, ModelChanged, HasComment, ModelReady, Price, Pay, Overdue, Moved,
    // order
    Back, Alloy, Size, Quantity, Comment, Due, Measures, NextStep, Reason, ReasonHint,
    ModelNone, ModelPending, ModelMissing, ModelRefused, ModelMismatch, NotYours, NothingToDo,
    // commands
    Take, Complete, Pack, Ship, Release, Rework, Sending,
    // refusals and empty pages
    TryAgain, ToBoard, Dismiss, InvalidFields, NoSuchOrder,
    // keys
    KeySearch, KeyMove, KeyTake, KeyOpen, KeyDone, KeyNewest, KeyGo, KeyHelp, KeyEscape, KeyScanner, KeysSwitch,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_says_something_in_both_languages() {
        for &word in Word::ALL {
            assert!(!Lang::Ru.t(word).trim().is_empty(), "{word:?}");
            assert!(!Lang::En.t(word).trim().is_empty(), "{word:?}");
        }
    }

    #[test]
    fn an_english_word_holds_no_russian_letter() {
        for &word in Word::ALL.iter().filter(|word| !matches!(word, Word::OtherLanguage)) {
            assert!(!Lang::En.t(word).chars().any(|c| ('а'..='я').contains(&c)), "{word:?}");
        }
    }

    #[test]
    fn the_browsers_first_known_language_is_taken() {
        assert_eq!(Lang::accepted("de-DE,en-GB;q=0.8,ru;q=0.5"), Lang::En);
        assert_eq!(Lang::accepted("RU"), Lang::Ru);
        assert_eq!(Lang::accepted(""), Lang::Ru);
        assert_eq!(Lang::accepted("я,*"), Lang::Ru);
    }
}
