//! Orders that somebody should ask about.

use leptos::prelude::*;

use crate::{
    address,
    domain::Timestamp,
    i18n::{Lang, RadarWord},
    radar::{Announced, Known, Listed, Radar, Silent},
};

/// Announced by the source and never approved here.
pub(super) fn announced(known: &Known, now: Timestamp, lang: Lang) -> AnyView {
    let unpriced = (known.unpriced.total > 0).then(|| {
        view! {
            <h3>{lang.radar(RadarWord::Unpriced)} " " <b>{lang.at_least(known.unpriced.total)}</b></h3>
            {announced_table(&known.unpriced, now, lang)}
        }
    });
    view! {
        <section class="panel" data-figure="announced" data-count=known.announced.total.to_string()>
            <h2>{lang.radar(RadarWord::Announced)} " " <b>{lang.at_least(known.announced.total)}</b></h2>
            <p class="hint">{lang.radar(RadarWord::AnnouncedLead)}</p>
            {if known.announced.items.is_empty() {
                view! { <p class="empty">{lang.radar(RadarWord::AnnouncedNone)}</p> }.into_any()
            } else {
                announced_table(&known.announced, now, lang)
            }}
            {unpriced}
        </section>
    }
    .into_any()
}

fn announced_table(listed: &Listed<Announced>, now: Timestamp, lang: Lang) -> AnyView {
    let rows = listed.items.iter().map(|order| {
        let is_lost = order.is_lost();
        let lost = is_lost.then(|| view! { <small class="bad">{lang.radar(RadarWord::LostForSure)}</small> });
        view! {
            <tr data-announced=order.number.to_string() class:bad=is_lost>
                <th scope="row">{order.number.to_string()}</th>
                <td>{lang.step(&order.status, false).to_owned()} {lost}</td>
                <td><time datetime=order.heard_at.to_string() title=lang.moment(order.heard_at)>{lang.ago(order.heard_at, now)}</time></td>
            </tr>
        }
    });
    table([RadarWord::Order, RadarWord::Status, RadarWord::Heard], rows.collect_view().into_any(), lang)
}

/// On the board, and nothing happens with them.
pub(super) fn silent(radar: &Radar, lang: Lang) -> AnyView {
    let now = radar.now;
    let rows = radar.silent.items.iter().map(|order| silent_row(order, now, lang)).collect_view();
    view! {
        <section class="panel" data-figure="silent" data-count=radar.silent.total.to_string()>
            <h2>{lang.radar(RadarWord::Silent)} " " <b>{lang.at_least(radar.silent.total)}</b></h2>
            <p class="hint">{lang.radar(RadarWord::SilentLead)}</p>
            {if radar.silent.items.is_empty() {
                view! { <p class="empty">{lang.radar(RadarWord::SilentNone)}</p> }.into_any()
            } else {
                let words = [RadarWord::Order, RadarWord::Status, RadarWord::Holder];
                table(words, rows.into_any(), lang)
            }}
        </section>
    }
    .into_any()
}

fn silent_row(order: &Silent, now: Timestamp, lang: Lang) -> AnyView {
    let holder = order
        .operator
        .as_ref()
        .map_or_else(|| lang.radar(RadarWord::Nobody).to_owned(), |operator| operator.name.clone());
    view! {
        <tr data-silent=order.number.to_string()>
            <th scope="row"><a href=address::order(&order.number)>{order.number.to_string()}</a></th>
            <td>
                {lang.stage(order.status)} ", "
                <time datetime=order.since.to_string() title=lang.moment(order.since)>{lang.long_span(now.seconds_since(order.since))}</time>
            </td>
            <td><bdi>{holder}</bdi></td>
        </tr>
    }
    .into_any()
}

fn table(words: [RadarWord; 3], rows: AnyView, lang: Lang) -> AnyView {
    let heads = words.map(|word| view! { <th scope="col">{lang.radar(word)}</th> });
    view! {
        <table class="orders">
            <thead><tr>{heads.to_vec()}</tr></thead>
            <tbody>{rows}</tbody>
        </table>
    }
    .into_any()
}
