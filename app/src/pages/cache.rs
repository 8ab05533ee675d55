//! The page "Cache", for those who watch over the workshop: is the board that people see the one that the database has?
//! Links and plain forms only. The button compares all copies; the answer must be 0 differences.

use axum::http::StatusCode;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

use super::{answer_with, here, session, visit};
use crate::{
    cache::{CacheState, Change, Comparison, Copy, Difference, Fault, NotCompared, Refresh},
    components::{
        bar::brand,
        menu::{language, menu},
    },
    i18n::{Lang, Noun, Phrase, Word},
    islands::Wake,
};

/// The page `/cache`; with `?compare=1` it compares first.
#[component]
pub fn CacheRoute() -> impl IntoView {
    let lang = visit().lang;
    let compares = use_query_map().with_untracked(|query| query.get("compare").is_some());
    session().map(|(actor, backend)| {
        // Another language is no reason to compare again.
        let back = here().split('?').next().unwrap_or_default().to_owned();
        let page = Suspend::new(async move {
            let compared = if compares { Some(backend.compare_cache().await) } else { None };
            if matches!(compared, Some(Err(_))) {
                answer_with(StatusCode::SERVICE_UNAVAILABLE);
            }
            let state = backend.cache();
            view! {
                <Title text=format!("{} · {}", lang.says(Phrase::Cache), lang.t(Word::Product)) />
                <header class="bar">
                    {brand(lang)}
                    <a class="chip" href="/" data-back>"← " {lang.t(Word::Back)}</a>
                    {language(lang, &back)}
                    {menu(&actor, lang, &back)}
                </header>
                <main class="watch" id="content">
                    <h1>{lang.says(Phrase::CacheTitle)}</h1>
                    {compared.map(|compared| comparison(compared, lang))}
                    <form method="get" action="/cache">
                        <input type="hidden" name="compare" value="1" />
                        <button type="submit" class="primary" data-compare>{lang.says(Phrase::CacheCompare)}</button>
                        <p class="hint">{lang.says(Phrase::CacheCompareHint)}</p>
                    </form>
                    {facts(&state, lang)}
                    {refreshes(&state, lang)}
                    {changes(&state.changes, lang)}
                </main>
                <Wake lang />
            }
            .into_any()
        });
        view! { <Suspense>{page}</Suspense> }
    })
}

fn comparison(compared: Result<Comparison, NotCompared>, lang: Lang) -> AnyView {
    let comparison = match compared {
        Ok(comparison) => comparison,
        Err(why) => {
            let words = match why {
                NotCompared::Running => Phrase::CacheRunning,
                NotCompared::Away => Phrase::CacheAway,
            };
            return view! { <p class="notice" role="status">{lang.says(words)}</p> }.into_any();
        }
    };
    let Comparison { at, revision, orders, took_ms, redis, count, differences } = comparison;
    let (count, orders) = (count as u64, orders as u64);
    let result = format!("{}: {}", lang.says(Phrase::Differences), lang.number(count));
    let among = lang.count(orders, Noun::Order);
    let without = (!redis).then(|| view! { <p>{lang.says(Phrase::CacheWithoutRedis)}</p> });
    let rows: Vec<_> = differences.iter().map(|it| difference(it, lang)).collect();
    view! {
        <section class="result" data-differences=count.to_string() role="status">
            <h2>{result}</h2>
            <p>
                {among} " · " {lang.says(Phrase::CacheRevision)} " " {revision.to_string()} " · " {lang.moment(at)} " · "
                {lang.number(took_ms)} "\u{a0}" {lang.says(Phrase::Milliseconds)}
            </p>
            {without}
            <ul>{rows}</ul>
        </section>
    }
    .into_any()
}

fn difference(it: &Difference, lang: Lang) -> impl IntoView + use<> {
    let copy = lang.says(match it.copy {
        Copy::Redis => Phrase::CopyRedis,
        Copy::Server => Phrase::CopyServer,
    });
    let fault = lang.says(match it.fault {
        Fault::Missing => Phrase::FaultMissing,
        Fault::Extra => Phrase::FaultExtra,
        Fault::Differs => Phrase::FaultDiffers,
        Fault::Sum => Phrase::FaultSum,
        Fault::Revision => Phrase::FaultRevision,
    });
    view! { <li><bdi>{it.order.clone()}</bdi> " · " {copy} ": " {fault}</li> }
}

fn facts(state: &CacheState, lang: Lang) -> AnyView {
    let none = || "—".to_owned();
    let yes = |up: bool| lang.says(if up { Phrase::Answers } else { Phrase::AnswersNot });
    let rate = state
        .reads
        .hit_rate()
        .map_or_else(none, |rate| format!("{}\u{a0}%", lang.decimal(&format!("{rate:.2}"))));
    let reads = state.reads;
    let rows = [
        (Phrase::CacheHits, rate),
        (Phrase::ReadsMemory, lang.number(reads.memory)),
        (Phrase::ReadsRedis, lang.number(reads.redis)),
        (Phrase::ReadsDatabase, lang.number(reads.database)),
        (Phrase::CacheOrders, lang.number(state.orders as u64)),
        (Phrase::CacheRevisionNow, state.revision.map_or_else(none, |at| at.to_string())),
        (Phrase::CacheLag, lang.number(state.lag)),
        (
            Phrase::CacheFresh,
            state
                .fresh_at
                .map_or_else(none, |at| format!("{}, {}", lang.moment(at), lang.ago(at, state.now))),
        ),
        (Phrase::CopyRedis, yes(state.redis).to_owned()),
        (Phrase::SourceDatabase, yes(state.database).to_owned()),
    ];
    let rows: Vec<_> = rows
        .into_iter()
        .map(|(name, value)| view! { <div><dt>{lang.says(name)}</dt><dd>{value}</dd></div> })
        .collect();
    view! {
        <section>
            <h2>{lang.says(Phrase::CacheNow)}</h2>
            <dl>{rows}</dl>
            <p class="hint">{lang.says(Phrase::CacheOneServer)}</p>
        </section>
    }
    .into_any()
}

fn refreshes(state: &CacheState, lang: Lang) -> AnyView {
    let row = |refresh: &Refresh| {
        let reason = lang.says(match refresh.reason {
            "timer" => Phrase::RefreshTimer,
            "cold" => Phrase::RefreshCold,
            "epoch" => Phrase::RefreshEpoch,
            "divergence" => Phrase::RefreshDivergence,
            "near" => Phrase::RefreshNear,
            _ => Phrase::RefreshGap,
        });
        let outcome = lang.says(match refresh.outcome {
            "done" => Phrase::RefreshDone,
            "skipped" => Phrase::RefreshSkipped,
            _ => Phrase::RefreshFailed,
        });
        view! {
            <tr>
                <td>{lang.ago(refresh.at, state.now)}</td>
                <td>{reason}</td>
                <td>{outcome}</td>
                <td>{lang.number(refresh.took_ms)} "\u{a0}" {lang.says(Phrase::Milliseconds)}</td>
            </tr>
        }
    };
    let rows: Vec<_> = state.refreshes.iter().map(row).collect();
    let none = rows.is_empty().then(|| view! { <p class="empty">{lang.says(Phrase::RefreshNone)}</p> });
    view! {
        <section>
            <h2>{lang.says(Phrase::Refreshes)}</h2>
            {none}
            <table><tbody>{rows}</tbody></table>
        </section>
    }
    .into_any()
}

fn changes(changes: &[Change], lang: Lang) -> AnyView {
    let row = |change: &Change| {
        let (order, status) = match &change.order {
            Some((number, status)) => (number.to_string(), lang.status(*status)),
            None => ("—".to_owned(), lang.says(Phrase::ChangeLeft)),
        };
        view! {
            <tr>
                <td>{change.revision.to_string()}</td>
                <td><bdi>{order}</bdi></td>
                <td>{status}</td>
            </tr>
        }
    };
    let rows: Vec<_> = changes.iter().map(row).collect();
    let none = rows.is_empty().then(|| view! { <p class="empty">{lang.says(Phrase::ChangesNone)}</p> });
    view! {
        <section>
            <h2>{lang.says(Phrase::LastChanges)}</h2>
            {none}
            <table><tbody>{rows}</tbody></table>
        </section>
    }
    .into_any()
}
