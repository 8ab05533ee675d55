//! Keys, scanner and look, on every page; and the mark that the page is interactive.

use leptos::prelude::*;

use crate::{components::keys::keys_view, i18n::Lang};

/// Last on a page, so that every other island is awake before it.
#[island]
pub fn Wake(
    /// The language.
    lang: Lang,
) -> impl IntoView {
    #[cfg(feature = "hydrate")]
    crate::browser::wake::attend();
    keys_view(lang)
}
