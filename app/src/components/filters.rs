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

/// A filter of the row: its word, its name, its total, whether it is on, and how it is turned.
type Choice = (Option<Word>, &'static str, fn(&Totals) -> u32, fn(&BoardView) -> bool, Turn);

/// Given the operator whom the page was asked for.
type Turn = fn(&mut BoardView, Option<String>);

/// What has no word and no total is one operator's orders: there only where the page was asked for them.
const CHOICES: [Choice; 6] = [
    (
        None,
        "operator",
        |_| 0,
        |view| view.operator.is_some(),
        |view, asked| view.operator = asked.filter(|_| view.operator.is_none()),
    ),
    (Some(Word::FilterNew), "new", |totals| totals.new, |view| view.new, |view, _| view.new = !view.new),
    (
        Some(Word::FilterMine),
        "mine",
        |totals| totals.mine,
        |view| view.mine,
        |view, _| view.mine = !view.mine,
    ),
    (
        Some(Word::FilterFree),
        "free",
        |totals| totals.free,
        |view| view.free,
        |view, _| view.free = !view.free,
    ),
    (
        Some(Word::FilterRush),
        "rush",
        |totals| totals.rush,
        |view| view.rush,
        |view, _| view.rush = !view.rush,
    ),
    (
        Some(Word::FilterOverdue),
        "overdue",
        |totals| totals.overdue,
        |view| view.overdue,
        |view, _| view.overdue = !view.overdue,
    ),
];

/// The quick filters. Each link turns its filter on or off and keeps the rest; "all" turns everything off. `whose` are
/// the words for the operator whom the page was asked for, which stay when the filter is off, as other words do.
pub fn filters(
    view: RwSignal<BoardView>,
    totals: RwSignal<Totals>,
    whose: Option<String>,
    lang: Lang,
) -> impl IntoView + use<> {
    let asked = view.read_untracked().operator.clone();
    let all = move || address::board(&BoardView { sort: view.read().sort, ..BoardView::default() });
    let links = CHOICES.into_iter().filter_map(|(word, name, count, on, turn)| {
        let words = word.map_or_else(|| whose.clone(), |word| Some(lang.t(word).to_owned()))?;
        let asked = asked.clone();
        let href = move || {
            let mut next = view.get();
            turn(&mut next, asked.clone());
            address::board(&next)
        };
        let current = move || on(&view.read()).then_some("true");
        let total = move || match word {
            Some(_) => lang.number(u64::from(count(&totals.read()))),
            None => String::new(),
        };
        Some(view! {
            <a class="chip" href=href aria-current=current data-filter=name dir="auto">
                {words}
                " "
                <b>{total}</b>
            </a>
        })
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
            {links.collect::<Vec<_>>()}
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
