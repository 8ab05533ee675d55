//! What is new to me, at the head of the column where it arrives: how many, the way to them, and the word that I have
//! seen them. The server writes it; `public/news.js` keeps the number and the moment up to date.

use leptos::prelude::*;

use crate::{
    address,
    domain::{BoardView, Totals},
    i18n::{Lang, Phrase},
};

/// Hidden while nothing is new.
pub fn news(totals: &Totals, lang: Lang) -> impl IntoView + use<> {
    let view = BoardView { new: true, ..BoardView::default() };
    let until = totals.newest.map(|at| at.to_string());
    view! {
        <div class="news" data-news hidden=totals.new == 0>
            <a href=address::board(&view) data-filter="new">
                <span role="status">{lang.says(Phrase::NewHere)} " " <b>{lang.number(u64::from(totals.new))}</b></span>
            </a>
            <form method="post" action="/api/seen" data-seen>
                <input type="hidden" name="until" value=until />
                <button type="submit" class="chip">"✓ " {lang.says(Phrase::MarkSeen)}</button>
            </form>
        </div>
    }
}
