//! The board's page.

use axum::http::StatusCode;
use leptos::prelude::*;
use leptos_meta::{Html, Title};
use leptos_router::hooks::use_query_map;

use super::{answer_with, away::empty_page, seed, session, visit};
use crate::{
    backend::{BoardAsk, Holder},
    components::{
        broker::broker_banner,
        cancelled::cancelled,
        live::live_words,
        neglected::neglected,
        own::script,
        viewer::viewer_words,
        window::{limit, skipped},
    },
    domain::{Actor, BoardView},
    i18n::{Lang, Phrase, Word},
    islands::{BoardIsland, Wake},
};

/// The first screen of the board, as the address asks for it.
#[component]
pub fn BoardRoute() -> impl IntoView {
    let visit = visit();
    let lang = visit.lang;
    let view = use_query_map().with_untracked(|query| {
        BoardView::from_query(query.latest_values().map(|(key, value)| (key.as_ref(), value)))
    });
    session().map(|(actor, backend)| {
        let seed = seed();
        let ask = BoardAsk {
            actor: actor.clone(),
            limit: limit(&view),
            skip: skipped(&view, view.page),
            view: view.clone(),
            at_least: visit.at_least,
        };
        let page = Suspend::new(async move {
            let over = backend.cancelled(&actor);
            let board = backend.board(ask).await;
            let whose = match &view.operator {
                Some(login) => {
                    let holders = backend.holders(visit.at_least).await.unwrap_or_default();
                    Some(whose(login, holders, &actor, lang))
                }
                None => None,
            };
            let shown = board.as_ref().ok().filter(|_| view.is_whole()).map(|page| page.revision);
            // The board has waited for what its reader did: what stands above it is no older.
            let passed = match shown {
                Some(revision) => backend.neglected(Some(revision)).await.ok(),
                None => None,
            };
            match board {
                Ok(page) => view! {
                    <Title text=title(page.totals.new, lang) />
                    <Html attr:data-revision=page.revision.to_string() />
                    {live_words(page.fresh_at, page.now, lang)}
                    {viewer_words(lang)}
                    {broker_banner(&actor, backend.broker_away(), page.now, lang)}
                    {cancelled(&over, lang)}
                    {passed.map(|passed| neglected(&passed, lang))}
                    {script("above.js")}
                    <BoardIsland page view actor lang seed whose flash=visit.flash />
                    <Wake lang />
                }
                .into_any(),
                Err(_) => {
                    answer_with(StatusCode::SERVICE_UNAVAILABLE);
                    empty_page(Phrase::OrderAway, Phrase::OrderAwayText, None, lang)
                }
            }
        });
        view! { <Suspense>{page}</Suspense> }
    })
}

/// The filter of one operator in words. Whoever has no order now is known by the log-in name alone.
fn whose(login: &str, holders: Vec<Holder>, me: &Actor, lang: Lang) -> String {
    let known = holders.into_iter().map(|holder| holder.operator).find(|operator| operator.login == login);
    let own = (me.login == login).then(|| me.name.clone());
    let name = known.map(|operator| operator.name).or(own);
    format!("{}: {}", lang.says(Phrase::Operator), name.as_deref().unwrap_or(login))
}

/// With the number of orders that are new to whoever asks; `public/news.js` keeps it up to date.
fn title(new: u32, lang: Lang) -> String {
    let product = lang.t(Word::Product);
    if new == 0 { product.to_owned() } else { format!("({new}) {product}") }
}
