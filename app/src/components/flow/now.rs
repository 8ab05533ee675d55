//! What stands on the board at this moment.

use leptos::prelude::*;

use crate::{
    address,
    domain::flow::FlowPage,
    i18n::{Flow, Lang},
};

/// The figures that one looks at first.
pub fn tiles(page: &FlowPage, lang: Lang) -> AnyView {
    let tile = |mark: &'static str, count: u64, words: String| {
        view! {
            <div data-figure=mark>
                <dt>{words}</dt>
                <dd>{lang.number(count)}</dd>
            </div>
        }
    };
    let say = |phrase| lang.flow(phrase).to_owned();
    let today = page.measured.as_ref().and_then(|measured| measured.days.last()).map(|day| {
        let count = |count: i64| u64::try_from(count).unwrap_or_default();
        view! {
            {tile("arrived", count(day.arrived), say(Flow::ArrivedToday))}
            {tile("shipped", count(day.shipped), say(Flow::ShippedToday))}
            {(day.cancelled > 0).then(|| tile("cancelled", count(day.cancelled), say(Flow::CancelledToday)))}
        }
    });
    let hours = format!("{} {}", say(Flow::FreeLong), lang.span(i64::from(page.hours) * 3600));
    view! {
        <dl class="tiles">
            {tile("overdue", page.overdue as u64, say(Flow::Overdue))}
            {tile("past-promise", page.past_promise as u64, say(Flow::PastPromise))}
            {tile("free-long", page.free_long as u64, hours)}
            {today}
        </dl>
        <form class="hours" method="get" action=address::FLOW>
            <label for="hours">{lang.flow(Flow::Hours)}</label>
            <input id="hours" name="hours" type="number" min="1" max="2000" value=page.hours.to_string() inputmode="numeric" />
            <button type="submit" class="second">{lang.flow(Flow::Show)}</button>
        </form>
    }
    .into_any()
}

/// Orders of each status, and the oldest of them.
pub fn standing(page: &FlowPage, lang: Lang) -> AnyView {
    let rows = page.standing.iter().map(|row| {
        let oldest = row.oldest.as_ref().map(|(number, approved)| {
            let age = lang.long_span(page.now.seconds_since(*approved));
            view! { <a href=address::order(number)>{number.to_string()}</a> " · " {age} }
        });
        view! {
            <tr data-status=row.status.wire() data-count=row.count.to_string()>
                <th scope="row">{lang.status(row.status)}</th>
                <td class="number">{lang.number(row.count as u64)}</td>
                <td>{oldest}</td>
            </tr>
        }
    });
    view! {
        <table data-table="standing">
            <thead>
                <tr>
                    <th scope="col">{lang.flow(Flow::Status)}</th>
                    <th scope="col" class="number">{lang.flow(Flow::Orders)}</th>
                    <th scope="col">{lang.flow(Flow::Oldest)}</th>
                </tr>
            </thead>
            <tbody>{rows.collect::<Vec<_>>()}</tbody>
        </table>
    }
    .into_any()
}
