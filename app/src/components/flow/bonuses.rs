//! What a bonus does for orders that are passed over.

use leptos::prelude::*;

use crate::{
    components::wide::wide,
    domain::flow::BonusEffect,
    i18n::{Flow, Lang},
};

/// With a bonus, and without.
pub fn bonuses(effect: &[BonusEffect; 2], lang: Lang) -> AnyView {
    let count = |count: i64| lang.number(u64::try_from(count).unwrap_or_default());
    let rows = effect.iter().zip([Flow::WithBonus, Flow::WithoutBonus]).map(|(side, words)| {
        let half = side.p50.map_or_else(|| "—".to_owned(), |seconds| lang.long_span(seconds.round() as i64));
        view! {
            <tr data-bonus=if words == Flow::WithBonus { "with" } else { "without" }>
                <th scope="row">{lang.flow(words)}</th>
                <td class="number">{count(side.orders)}</td>
                <td class="number">{count(side.taken)}</td>
                <td class="number">{half}</td>
            </tr>
        }
    });
    view! {
        <p class="hint">{lang.flow(Flow::BonusesHint)}</p>
        {wide(view! {
            <table data-table="bonuses">
                <thead>
                    <tr>
                        <td></td>
                        <th scope="col" class="number">{lang.flow(Flow::Orders)}</th>
                        <th scope="col" class="number">{lang.flow(Flow::TakenSince)}</th>
                        <th scope="col" class="number">{lang.flow(Flow::HalfTaken)}</th>
                    </tr>
                </thead>
                <tbody>{rows.collect::<Vec<_>>()}</tbody>
            </table>
        })}
    }
    .into_any()
}
