//! What is promised for an order that is approved now, and how such promises were kept.

use leptos::prelude::*;

use crate::{
    components::wide::wide,
    domain::{
        Timestamp,
        promise::{Answer, LEVELS},
    },
    i18n::{Flow, Lang},
};

/// The three days with their record.
pub fn promises(answer: &Answer, now: Timestamp, lang: Lang) -> AnyView {
    let shares = answer.kept.shares();
    let rows = LEVELS.into_iter().enumerate().map(|(at, percent)| {
        let day = answer.ready.map(|days| lang.day(days[at], now));
        let share = shares[at].map_or_else(|| "—".to_owned(), |share| lang.percent(share));
        view! {
            <tr data-percent=percent.to_string()>
                <th scope="row">{lang.with_certainty(percent)}</th>
                <td data-by=answer.ready.map(|days| days[at].to_string())>{day.unwrap_or_else(|| "—".to_owned())}</td>
                <td class="number" data-kept=answer.kept.kept[at].to_string()>{share}</td>
                <td class="number" data-of=answer.kept.passed[at].to_string()>
                    {lang.number(answer.kept.passed[at] as u64)}
                </td>
            </tr>
        }
    });
    let too_few = answer.ready.is_none().then(|| view! { <p class="hint">{lang.flow(Flow::TooFew)}</p> });
    view! {
        <p class="hint">{lang.flow(Flow::PromiseHint)}</p>
        {too_few}
        {wide(view! {
            <table data-table="promise">
                <thead>
                    <tr>
                        <th scope="col">{lang.flow(Flow::Certainty)}</th>
                        <th scope="col">{lang.flow(Flow::ReadyBy)}</th>
                        <th scope="col" class="number">{lang.flow(Flow::Kept)}</th>
                        <th scope="col" class="number">{lang.flow(Flow::Judged)}</th>
                    </tr>
                </thead>
                <tbody>{rows.collect::<Vec<_>>()}</tbody>
            </table>
        })}
    }
    .into_any()
}
