//! Orders that were passed over, above the board: what they are, how long they have waited, what they pay. The server
//! writes it; `public/above.js` keeps it true.

use leptos::prelude::*;

use crate::{
    address,
    domain::{BoardView, Card, Neglected, Sort, Status, Timestamp},
    i18n::{Lang, Noun, Phrase},
};

/// Nothing while nothing is passed over.
pub fn neglected(found: &Neglected, lang: Lang) -> AnyView {
    let items = found.oldest.iter().map(|card| item(card, found.now, lang));
    let more = found.count.saturating_sub(u32::try_from(found.oldest.len()).unwrap_or_default());
    let more = (more > 0).then(|| {
        let all = BoardView { status: Some(Status::Approved), sort: Sort::Due, ..BoardView::default() };
        view! {
            <li class="more">
                <a href=address::board(&all)>{lang.says(Phrase::NeglectedMore)} " " {lang.count(u64::from(more), Noun::Order)}</a>
            </li>
        }
    });
    view! {
        <aside class="strip neglected" data-neglected hidden=found.count == 0 aria-labelledby="neglected-title">
            <h2 id="neglected-title">{lang.says(Phrase::Neglected)}</h2>
            <ul>{items.collect::<Vec<_>>()} {more}</ul>
        </aside>
    }
    .into_any()
}

fn item(card: &Card, now: Timestamp, lang: Lang) -> AnyView {
    let pay = card.pay.as_ref().map(|pay| view! { <b>{lang.money(pay)}</b> });
    let bonus = card.bonus.as_ref().map(|bonus| view! { <span class="bonus">"+" {lang.money(bonus)}</span> });
    view! {
        <li data-waits=card.id.to_string()>
            <a href=address::order(&card.number)>
                <span class="number">{card.number.to_string()}</span>
                <bdi>{card.title.clone()}</bdi>
                <span class="mark waits">{lang.span(now.seconds_since(card.status_since))}</span>
                {pay}
                {bonus}
            </a>
        </li>
    }
    .into_any()
}
