//! What an order's time comes to.

use leptos::prelude::*;

use crate::{
    domain::passport::{Spent, Stage, Sums, System, Way},
    i18n::{Lang, Passport},
};

/// All of it, and its parts in words and figures.
pub fn sums<P>(way: &Way<P>, lang: Lang) -> AnyView {
    let (whole, workshop) = (way.whole(), way.workshop());
    let total = if way.end.is_none() { Passport::SoFar } else { Passport::InAll };
    let figure = |seconds: i64, words: String, mark: &'static str| {
        view! {
            <div data-sum=mark>
                <dt>{words}</dt>
                <dd title=lang.exact_span(seconds)>{lang.long_span(seconds)}</dd>
            </div>
        }
    };
    let parts = [Spent::Working, Spent::Waiting, Spent::Held, Spent::Outside]
        .into_iter()
        .map(|spent| (spent, part(whole, spent)))
        .filter(|(_, seconds)| *seconds > 0)
        .map(|(spent, seconds)| figure(seconds, lang.spent(spent).to_owned(), spent.name()))
        .collect::<Vec<_>>();
    let efficiency = workshop.efficiency().map(|percent| {
        view! {
            <div data-sum="efficiency">
                <dt>{lang.passport(Passport::Efficiency)}</dt>
                <dd>{lang.percent(percent)}</dd>
            </div>
        }
    });
    view! {
        <dl class="sums">
            {figure(whole.total(), lang.passport(total).to_owned(), "whole")}
            {(workshop.total() > 0 && workshop.total() != whole.total())
                .then(|| figure(workshop.total(), lang.passport(Passport::InWorkshop).to_owned(), "workshop"))}
            {parts}
            {efficiency}
        </dl>
    }
    .into_any()
}

/// How long each system had the order, and how long it lay between them.
pub fn by_system<P>(way: &Way<P>, lang: Lang) -> AnyView {
    let row = |system: System| {
        let seconds: i64 = Stage::ALL
            .into_iter()
            .filter(|stage| stage.system() == system)
            .map(|stage| way.in_stage(stage).total())
            .sum();
        (seconds > 0).then(|| {
            view! {
                <tr data-system=system.name()>
                    <th scope="row">{lang.system(system)}</th>
                    <td class="number">{lang.exact_span(seconds)}</td>
                </tr>
            }
        })
    };
    view! {
        <table class="sheet-systems">
            <caption>{lang.passport(Passport::BySystems)}</caption>
            <tbody>{[System::Shop, System::Crm, System::Between, System::Mes].map(row).to_vec()}</tbody>
        </table>
    }
    .into_any()
}

const fn part(sums: Sums, spent: Spent) -> i64 {
    match spent {
        Spent::Outside => sums.outside,
        Spent::Working => sums.working,
        Spent::Waiting => sums.waiting,
        Spent::Held => sums.held,
    }
}
