//! Saved views and the picker of operators: a small page of links and plain forms. What it is asked with is the view
//! that could be kept.

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

use super::{here, session, visit};
use crate::{
    address,
    backend::{Holder, Unavailable},
    components::{
        bar::brand,
        menu::{language, menu},
        notice::notice,
    },
    domain::{BoardView, SavedView, Sort},
    i18n::{Lang, Phrase, Word},
    islands::Wake,
};

/// The page `/views`.
#[component]
pub fn ViewsRoute() -> impl IntoView {
    let visit = visit();
    let lang = visit.lang;
    let view = use_query_map().with_untracked(|query| {
        BoardView::from_query(query.latest_values().map(|(key, value)| (key.as_ref(), value)))
    });
    session().map(|(actor, backend)| {
        let back = here();
        let page = Suspend::new(async move {
            let saved = backend.views(&actor).await;
            let holders = backend.holders(visit.at_least).await.unwrap_or_default();
            view! {
                <Title text=format!("{} · {}", lang.says(Phrase::Views), lang.t(Word::Product)) />
                <header class="bar">
                    {brand(lang)}
                    <a class="chip" href=address::board(&view) data-back>"← " {lang.t(Word::Back)}</a>
                    {language(lang, &back)}
                    {menu(&actor, lang, &back)}
                </header>
                {notice(visit.flash.as_ref(), lang, false)}
                <main class="views" id="content">
                    <h1>{lang.says(Phrase::ViewsTitle)}</h1>
                    {list(saved, lang)}
                    {keep(&view, &holders, lang)}
                    {picker(&view, &holders, lang)}
                </main>
                <Wake lang />
            }
            .into_any()
        });
        view! { <Suspense>{page}</Suspense> }
    })
}

fn list(saved: Result<Vec<SavedView>, Unavailable>, lang: Lang) -> AnyView {
    match saved {
        Err(_) => view! { <p class="notice">{lang.says(Phrase::ViewsAway)}</p> }.into_any(),
        Ok(saved) if saved.is_empty() => {
            view! { <p class="empty">{lang.says(Phrase::ViewsNone)}</p> }.into_any()
        }
        Ok(saved) => {
            let items = saved.iter().map(|saved| item(saved, lang)).collect::<Vec<_>>();
            view! { <ul class="saved">{items}</ul> }.into_any()
        }
    }
}

fn item(saved: &SavedView, lang: Lang) -> AnyView {
    let (id, name) = (saved.id.to_string(), saved.name.to_string());
    let what = lang.says(Phrase::ViewName);
    view! {
        <li data-view=name.clone()>
            <a class="item" href=address::board(&saved.view)><bdi>{name.clone()}</bdi></a>
            <details class="back">
                <summary aria-label=format!("{}: {name}", lang.says(Phrase::ViewRename))>"…"</summary>
                <form method="post" action="/api/rename_view">
                    <input type="hidden" name="id" value=id.clone() />
                    <input name="name" value=name.clone() required maxlength="40" aria-label=what dir="auto" autocomplete="off" />
                    <button type="submit" class="second">{lang.says(Phrase::ViewRename)}</button>
                </form>
                <form method="post" action="/api/delete_view">
                    <input type="hidden" name="id" value=id />
                    <button type="submit" class="second" aria-label=format!("{}: {name}", lang.says(Phrase::ViewDelete))>
                        {lang.says(Phrase::ViewDelete)}
                    </button>
                </form>
            </details>
        </li>
    }
    .into_any()
}

fn keep(view: &BoardView, holders: &[Holder], lang: Lang) -> AnyView {
    view! {
        <form class="keep" method="post" action="/api/save_view">
            <h2>{lang.says(Phrase::ViewSave)}</h2>
            <p class="what"><bdi>{in_words(view, holders, lang)}</bdi></p>
            <p id="keep-hint" class="hint">{lang.says(Phrase::ViewSaveHint)}</p>
            <input type="hidden" name="view" value=address::query(view) />
            <label for="name">{lang.says(Phrase::ViewName)}</label>
            <input id="name" name="name" required maxlength="40" aria-describedby="keep-hint" dir="auto" autocomplete="off" />
            <button type="submit" class="primary">{lang.says(Phrase::ViewSave)}</button>
        </form>
    }
    .into_any()
}

/// A view in words, so that one sees what is about to be kept.
fn in_words(view: &BoardView, holders: &[Holder], lang: Lang) -> String {
    let mut words: Vec<String> = [
        (view.new, Word::FilterNew),
        (view.mine, Word::FilterMine),
        (view.free, Word::FilterFree),
        (view.rush, Word::FilterRush),
        (view.overdue, Word::FilterOverdue),
    ]
    .into_iter()
    .filter(|(on, _)| *on)
    .map(|(_, word)| lang.t(word).to_owned())
    .collect();
    if let Some(login) = &view.operator {
        let known = holders.iter().find(|holder| holder.operator.login == *login);
        words.push(known.map_or_else(|| login.clone(), |holder| holder.operator.name.clone()));
    }
    words.extend(view.status.map(|status| lang.status(status).to_owned()));
    if !view.q.is_empty() {
        words.push(format!("«{}»", view.q));
    }
    if view.sort != Sort::Newest {
        words.push(lang.sort(view.sort).to_owned());
    }
    if words.is_empty() { lang.says(Phrase::ViewWhole).to_owned() } else { words.join(" · ") }
}

/// Links that keep the rest of the view.
fn picker(view: &BoardView, holders: &[Holder], lang: Lang) -> AnyView {
    let to = |operator: Option<String>| address::board(&BoardView { operator, ..view.clone() });
    let links = holders.iter().map(|Holder { operator, orders }| {
        let current = (view.operator.as_ref() == Some(&operator.login)).then_some("true");
        view! {
            <li>
                <a class="item" href=to(Some(operator.login.clone())) aria-current=current data-operator=operator.login.clone()>
                    <bdi>{operator.name.clone()}</bdi>
                    " "
                    <b>{lang.number(u64::from(*orders))}</b>
                </a>
            </li>
        }
    });
    let links = links.collect::<Vec<_>>();
    let none = links.is_empty().then(|| view! { <p class="empty">{lang.says(Phrase::ByOperatorNone)}</p> });
    let everybody = view.operator.is_some().then(|| {
        view! { <li><a class="item" href=to(None)>{lang.says(Phrase::Everybody)}</a></li> }
    });
    view! {
        <section class="holders">
            <h2>{lang.says(Phrase::ByOperator)}</h2>
            {none}
            <ul>{everybody} {links}</ul>
        </section>
    }
    .into_any()
}
