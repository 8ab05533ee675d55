//! The sheet of paper that goes with an order through the workshop: one page of A6, readable without colour, and the
//! order is one scan away.

use leptos::prelude::*;
use leptos_meta::{Stylesheet, Title};

use super::{here, order, session, visit};
use crate::{
    address,
    components::{
        bar::brand,
        menu::language,
        own::{own, script},
        qr::qr,
        sheet::{comment, facts, size_of, steps, title},
    },
    domain::{OrderPage, Priority, Status},
    i18n::{Lang, Phrase, Word},
    islands::Wake,
};

/// The page `/orders/{number}/traveller`.
#[component]
pub fn TravellerRoute() -> impl IntoView {
    let (visit, asked) = (visit(), order::asked());
    session().map(|(_, backend)| {
        let back = here();
        let page = Suspend::new(async move {
            match order::read(&asked, backend.as_ref(), &visit).await {
                Ok(page) => traveller_page(page, visit.lang, &back),
                Err(instead) => instead,
            }
        });
        view! { <Suspense>{page}</Suspense> }
    })
}

fn traveller_page(page: OrderPage, lang: Lang, back: &str) -> AnyView {
    let number = page.entry.card.number.to_string();
    view! {
        <Title text=format!("{number} · {}", lang.says(Phrase::Traveller)) />
        <Stylesheet href=own("traveller.css") />
        <header class="bar">
            {brand(lang)}
            <a class="chip" href=address::order(&page.entry.card.number) data-back>"← " {number}</a>
            {language(lang, back)}
        </header>
        <main class="traveller" id="content">
            <p class="how">
                <button type="button" class="primary scripted" data-print>{lang.says(Phrase::TravellerPrint)}</button>
                <span class="hint">{lang.says(Phrase::TravellerHint)}</span>
            </p>
            {sheet(&page, lang)}
        </main>
        {script("traveller.js")}
        <Wake lang />
    }
    .into_any()
}

fn sheet(page: &OrderPage, lang: Lang) -> AnyView {
    let card = &page.entry.card;
    let number = card.number.to_string();
    let mark = match (card.status, card.priority) {
        (Status::Cancelled, _) => Some(lang.status(Status::Cancelled)),
        (_, Priority::Rush) => Some(lang.t(Word::Rush)),
        _ => None,
    };
    view! {
        <article class="paper" data-order=number.clone()>
            <header>
                <p class="kind">{lang.t(Word::Product)} " · " {lang.says(Phrase::Traveller)}</p>
                <h1 class=size_of(&number, 10, 16)>{number.clone()}</h1>
                {mark.map(|mark| view! { <p class="flag">{mark}</p> })}
                {qr(&number, lang.says(Phrase::TravellerCode))}
            </header>
            {title(&card.title)}
            {facts(page, lang)}
            {comment(card, lang)}
            {steps(&page.entry, lang)}
            <footer>{lang.says(Phrase::TravellerOf)} " " {lang.moment(page.now)}</footer>
        </article>
    }
    .into_any()
}
