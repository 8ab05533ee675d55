//! The radar: a supervisor's page of messages in and out. Complete without a script, and nothing on it needs one.

mod counts;
mod letters;
mod lines;
mod orders;

use leptos::prelude::*;
use leptos_meta::{Stylesheet, Title};
use leptos_router::hooks::use_query_map;

use super::{here, seed, session, visit};
use crate::{
    components::{
        bar::brand,
        menu::{language, menu},
        notice::notice,
        own::own,
    },
    domain::Actor,
    i18n::{Lang, RadarWord, Word},
    islands::Wake,
    radar::Radar,
    visit::Visit,
};

/// The page `/radar`. `after` skips dead letters.
#[component]
pub fn RadarRoute() -> impl IntoView {
    let visit = visit();
    let after = use_query_map()
        .with_untracked(|query| query.get("after").and_then(|after| after.parse().ok()).unwrap_or_default());
    session().map(|(actor, backend)| {
        let (seed, back) = (seed(), here());
        let page = Suspend::new(async move {
            let radar = backend.radar(after, visit.at_least).await;
            radar_page(&radar, after, &actor, &seed, &visit, &back)
        });
        view! { <Suspense>{page}</Suspense> }
    })
}

fn radar_page(radar: &Radar, after: u32, actor: &Actor, seed: &str, visit: &Visit, back: &str) -> AnyView {
    let lang = visit.lang;
    view! {
        <Title text=format!("{} · {}", lang.radar(RadarWord::Title), lang.t(Word::Product)) />
        <Stylesheet href=own("radar.css") />
        <header class="bar">
            {brand(lang)}
            <a class="chip" href="/" data-back>"← " {lang.t(Word::Back)}</a>
            {language(lang, back)}
            {menu(actor, lang, back)}
        </header>
        {notice(visit.flash.as_ref(), lang, false)}
        <main class="radar" id="content">
            {heading(radar, lang)}
            {lines::lines(radar, lang)}
            {match &radar.known {
                Some(known) => view! {
                    {counts::counts(known, lang)}
                    {letters::letters(known, after, seed, radar.now, lang)}
                    {orders::announced(known, radar.now, lang)}
                }
                .into_any(),
                None => view! { <p class="notice" role="alert">{lang.radar(RadarWord::DatabaseAway)}</p> }.into_any(),
            }}
            {orders::silent(radar, lang)}
        </main>
        <Wake lang />
    }
    .into_any()
}

fn heading(radar: &Radar, lang: Lang) -> AnyView {
    view! {
        <header class="top">
            <h1>{lang.radar(RadarWord::Title)}</h1>
            <p>{lang.radar(RadarWord::Lead)}</p>
            <p class="as-of">
                <span>{lang.radar(RadarWord::AsOf)} " " {lang.moment(radar.now)}</span>
                <a class="second" href="/radar">{lang.radar(RadarWord::Refresh)}</a>
            </p>
        </header>
    }
    .into_any()
}
