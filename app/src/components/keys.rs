//! The list of keys.

use leptos::{either::Either, prelude::*};

use super::erase::Erase;

use crate::i18n::{Lang, Word};

const KEYS: [(&str, Word); 9] = [
    ("/", Word::KeySearch),
    ("J K ↑ ↓", Word::KeyMove),
    ("T", Word::KeyTake),
    ("Enter", Word::KeyOpen),
    ("D", Word::KeyDone),
    ("N", Word::KeyNewest),
    ("G B · G O · G F", Word::KeyGo),
    ("Esc", Word::KeyEscape),
    ("?", Word::KeyHelp),
];

/// The dialog with all keys, and the switch for single ones.
pub fn keys_view(lang: Lang) -> impl IntoView + use<> {
    let rows = KEYS.map(|(key, word)| {
        view! { <dt>{key.split(' ').map(key_cap).collect::<Vec<_>>()}</dt> <dd>{lang.t(word)}</dd> }
    });
    view! {
        <dialog id="keys" class="keys" aria-label=lang.t(Word::KeysHelp)>
            <h2>{lang.t(Word::KeysHelp)}</h2>
            <dl>{rows.into_iter().collect::<Vec<_>>()}</dl>
            <p>{lang.t(Word::KeyScanner)}</p>
            <label class="switch"><input type="checkbox" data-single-keys />{lang.t(Word::KeysSwitch)}</label>
            <form method="dialog"><button type="submit" class="primary">{lang.t(Word::Dismiss)}</button></form>
        </dialog>
    }
    .erased()
}

fn key_cap(key: &'static str) -> impl IntoView {
    if key == "·" { Either::Left(" · ") } else { Either::Right(view! { <kbd>{key}</kbd> " " }) }
}
