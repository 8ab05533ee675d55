//! The page of one order.

use axum::http::StatusCode;
use leptos::prelude::*;
use leptos_meta::{Html, Title};
use leptos_router::hooks::use_params_map;

use super::{answer_with, away::empty_page, here, seed, session, visit};
use crate::{
    address,
    backend::Backend,
    components::{
        bar::brand,
        bonus::bonus,
        broker::broker_banner,
        change::{change, model_before},
        facts::{details, facts},
        live::{live_words, mark},
        menu::{language, menu},
        own::script,
        passport::passport,
        viewer::viewer,
    },
    domain::{Actor, OrderNumber, OrderPage, Timestamp},
    i18n::{Changed, Lang, Phrase, Word},
    islands::{DeskIsland, Wake},
    visit::Visit,
};

/// One order: model, facts, what to do next, history.
#[component]
pub fn OrderRoute() -> impl IntoView {
    let visit = visit();
    let asked = asked();
    session().map(|(actor, backend)| {
        let (seed, back) = (seed(), here());
        let page = Suspend::new(async move {
            match read(&asked, backend.as_ref(), &visit).await {
                Ok(page) => {
                    let banner = broker_banner(&actor, backend.broker_away(), page.now, visit.lang);
                    view! { {banner} {order_page(page, actor, seed, visit, &back)} }.into_any()
                }
                Err(instead) => instead,
            }
        });
        view! { <Suspense>{page}</Suspense> }
    })
}

/// The number in a page's address.
pub(super) fn asked() -> String {
    use_params_map().with_untracked(|params| params.get("number").unwrap_or_default())
}

/// The order of that number, or the page that says why it isn't shown.
pub(super) async fn read(asked: &str, backend: &dyn Backend, visit: &Visit) -> Result<OrderPage, AnyView> {
    let found = match asked.parse::<OrderNumber>() {
        Ok(number) => backend.order(&number, visit.at_least).await,
        Err(_) => Ok(None),
    };
    match found {
        Ok(Some(page)) => Ok(page),
        Ok(None) => {
            answer_with(StatusCode::NOT_FOUND);
            Err(empty_page(Phrase::OrderMissing, Phrase::MissingText, Some(asked), visit.lang))
        }
        Err(_) => {
            answer_with(StatusCode::SERVICE_UNAVAILABLE);
            Err(empty_page(Phrase::OrderAway, Phrase::OrderAwayText, Some(asked), visit.lang))
        }
    }
}

fn order_page(page: OrderPage, actor: Actor, seed: String, visit: Visit, back: &str) -> AnyView {
    let lang = visit.lang;
    // The island takes these over.
    let (person, forms) = (actor.clone(), seed.clone());
    let (card, now) = (page.entry.card.clone(), RwSignal::new(page.now));
    let viewed = (card.model.is_some() || card.model_before.is_some()).then(|| script("viewer.js"));
    view! {
        <Title text=format!("{} · {}", card.number, lang.t(Word::Product)) />
        <Html attr:data-revision=page.revision.to_string() />
        {viewed}
        {order_bar(&actor, page.fresh_at, lang, back)}
        <main class="order" id="content">
            <header class="heading">
                <h1><bdi>{card.title.clone()}</bdi></h1>
                <p class="number">{card.number.to_string()}</p>
                <a class="chip" href=address::traveller(&card.number)>{lang.says(Phrase::Traveller)}</a>
            </header>
            {change(&page.entry, &person, &forms, lang)}
            <div class="models">
                {model_before(&page.entry, lang)}
                <div class="now">
                    <p class="which">{lang.changed(Changed::After)}</p>
                    {viewer(&page.entry, lang)}
                </div>
            </div>
            {facts(&page.entry, lang, now)}
            {details(&page.entry, lang, now)}
            <div class="work">
                <DeskIsland card=card actor lang seed flash=visit.flash />
                {changed(lang)}
                {bonus(&page.entry.card, &person, &forms, lang)}
                {passport(&page, lang)}
            </div>
        </main>
        {live_words(page.fresh_at, page.now, lang)}
        <Wake lang />
    }
    .into_any()
}

/// Where `public/order.js` tells what has become of the order at another bench: below what a hand may be on.
fn changed(lang: Lang) -> AnyView {
    let words = lang.freshness();
    view! {
        <p class="notice" id="order-changed" role="status" data-changed=words.changed data-corrected=words.corrected></p>
        {script("order.js")}
    }
    .into_any()
}

fn order_bar(actor: &Actor, fresh_at: Timestamp, lang: Lang, back: &str) -> AnyView {
    view! {
        <header class="bar">
            {brand(lang)}
            <a class="chip" href="/" data-back>"← " {lang.t(Word::Back)}</a>
            {mark(fresh_at, lang)}
            {language(lang, back)}
            {menu(actor, lang, back)}
        </header>
    }
    .into_any()
}
