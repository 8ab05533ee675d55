//! What came and what was shipped, day by day.

use leptos::prelude::*;

use super::scale::{BOTTOM, END, LEFT, TOP, WIDTH, at, marks};
use crate::{
    components::{
        chart::{fill, patterns, swatch},
        wide::wide,
    },
    domain::{flow::FlowDay, passport::Spent},
    i18n::{Flow, Lang},
};

const HEIGHT: f64 = 200.0;

/// Two bars a day, the oldest day first: hatched for what came, solid for what was shipped.
pub fn throughput(days: &[FlowDay], lang: Lang) -> AnyView {
    let most = days.iter().map(|day| day.arrived.max(day.shipped)).max().unwrap_or(0);
    let marks = marks(most as f64);
    let top = marks.last().copied().unwrap_or(1.0);
    let step = (WIDTH - LEFT - END) / days.len().max(1) as f64;
    let y = |count: f64| HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * count / top;
    let bar = |x: f64, count: i64, spent: Spent| {
        let y = y(count as f64);
        view! {
            <rect class=format!("time {}", spent.name()) x=at(x) y=at(y) width=at(step * 0.4) height=at(HEIGHT - BOTTOM - y) fill=fill("days", spent) />
        }
    };
    let bars = days.iter().enumerate().map(|(place, day)| {
        let x = LEFT + step * place as f64;
        let words = format!(
            "{}: {} {}, {} {}",
            lang.day_of(day.day),
            lang.flow(Flow::Arrived),
            day.arrived,
            lang.flow(Flow::ShippedDay),
            day.shipped
        );
        view! {
            <g data-day=format!("{:04}-{:02}-{:02}", day.day.year, day.day.month, day.day.day) data-arrived=day.arrived.to_string() data-shipped=day.shipped.to_string()>
                <title>{words}</title>
                {bar(x + step * 0.08, day.arrived, Spent::Waiting)}
                {bar(x + step * 0.52, day.shipped, Spent::Working)}
            </g>
        }
    });
    let grid = marks.iter().map(|mark| {
        view! {
            <line class="grid" x1=at(LEFT) x2=at(WIDTH - END) y1=at(y(*mark)) y2=at(y(*mark)) />
            <text class="tick" x=at(LEFT - 6.0) y=at(y(*mark) + 4.0) text-anchor="end">{lang.number(*mark as u64)}</text>
        }
    });
    let weeks = days.iter().enumerate().filter(|(day, _)| (days.len() - 1 - day).is_multiple_of(7)).map(|(day, flow)| {
        let x = LEFT + step * (day as f64 + 0.5);
        view! { <text class="tick" x=at(x) y=at(HEIGHT - 8.0) text-anchor="middle">{lang.day_of(flow.day)}</text> }
    });
    view! {
        <p class="legend">
            {swatch("waiting", fill("days", Spent::Waiting), lang.flow(Flow::Arrived))}
            {swatch("working", fill("days", Spent::Working), lang.flow(Flow::ShippedDay))}
        </p>
        {wide(view! {
            <svg class="chart" viewBox=format!("0 0 {WIDTH} {HEIGHT}") role="img" aria-label=lang.flow(Flow::Throughput)>
                {patterns("days")}
                {grid.collect::<Vec<_>>()}
                {bars.collect::<Vec<_>>()}
                {weeks.collect::<Vec<_>>()}
            </svg>
        })}
    }
    .into_any()
}
