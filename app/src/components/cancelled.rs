//! Orders that were cancelled while the person had them, above the board until they say that they know. The server writes
//! it; `public/above.js` keeps it true.

use leptos::prelude::*;

use crate::{
    address,
    domain::Cancelled,
    i18n::{Lang, Noun, Phrase},
};

/// More would push the board down; the next ones come when these are known.
const SHOWN: usize = 3;

/// Hidden while nothing was cancelled.
pub fn cancelled(found: &[Cancelled], lang: Lang) -> AnyView {
    let items = found.iter().take(SHOWN).map(|order| item(order, lang)).collect::<Vec<_>>();
    let more = found.len().saturating_sub(SHOWN) as u64;
    let more = (more > 0).then(|| {
        view! { <li class="more">{lang.says(Phrase::NeglectedMore)} " " {lang.count(more, Noun::Order)}</li> }
    });
    view! {
        <aside class="strip cancelled" data-cancelled hidden=found.is_empty() aria-live="polite" aria-labelledby="cancelled-title">
            <h2 id="cancelled-title">{lang.says(Phrase::Cancelled)}</h2>
            <ul>{items} {more}</ul>
        </aside>
    }
    .into_any()
}

fn item(order: &Cancelled, lang: Lang) -> AnyView {
    view! {
        <li data-over=order.id.to_string()>
            <a href=address::order(&order.number)>
                <span class="number">{order.number.to_string()}</span>
                <bdi>{order.title.clone()}</bdi>
            </a>
            <form method="post" action="/api/known">
                <input type="hidden" name="id" value=order.id.to_string() />
                <button type="submit" class="second" data-known>{lang.says(Phrase::CancelledKnown)}</button>
            </form>
        </li>
    }
    .into_any()
}
