//! Pages that have nothing to show: no such page, no such order, the database is away.

use axum::http::StatusCode;
use leptos::prelude::*;
use leptos_meta::Title;

use super::{answer_with, here, visit};
use crate::{
    components::bar::brand,
    i18n::{Lang, Word},
    islands::Wake,
};

/// 404 for an address that is no page.
#[component]
pub fn Missing() -> impl IntoView {
    answer_with(StatusCode::NOT_FOUND);
    empty_page(Word::MissingTitle, Word::MissingText, None, visit().lang)
}

/// A page with a sentence on what happened, and the way on.
pub fn empty_page(title: Word, text: Word, number: Option<&str>, lang: Lang) -> AnyView {
    let again = (title == Word::AwayTitle).then(|| {
        view! { <a class="primary" href=here()>{lang.t(Word::TryAgain)}</a> }
    });
    let number = number.map(|number| view! { <p class="number"><bdi>{number.to_owned()}</bdi></p> });
    view! {
        <Title text=lang.t(title) />
        <header class="bar">{brand(lang)}</header>
        <main class="alone" id="content">
            <h1>{lang.t(title)}</h1>
            {number}
            <p>{lang.t(text)}</p>
            <p class="ways">
                {again}
                <a class="second" href="/">{lang.t(Word::ToBoard)}</a>
            </p>
        </main>
        <Wake lang />
    }
    .into_any()
}
