//! The page of figures: where the orders' time goes. For supervisors; the guard sees to that.

use leptos::prelude::*;
use leptos_meta::{Stylesheet, Title};
use leptos_router::hooks::use_query_map;

use super::{answer_with, away::empty_page, here, session, visit};
use crate::{
    address,
    components::{
        bar::brand,
        flow::{
            ageing, bonuses, diagram, efficiency, people, promises, stages, standing, throughput, tiles,
            worst,
        },
        menu::{language, menu},
        own::own,
    },
    domain::{
        Actor,
        flow::{FlowPage, Measured},
    },
    i18n::{Flow, Lang, Phrase, Word},
    islands::Wake,
};
use axum::http::StatusCode;

/// An order that nobody has taken for a day is late for somebody.
const HOURS: u32 = 24;

/// The page `/flow`.
#[component]
pub fn FlowRoute() -> impl IntoView {
    let visit = visit();
    let lang = visit.lang;
    let hours =
        use_query_map().with_untracked(|query| query.get("hours").and_then(|hours| hours.parse().ok()));
    let hours = hours.filter(|hours| (1..=2000).contains(hours)).unwrap_or(HOURS);
    session().map(|(actor, backend)| {
        let back = here();
        let page = Suspend::new(async move {
            match backend.flow(hours, visit.at_least).await {
                Ok(page) => flow_page(&page, &actor, lang, &back),
                Err(_) => {
                    answer_with(StatusCode::SERVICE_UNAVAILABLE);
                    empty_page(Phrase::OrderAway, Phrase::OrderAwayText, None, lang)
                }
            }
        });
        view! { <Suspense>{page}</Suspense> }
    })
}

fn flow_page(page: &FlowPage, actor: &Actor, lang: Lang, back: &str) -> AnyView {
    let say = |phrase| lang.flow(phrase);
    let measured = match &page.measured {
        Some(measured) => histories(measured, lang),
        None => view! { <p class="notice">{say(Flow::FlowAway)}</p> }.into_any(),
    };
    view! {
        <Title text=format!("{} · {}", say(Flow::Title), lang.t(Word::Product)) />
        <Stylesheet href=own("figures.css") />
        <header class="bar">
            {brand(lang)}
            <a class="chip" href="/" data-back>"← " {lang.t(Word::Back)}</a>
            {language(lang, back)}
            {menu(actor, lang, back)}
        </header>
        <main class="flow" id="content" data-flow>
            <h1>{say(Flow::Heading)}</h1>
            <section aria-labelledby="flow-now">
                <h2 id="flow-now">{say(Flow::Now)}</h2>
                {tiles(page, lang)}
                {standing(page, lang)}
            </section>
            {measured}
            <section aria-labelledby="flow-promise">
                <h2 id="flow-promise">{say(Flow::Promise)}</h2>
                {promises(&page.promise, page.now, lang)}
            </section>
            <section aria-labelledby="flow-ages">
                <h2 id="flow-ages">{say(Flow::Ages)}</h2>
                {ageing(&page.standing, lang)}
            </section>
            <section aria-labelledby="flow-worst">
                <h2 id="flow-worst">{say(Flow::Worst)}</h2>
                {worst(&page.worst, lang)}
            </section>
            {tables(lang)}
        </main>
        <Wake lang />
    }
    .into_any()
}

fn histories(measured: &Measured, lang: Lang) -> AnyView {
    let say = |phrase| lang.flow(phrase);
    let Some(made_at) = measured.made_at else {
        return view! { <p class="notice">{say(Flow::Counting)}</p> }.into_any();
    };
    view! {
        <section aria-labelledby="flow-stages">
            <h2 id="flow-stages">{say(Flow::Stages)}</h2>
            <p class="hint">{say(Flow::StagesHint)}</p>
            {stages(measured, lang)}
            {efficiency(measured, lang)}
        </section>
        <section aria-labelledby="flow-diagram">
            <h2 id="flow-diagram">{say(Flow::Diagram)}</h2>
            <p class="hint">{say(Flow::DiagramHint)}</p>
            {diagram(&measured.days, lang)}
        </section>
        <section aria-labelledby="flow-throughput">
            <h2 id="flow-throughput">{say(Flow::Throughput)}</h2>
            {throughput(&measured.days, lang)}
        </section>
        <section aria-labelledby="flow-people">
            <h2 id="flow-people">{say(Flow::People)}</h2>
            {people(&measured.people, lang)}
        </section>
        <section aria-labelledby="flow-bonuses">
            <h2 id="flow-bonuses">{say(Flow::Bonuses)}</h2>
            {bonuses(&measured.bonuses, lang)}
        </section>
        <p class="hint" data-made=made_at.to_string()>{say(Flow::AsOf)} " " {lang.moment(made_at)}</p>
    }
    .into_any()
}

fn tables(lang: Lang) -> AnyView {
    let links = [
        ("stages", Flow::CsvStages),
        ("days", Flow::CsvDays),
        ("people", Flow::CsvPeople),
        ("orders", Flow::CsvOrders),
    ]
    .map(|(table, words)| view! { <a class="chip" href=address::flow_table(table) download>{lang.flow(words)}</a> });
    view! {
        <nav class="tables" aria-label=lang.flow(Flow::Csv)>
            <span>{lang.flow(Flow::Csv)}</span>
            {links.to_vec()}
        </nav>
    }
    .into_any()
}
