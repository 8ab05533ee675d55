//! An order's way as one bar: as long as it took, hatched by what the time was spent on.

use leptos::prelude::*;

use super::key::key;
use crate::{
    components::chart::{fill, patterns},
    domain::passport::Way,
    i18n::{Lang, Passport},
};

/// The bar's own units; the page stretches it.
const WIDTH: f64 = 1000.0;
const HEIGHT: f64 = 36.0;

/// The bar and its key. Read aloud it is the list below it, so here it is a picture with one name.
pub fn bar<P>(way: &Way<P>, lang: Lang) -> AnyView {
    let (Some(first), Some(last)) = (way.segments.first(), way.segments.last()) else {
        return ().into_any();
    };
    let begin = first.from.full_seconds();
    let whole = (last.to.full_seconds() - begin).max(1) as f64;
    let place = |seconds: i64| (seconds - begin) as f64 * WIDTH / whole;
    let parts = way.segments.iter().filter(|part| part.seconds() > 0).map(|part| {
        let (from, to) = (place(part.from.full_seconds()), place(part.to.full_seconds()));
        let words = format!(
            "{}: {} ({})",
            lang.way_stage(part.stage),
            lang.long_span(part.seconds()),
            lang.spent(part.spent)
        );
        view! {
            <rect
                class=format!("time {}", part.spent.name())
                x=format!("{from:.1}")
                y="0"
                width=format!("{:.1}", (to - from).max(1.0))
                height=HEIGHT.to_string()
                fill=fill("way", part.spent)
            >
                <title>{words}</title>
            </rect>
        }
    });
    let borders = way.stays().skip(1).filter_map(|stay| stay.first()).map(|part| {
        let x = format!("{:.1}", place(part.from.full_seconds()));
        view! { <line class="border" x1=x.clone() x2=x y1="0" y2=HEIGHT.to_string() /> }
    });
    let words = format!("{}: {}", lang.passport(Passport::Way), lang.long_span(whole as i64));
    view! {
        <div>
            <svg class="way" viewBox=format!("0 0 {WIDTH} {HEIGHT}") role="img" aria-label=words preserveAspectRatio="none">
                {patterns("way")}
                {parts.collect::<Vec<_>>()}
                {borders.collect::<Vec<_>>()}
            </svg>
            {key(way, "way", lang)}
        </div>
    }
    .into_any()
}
