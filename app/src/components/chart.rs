//! What charts are drawn with: hatchings that tell kinds of time apart without colour, and samples of them for keys.

use leptos::prelude::*;

use crate::domain::passport::Spent;

/// The hatchings of a chart; `chart` keeps their names apart from those of other charts on the page.
pub fn patterns(chart: &str) -> AnyView {
    view! {
        <defs>
            <pattern id=id(chart, Spent::Waiting) width="8" height="8" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
                <rect class="ground" width="8" height="8" />
                <line class="ink" x1="0" y1="0" x2="0" y2="8" stroke-width="3" />
            </pattern>
            <pattern id=id(chart, Spent::Held) width="8" height="8" patternUnits="userSpaceOnUse">
                <rect class="ground" width="8" height="8" />
                <path class="ink" d="M0 0L8 8M8 0L0 8" stroke-width="1.6" />
            </pattern>
            <pattern id=id(chart, Spent::Outside) width="8" height="8" patternUnits="userSpaceOnUse">
                <rect class="ground" width="8" height="8" />
                <circle class="dot" cx="2" cy="2" r="1" />
                <circle class="dot" cx="6" cy="6" r="1" />
            </pattern>
        </defs>
    }
    .into_any()
}

/// How a kind of time is filled: work is solid, everything else is hatched.
#[must_use]
pub fn fill(chart: &str, spent: Spent) -> Option<String> {
    (spent != Spent::Working).then(|| format!("url(#{})", id(chart, spent)))
}

/// A sample of a filling, with its words. `name` is its mark in the page; the filling is the chart's own.
pub fn swatch(name: &str, filling: Option<String>, words: &str) -> AnyView {
    view! {
        <span class="swatch" data-key=name.to_owned()>
            <svg width="24" height="16" viewBox="0 0 24 16" aria-hidden="true" focusable="false">
                <rect class=format!("time {name}") width="24" height="16" fill=filling />
            </svg>
            {format!("\u{a0}{words}")}
        </span>
    }
    .into_any()
}

fn id(chart: &str, spent: Spent) -> String {
    format!("{chart}-{}", spent.name())
}
