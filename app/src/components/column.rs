//! A column of the board: its title with counts, what waits above, the cards, and where they end.

use leptos::prelude::*;

use super::{board::Board, erase::Erase, still::still};
use crate::{
    address,
    domain::{BoardView, Status},
    i18n::Word,
    projection::Shown,
};

/// The column at this place of [`Status::COLUMNS`]. One in which a filter finds nothing gives way on a narrow screen,
/// where only the first is seen; it does so when the view changes, and never because an order came or went.
#[component]
pub fn Column(
    /// Which.
    at: usize,
    /// The board that it is part of.
    board: Board,
) -> impl IntoView + use<> {
    let lang = board.lang;
    let status = Status::COLUMNS[at];
    let (shown, waiting) = (board.columns[at], board.waiting[at]);
    let title = lang.status(status);
    // The title leads to this stage alone, and back from there.
    let alone = move || board.view.read().status == Some(status);
    let stage = move || {
        let only = (!alone()).then_some(status);
        address::board(&BoardView { status: only, page: 0, ..board.view.get() })
    };
    let current = move || alone().then_some("true");
    view! {
        <section
            class="column"
            class:late=move || !board.view.read().is_whole() && shown.read_untracked().count == 0
            id=status.wire()
            hidden=move || board.view.read().status.is_some_and(|only| only != status)
            data-column=status.wire()
            data-count=move || shown.read().count.to_string()
            aria-label=move || lang.column_label(title, shown.read().count)
        >
            <header>
                <h2>
                    <a href=stage aria-current=current data-stage=status.wire()>
                        {title} " " <b>{move || lang.number(u64::from(shown.read().count))}</b>
                    </a>
                </h2>
                {move || {
                    let mine = shown.read().mine;
                    (mine > 0).then(|| view! { <span class="of-mine">{lang.of_mine(mine)}</span> })
                }}
                {move || {
                    let n = waiting.get();
                    (n > 0).then(|| view! {
                        <button type="button" class="arrivals" data-arrivals>{lang.arrivals(n)}</button>
                    })
                }}
                {(status == Status::Approved).then(|| still!(super::news::news(&board.totals.read_untracked(), lang)))}
            </header>
            {cards(board, at)}
            {move || ending(board, &shown.read(), status, &board.view.read())}
        </section>
    }
    .erased()
}

/// The first cards as text. In the browser they are what they are; the window over the column takes them over. A list
/// without marks is none to VoiceOver unless it says so.
fn cards(board: Board, at: usize) -> impl IntoView + use<> {
    #[cfg(feature = "ssr")]
    let cards = view! { <ol class="cards" role="list" inner_html=board.first_cards(at)></ol> };
    #[cfg(not(feature = "ssr"))]
    let cards = {
        let _ = (board, at);
        view! { <ol class="cards" role="list"></ol> }
    };
    cards
}

/// Where the cards end before the column does, and the ways on: to the column alone, and there from page to page.
fn ending(board: Board, shown: &Shown, status: Status, view: &BoardView) -> impl IntoView + use<> {
    let lang = board.lang;
    let before = board.before(shown);
    let here = u32::try_from(shown.list.len() + before).unwrap_or(u32::MAX);
    let hidden = shown.count.saturating_sub(here);
    let page = board.page.get_value();
    let alone = view.status.is_some();
    let (class, words) = match (shown.count, hidden) {
        (0, _) if view.is_whole() => ("empty", lang.empty(status).to_owned()),
        (0, _) if view.new => ("empty", lang.t(Word::EmptyNew).to_owned()),
        (0, _) => ("empty", lang.t(Word::EmptyFound).to_owned()),
        (_, 0) if before == 0 => ("", String::new()),
        (_, 0) => ("more", String::new()),
        (_, _) if alone => ("more", lang.more_still(hidden)),
        _ => ("more", lang.more(hidden)),
    };
    let to = |page: u32, word| {
        let view = BoardView { status: Some(status), page, ..view.clone() };
        view! { <a href=address::board(&view)>{lang.t(word)}</a> }
    };
    let links = [
        (before > 0).then(|| to(page - 1, Word::PageBefore)),
        (hidden > 0 && !alone).then(|| to(0, Word::ShowAll)),
        (hidden > 0 && alone).then(|| to(page + 1, Word::PageAfter)),
    ];
    (!class.is_empty())
        .then(|| view! { <p class=class>{words} " " {links.into_iter().flatten().collect::<Vec<_>>()}</p> })
}
