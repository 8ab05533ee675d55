//! Slow pages that people sent, and the last slow requests of this server. For supervisors; the guard sees to that.

use leptos::prelude::*;
use leptos_meta::{Stylesheet, Title};
use leptos_router::hooks::use_query_map;

use super::{here, session, visit};
use crate::{
    backend::Unavailable,
    components::{
        bar::brand,
        menu::{language, menu},
        own::own,
        reports::reports,
        trace::trace,
    },
    domain::{Role, slow::Report},
    i18n::{Lang, Slow, Word},
    islands::Wake,
    visit::{SlowTraces, TraceLinks},
};

/// The page `/slow`; `?trace=` shows that trace alone.
#[component]
pub fn SlowRoute() -> impl IntoView {
    let lang = visit().lang;
    let asked = use_query_map().with_untracked(|query| query.get("trace"));
    let only = asked.is_some();
    let traces =
        use_context::<SlowTraces>().map(|SlowTraces(kept)| kept(asked.as_deref())).unwrap_or_default();
    let links = use_context::<TraceLinks>().unwrap_or_default();
    session().map(|(actor, backend)| {
        let back = here();
        let page = Suspend::new(async move {
            let sent = backend.slow_reports().await;
            let words = if only { Slow::TraceGone } else { Slow::TracesNone };
            let none = traces.is_empty().then(|| view! { <p class="empty">{lang.slow(words)}</p> });
            let traces = traces.iter().map(|it| trace(it, only, &links, lang)).collect::<Vec<_>>();
            view! {
                <Title text=format!("{} · {}", lang.slow(Slow::Title), lang.t(Word::Product)) />
                <Stylesheet href=own("figures.css") />
                <header class="bar">
                    {brand(lang)}
                    <a class="chip" href="/" data-back>"← " {lang.t(Word::Back)}</a>
                    {language(lang, &back)}
                    {menu(&actor, lang, &back)}
                </header>
                <main class="flow" id="content" data-slow-page>
                    <h1>{lang.slow(Slow::Title)}</h1>
                    <section aria-labelledby="slow-reports">
                        <h2 id="slow-reports">{lang.slow(Slow::Reports)}</h2>
                        <p class="hint">{lang.slow(Slow::ReportsHint)}</p>
                        {listed(sent, actor.role, &links, lang)}
                    </section>
                    <section aria-labelledby="slow-traces">
                        <h2 id="slow-traces">{lang.slow(Slow::Traces)}</h2>
                        <p class="hint">{lang.slow(Slow::TracesHint)}</p>
                        {none}
                        {traces}
                    </section>
                </main>
                <Wake lang />
            }
        });
        view! { <Suspense>{page}</Suspense> }
    })
}

fn listed(sent: Result<Vec<Report>, Unavailable>, role: Role, links: &TraceLinks, lang: Lang) -> AnyView {
    match sent {
        Err(_) => view! { <p class="notice">{lang.slow(Slow::ReportsAway)}</p> }.into_any(),
        Ok(sent) if sent.is_empty() => {
            view! { <p class="empty">{lang.slow(Slow::ReportsNone)}</p> }.into_any()
        }
        Ok(sent) => reports(&sent, role, links, lang),
    }
}
