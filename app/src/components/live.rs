//! How fresh a page is: the mark in its bar, and what the page's script needs to keep it true.

use leptos::prelude::*;

use super::erase::Erase;
#[cfg(feature = "ssr")]
use super::own::script;
#[cfg(feature = "ssr")]
use crate::i18n::Phrase;
use crate::{domain::Timestamp, i18n::Lang};

/// The mark as the page comes. Without a script it stays true; `public/tab.js` takes it over.
pub fn mark(fresh_at: Timestamp, lang: Lang) -> impl IntoView + use<> {
    view! { <span class="live" data-live="behind">{lang.as_of(fresh_at)}</span> }.erased()
}

/// The script that follows the stream, and its words. The element is where changes of the connection are told to
/// those who listen, and why commands are off.
#[cfg(feature = "ssr")]
pub fn live_words(fresh_at: Timestamp, now: Timestamp, lang: Lang) -> AnyView {
    let words = lang.freshness();
    view! {
        <p
            class="unseen"
            id="live-words"
            role="status"
            data-fresh=fresh_at.to_string()
            data-now=now.to_string()
            data-live-now=words.live
            data-database=words.database
            data-behind=words.behind
            data-offline=words.offline
            data-off=words.off
            data-back=words.back
            data-units=words.units
            data-here=lang.says(Phrase::ModelHere)
        ></p>
        {script("tab.js")}
    }
    .into_any()
}
