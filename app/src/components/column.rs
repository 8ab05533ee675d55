//! A column of the board: its title with counts, what waits above, the cards, and where they end.

use leptos::prelude::*;

use super::{board::Board, card::card_view};
use crate::{
    address,
    domain::{BoardView, Status},
    i18n::{Lang, Word},
    projection::Shown,
};

/// The column at this place of [`Status::COLUMNS`].
#[component]
pub fn Column(
    /// Which.
    at: usize,
    /// The board that it is part of.
    board: Board,
) -> AnyView {
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
            </header>
            <ol class="cards">
                <For each=move || shown.get().ids key=|id| *id let:id>
                    {
                        let row = board.row(id);
                        move || row.get().map(|row| card_view(&row, status, board.light))
                    }
                </For>
            </ol>
            {move || ending(&shown.read(), status, &board.view.read(), lang)}
        </section>
    }
    .into_any()
}

fn ending(shown: &Shown, status: Status, view: &BoardView, lang: Lang) -> impl IntoView + use<> {
    let here = u32::try_from(shown.ids.len()).unwrap_or(u32::MAX);
    let hidden = shown.count.saturating_sub(here);
    let one = BoardView { status: Some(status), ..view.clone() };
    let found = view.is_whole();
    if shown.count == 0 {
        let words = if found { lang.empty(status) } else { lang.t(Word::EmptyFound) };
        return view! { <p class="empty">{words}</p> }.into_any();
    }
    if hidden == 0 {
        return ().into_any();
    }
    if view.status.is_some() {
        return view! { <p class="more">{lang.more_still(hidden)}</p> }.into_any();
    }
    view! {
        <p class="more">
            {lang.more(hidden)} " " <a href=address::board(&one)>{lang.t(Word::ShowAll)}</a>
        </p>
    }
    .into_any()
}
