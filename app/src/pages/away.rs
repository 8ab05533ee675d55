//! Pages that have nothing to show: no such page, no such order, the database is away, the page is for others.

use axum::http::StatusCode;
use leptos::prelude::*;
use leptos_meta::Title;

use super::{answer_with, here, visit};
use crate::{
    components::bar::brand,
    i18n::{Lang, Phrase, RadarWord, Word},
    islands::Wake,
};

/// In context where the web layer has refused the page to this person: nothing of it is rendered then.
#[derive(Debug, Clone, Copy)]
pub struct Forbidden;

/// 404 for an address that is no page; 403 for one that is not for this person.
#[component]
pub fn Missing() -> impl IntoView {
    let lang = visit().lang;
    if use_context::<Forbidden>().is_some() {
        answer_with(StatusCode::FORBIDDEN);
        return forbidden_page(lang);
    }
    answer_with(StatusCode::NOT_FOUND);
    empty_page(Phrase::MissingTitle, Phrase::MissingText, None, lang)
}

fn forbidden_page(lang: Lang) -> AnyView {
    let title = lang.radar(RadarWord::ForbiddenTitle);
    view! {
        <Title text=title />
        <header class="bar">{brand(lang)}</header>
        <main class="alone" id="content">
            <h1>{title}</h1>
            <p>{lang.radar(RadarWord::ForbiddenText)}</p>
            <p class="ways"><a class="second" href="/">{lang.t(Word::ToBoard)}</a></p>
        </main>
        <Wake lang />
    }
    .into_any()
}

/// A page with a sentence on what happened, and the way on.
pub fn empty_page(title: Phrase, text: Phrase, number: Option<&str>, lang: Lang) -> AnyView {
    let again = (title == Phrase::OrderAway).then(|| {
        view! { <a class="primary" href=here()>{lang.t(Word::TryAgain)}</a> }
    });
    let number = number.map(|number| view! { <p class="number"><bdi>{number.to_owned()}</bdi></p> });
    view! {
        <Title text=lang.says(title) />
        <header class="bar">{brand(lang)}</header>
        <main class="alone" id="content">
            <h1>{lang.says(title)}</h1>
            {number}
            <p>{lang.says(text)}</p>
            <p class="ways">
                {again}
                <a class="second" href="/">{lang.t(Word::ToBoard)}</a>
            </p>
        </main>
        <Wake lang />
    }
    .into_any()
}
