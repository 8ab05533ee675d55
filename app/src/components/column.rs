//! A column of the board: its title with counts, what waits above, the cards, and where they end.

use leptos::prelude::*;

use super::{
    board::{Board, limit},
    card::card_view,
    erase::Erase,
    still::still,
};
use crate::{
    address,
    domain::{BoardView, Status},
    i18n::{Lang, Word},
    projection::{Shown, Slot},
};

/// The column at this place of [`Status::COLUMNS`].
#[component]
pub fn Column(
    /// Which.
    at: usize,
    /// The board that it is part of.
    board: Board,
) -> impl IntoView + use<> {
    let lang = board.light.lang;
    let status = Status::COLUMNS[at];
    let (shown, waiting) = (board.columns[at], board.waiting[at]);
    let title = lang.status(status);
    view! {
        <section
            class="column"
            id=status.wire()
            hidden=move || board.view.read().status.is_some_and(|only| only != status)
            data-column=status.wire()
            data-count=move || shown.read().count.to_string()
            aria-label=move || lang.column_label(title, shown.read().count)
        >
            <header>
                <h2>{title} " " <b>{move || lang.number(u64::from(shown.read().count))}</b></h2>
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
            <ol class="cards">
                <For each=move || first(&shown.read(), &board.view.read()) key=|slot| slot.number() let:slot>
                    {
                        let row = board.row(slot);
                        move || row.get().map(|row| card_view(&row, status, board.light))
                    }
                </For>
            </ol>
            {move || ending(&shown.read(), status, &board.view.read(), lang)}
        </section>
    }
    .erased()
}

fn first(shown: &Shown, view: &BoardView) -> Vec<Slot> {
    shown.list.iter().copied().take(limit(view)).collect()
}

fn ending(shown: &Shown, status: Status, view: &BoardView, lang: Lang) -> impl IntoView + use<> {
    let here = u32::try_from(first(shown, view).len()).unwrap_or(u32::MAX);
    let hidden = shown.count.saturating_sub(here);
    let one = BoardView { status: Some(status), ..view.clone() };
    let found = view.is_whole();
    let (class, words) = match (shown.count, hidden, view.status) {
        (0, ..) if found => ("empty", lang.empty(status).to_owned()),
        (0, ..) if view.new => ("empty", lang.t(Word::EmptyNew).to_owned()),
        (0, ..) => ("empty", lang.t(Word::EmptyFound).to_owned()),
        (_, 0, _) => ("", String::new()),
        (_, _, Some(_)) => ("more", lang.more_still(hidden)),
        _ => ("more", lang.more(hidden)),
    };
    let all = (class == "more" && view.status.is_none()).then(|| {
        view! { <a href=address::board(&one)>{lang.t(Word::ShowAll)}</a> }
    });
    (!class.is_empty()).then(|| view! { <p class=class>{words} " " {all}</p> })
}
