//! Search, quick filters and order of the board. All of it is in the address, so all of it is links and a form.

use leptos::prelude::*;

use super::erase::Erase;

use crate::{
    address,
    domain::{BoardView, Sort, Totals},
    i18n::{Lang, Word},
};

/// The search box, which no script changes: a plain form that keeps the rest of the view.
#[cfg(feature = "ssr")]
pub fn search(view: &BoardView, lang: Lang) -> impl IntoView + use<> {
    let kept = BoardView { q: String::new(), ..view.clone() }.to_query();
    let kept = kept.into_iter().map(|(name, value)| view! { <input type="hidden" name=name value=value /> });
    view! {
        <form class="search" role="search" action="/" method="get">
            {kept.collect::<Vec<_>>()}
            <input
                type="search"
                name="q"
                value=view.q.clone()
                placeholder=lang.t(Word::SearchHint)
                aria-label=lang.t(Word::Search)
                maxlength="200"
                autocomplete="off"
                spellcheck="false"
                enterkeyhint="search"
                data-testid="search"
            />
            <kbd aria-hidden="true">"/"</kbd>
        </form>
    }
    .erased()
}

/// A filter of the row: its word, its total, and the view that it leads to.
type Choice = (Word, &'static str, fn(&Totals) -> u32, fn(&BoardView) -> bool, fn(&mut BoardView));

const CHOICES: [Choice; 5] = [
    (Word::FilterNew, "new", |totals| totals.new, |view| view.new, |view| view.new = !view.new),
    (Word::FilterMine, "mine", |totals| totals.mine, |view| view.mine, |view| view.mine = !view.mine),
    (Word::FilterFree, "free", |totals| totals.free, |view| view.free, |view| view.free = !view.free),
    (Word::FilterRush, "rush", |totals| totals.rush, |view| view.rush, |view| view.rush = !view.rush),
    (
        Word::FilterOverdue,
        "overdue",
        |totals| totals.overdue,
        |view| view.overdue,
        |view| view.overdue = !view.overdue,
    ),
];

/// The quick filters. Each link turns its filter on or off and keeps the rest; "all" turns everything off.
pub fn filters(view: RwSignal<BoardView>, totals: RwSignal<Totals>, lang: Lang) -> impl IntoView + use<> {
    let all = move || address::board(&BoardView { sort: view.read().sort, ..BoardView::default() });
    let links = CHOICES.map(|(word, name, count, on, turn)| {
        let href = move || {
            let mut next = view.get();
            turn(&mut next);
            address::board(&next)
        };
        let current = move || on(&view.read()).then_some("true");
        view! {
            <a class="chip" href=href aria-current=current data-filter=name>
                {lang.t(word)}
                " "
                <b>{move || lang.number(u64::from(count(&totals.read())))}</b>
            </a>
        }
    });
    view! {
        <nav
            class="filters"
            aria-label=lang.t(Word::FiltersLabel)
            data-newest=move || totals.read().newest.map(|at| at.to_string())
        >
            <a class="chip" href=all data-filter="all" aria-current=move || view.read().is_whole().then_some("true")>
                {lang.t(Word::FilterAll)}
                " "
                <b>{move || lang.number(u64::from(totals.read().all))}</b>
            </a>
            {links.into_iter().collect::<Vec<_>>()}
            {sorts(view, lang)}
        </nav>
    }
    .erased()
}

fn sorts(view: RwSignal<BoardView>, lang: Lang) -> impl IntoView {
    let links = [Sort::Newest, Sort::Due, Sort::Pay].map(|sort| {
        let href = move || address::board(&BoardView { sort, ..view.get() });
        let current = move || (view.read().sort == sort).then_some("true");
        view! { <a class="item" href=href aria-current=current data-sort=sort.name()>{lang.sort(sort)}</a> }
    });
    view! {
        <details class="drop sorts">
            <summary class="chip">
                <span class="unseen">{lang.t(Word::SortLabel)} ": "</span>
                <span>{move || lang.sort(view.read().sort)}</span>
            </summary>
            <div class="sheet">{links.into_iter().collect::<Vec<_>>()}</div>
        </details>
    }
}
