//! What each operator did.

use leptos::prelude::*;

use crate::{
    address,
    components::wide::wide,
    domain::{BoardView, flow::PersonFlow},
    i18n::{Flow, Lang},
};

/// The table, most orders taken first.
pub fn people(people: &[PersonFlow], lang: Lang) -> AnyView {
    if people.is_empty() {
        return view! { <p class="empty">{lang.flow(Flow::PeopleNone)}</p> }.into_any();
    }
    let number = |count: i64| {
        view! { <td class="number">{lang.number(u64::try_from(count).unwrap_or_default())}</td> }
    };
    let rows = people.iter().map(|person| {
        let pay: Vec<_> = person.pay.iter().map(|money| lang.money(money)).collect();
        view! {
            <tr data-login=person.login.clone()>
                <th scope="row"><a href=whose(&person.login)><bdi>{person.name.clone()}</bdi></a></th>
                {number(person.taken)}
                {number(person.given_back)}
                {number(person.finished)}
                {number(person.shipped)}
                <td class="number">{if pay.is_empty() { "—".to_owned() } else { pay.join(" + ") }}</td>
            </tr>
        }
    });
    let head = |phrase| view! { <th scope="col" class="number">{lang.flow(phrase)}</th> };
    view! {
        {wide(view! {
            <table data-table="people">
                <thead>
                    <tr>
                        <th scope="col">{lang.flow(Flow::Person)}</th>
                        {head(Flow::Taken)}
                        {head(Flow::GivenBack)}
                        {head(Flow::Finished)}
                        {head(Flow::Sent)}
                        {head(Flow::Pay)}
                    </tr>
                </thead>
                <tbody>{rows.collect::<Vec<_>>()}</tbody>
            </table>
        })}
    }
    .into_any()
}

/// The board with what somebody has in hand now.
fn whose(login: &str) -> String {
    address::board(&BoardView { operator: Some(login.to_owned()), ..BoardView::default() })
}
