//! How old the work in progress is: a table whose cells are as long as they are full.

use leptos::prelude::*;

use crate::{
    components::wide::wide,
    domain::flow::{AGES, Standing},
    i18n::{Flow, Lang},
};

/// Orders of each status by their age in days.
pub fn ageing(standing: &[Standing], lang: Lang) -> AnyView {
    let most = standing.iter().flat_map(|row| row.ages).max().unwrap_or(0).max(1);
    let head = (0..AGES).map(|group| view! { <th scope="col" class="number">{lang.age_group(group)}</th> });
    let rows = standing.iter().map(|row| {
        let cells = row.ages.iter().enumerate().map(|(group, count)| {
            let width = format!("{:.1}", *count as f64 * 60.0 / most as f64);
            let late = group + 1 == AGES && *count > 0;
            view! {
                <td class="number" class:late=late data-age=group.to_string() data-count=count.to_string()>
                    {lang.number(*count as u64)}
                    <svg class="cell" viewBox="0 0 60 6" aria-hidden="true" focusable="false">
                        <rect class="time working" width=width height="6" />
                    </svg>
                </td>
            }
        });
        view! {
            <tr data-status=row.status.wire()>
                <th scope="row">{lang.status(row.status)}</th>
                {cells.collect::<Vec<_>>()}
            </tr>
        }
    });
    view! {
        {wide(view! {
            <table data-table="ages">
                <caption>{lang.flow(Flow::AgesHint)}</caption>
                <thead>
                    <tr>
                        <th scope="col">{lang.flow(Flow::Status)}</th>
                        {head.collect::<Vec<_>>()}
                    </tr>
                </thead>
                <tbody>{rows.collect::<Vec<_>>()}</tbody>
            </table>
        })}
    }
    .into_any()
}
