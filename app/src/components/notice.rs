//! What a command came to, told at the top of a page (after a plain form) or on the card itself.

use leptos::prelude::*;

use super::erase::Erase;

use crate::{
    address,
    domain::Command,
    flash::{Flash, Outcome},
    i18n::{Lang, Word},
};

/// The sentence, and the way on: the order that was taken, or the one that is free next.
pub fn told(flash: &Flash, lang: Lang, with_open: bool) -> impl IntoView + use<> {
    let done = flash.outcome == Outcome::Done;
    let shipped = flash.command == Some(Command::Ship);
    let open = flash.number.as_ref().filter(|_| with_open && !shipped).map(|number| {
        view! { <a href=address::order(number)>{lang.t(Word::Open)}</a> }
    });
    let free = flash.next_free.as_ref().map(|number| {
        view! { <a href=address::order(number)>{lang.next_free(number.as_str())}</a> }
    });
    view! {
        <p class="told" class:good=done class:bad=!done>
            <span>{lang.told(flash)}</span>
            " "
            {open}
            " "
            {free}
        </p>
    }
    .erased()
}

/// The banner of a page.
pub fn notice(flash: Option<&Flash>, lang: Lang, with_open: bool) -> impl IntoView + use<> {
    flash
        .map(|flash| {
            let role = if flash.outcome == Outcome::Done { "status" } else { "alert" };
            view! { <div class="notice" role=role data-notice>{told(flash, lang, with_open)}</div> }
        })
        .erased()
}
