//! The bar at the top of every page.

use leptos::prelude::*;

use super::{
    erase::Erase,
    filters::search,
    menu::{language, menu, views},
};
use crate::{
    address,
    domain::{Actor, BoardView},
    i18n::{Lang, Word},
};

/// The board's bar before what changes.
pub fn start(view: &BoardView, lang: Lang) -> impl IntoView + use<> {
    view! {
        {brand(lang)}
        {search(view, lang)}
    }
}

/// The board's bar after what changes.
pub fn end(view: &BoardView, me: &Actor, lang: Lang) -> impl IntoView + use<> {
    let back = address::board(view);
    view! {
        {views(lang, &back)}
        {language(lang, &back)}
        {menu(me, lang, &back)}
    }
}

/// The name of the product, with its mark, leading to the board.
pub fn brand(lang: Lang) -> impl IntoView + use<> {
    view! {
        <a class="brand" href="/">
            <svg viewBox="0 0 32 32" aria-hidden="true" focusable="false">
                <path d="M3 9h26v4H3zM6 13v14M26 13v14M6 21h20" />
                <circle cx="16" cy="5" r="2.6" />
            </svg>
            <span>{lang.t(Word::Product)}</span>
        </a>
    }
    .erased()
}
