//! The orders that took longest, and why.

use leptos::prelude::*;

use crate::{
    address,
    components::wide::wide,
    domain::flow::WorstOrder,
    i18n::{Flow, Lang},
};

/// The table, the longest first.
pub fn worst(orders: &[WorstOrder], lang: Lang) -> AnyView {
    if orders.is_empty() {
        return view! { <p class="empty">{lang.flow(Flow::WorstNone)}</p> }.into_any();
    }
    let rows = orders.iter().map(|order| {
        let most = order
            .longest
            .map(|(stage, seconds)| format!("{}: {}", lang.way_stage(stage), lang.long_span(seconds)));
        view! {
            <tr data-order=order.number.to_string()>
                <th scope="row">
                    <a href=address::order(&order.number)>{order.number.to_string()}</a>
                    <bdi class="title">{order.title.clone()}</bdi>
                </th>
                <td>
                    {lang.stage(order.status)}
                    <bdi class="title">{order.operator.clone()}</bdi>
                </td>
                <td class="number">{lang.long_span(order.sums.total())}</td>
                <td>{most}</td>
                <td>{why(order, lang)}</td>
            </tr>
        }
    });
    view! {
        {wide(view! {
            <table data-table="worst">
                <caption>{lang.flow(Flow::WorstHint)}</caption>
                <thead>
                    <tr>
                        <th scope="col">{lang.flow(Flow::Order)}</th>
                        <th scope="col">{lang.flow(Flow::Status)}</th>
                        <th scope="col" class="number">{lang.flow(Flow::InAll)}</th>
                        <th scope="col">{lang.flow(Flow::MostIn)}</th>
                        <th scope="col">{lang.flow(Flow::Why)}</th>
                    </tr>
                </thead>
                <tbody>{rows.collect::<Vec<_>>()}</tbody>
            </table>
        })}
    }
    .into_any()
}

/// What happened on the way, and what people said of it.
fn why(order: &WorstOrder, lang: Lang) -> AnyView {
    let times = |count: usize, phrase| (count > 0).then(|| format!("{}: {count}", lang.flow(phrase)));
    let held = (order.sums.held > 0).then(|| {
        format!("{}: {}", lang.spent(crate::domain::passport::Spent::Held), lang.long_span(order.sums.held))
    });
    let facts: Vec<_> = [times(order.reworks, Flow::Reworked), times(order.releases, Flow::Released), held]
        .into_iter()
        .flatten()
        .collect();
    let reasons = order.reasons.iter().map(|reason| view! { <q><bdi>{reason.clone()}</bdi></q> " " });
    view! { {facts.join(", ")} " " {reasons.collect::<Vec<_>>()} }.into_any()
}
