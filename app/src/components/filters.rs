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

/// A filter of the row: its word, its name, its total, and what it turns on and off.
type Choice = (Word, &'static str, fn(&Totals) -> u32, fn(&mut BoardView) -> &mut bool);

const CHOICES: [Choice; 5] = [
    (Word::FilterNew, "new", |totals| totals.new, |view| &mut view.new),
    (Word::FilterMine, "mine", |totals| totals.mine, |view| &mut view.mine),
    (Word::FilterFree, "free", |totals| totals.free, |view| &mut view.free),
    (Word::FilterRush, "rush", |totals| totals.rush, |view| &mut view.rush),
    (Word::FilterOverdue, "overdue", |totals| totals.overdue, |view| &mut view.overdue),
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
    let operator = whose.map(|words| {
        let href = move || {
            let mut next = view.get();
            next.operator = if next.operator.is_some() { None } else { asked.clone() };
            address::board(&next)
        };
        let is_on = move || view.read().operator.is_some();
        chip("operator", words, Box::new(href), Box::new(is_on), Box::new(String::new))
    });
    let links = CHOICES.map(|(word, name, count, flag)| {
        let href = move || {
            let mut next = view.get();
            let flag = flag(&mut next);
            *flag = !*flag;
            address::board(&next)
        };
        let is_on = move || *flag(&mut view.get());
        let total = move || lang.number(u64::from(count(&totals.read())));
        chip(name, lang.t(word).to_owned(), Box::new(href), Box::new(is_on), Box::new(total))
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
            {operator.into_iter().chain(links).collect::<Vec<_>>()}
            {sorts(view, lang)}
        </nav>
    }
    .erased()
}

/// What a link of the row says, as the view changes.
type Says<T> = Box<dyn Fn() -> T + Send>;

/// A link of the row. They are all of one type, so that a list holds them.
fn chip(
    name: &'static str,
    words: String,
    href: Says<String>,
    is_on: Says<bool>,
    total: Says<String>,
) -> impl IntoView {
    view! {
        <a class="chip" href=href aria-current=move || is_on().then_some("true") data-filter=name dir="auto">
            {words}
            " "
            <b>{total}</b>
        </a>
    }
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
