//! The cumulative flow diagram: what has come, what has left, and what stood between, day by day.

use leptos::prelude::*;

use super::scale::{BOTTOM, LEFT, RIGHT, TOP, WIDTH, at, marks};
use crate::{
    components::{
        chart::{fill, patterns, swatch},
        wide::wide,
    },
    domain::{
        flow::{FlowDay, LEVELS},
        passport::{Spent, Stage},
    },
    i18n::{Flow, Lang},
};

const HEIGHT: f64 = 300.0;

/// The diagram of these days, the oldest first.
pub fn diagram(days: &[FlowDay], lang: Lang) -> AnyView {
    let bands = bands(days);
    let marks = marks(bands.last().map_or(0, |band| band.iter().copied().max().unwrap_or(0)) as f64);
    let top = marks.last().copied().unwrap_or(1.0);
    let x =
        |day: usize| LEFT + (WIDTH - LEFT - RIGHT) * day as f64 / days.len().saturating_sub(1).max(1) as f64;
    let y = |count: f64| HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * count / top;
    let areas = (1..bands.len()).map(|band| {
        let upper = bands[band].iter().enumerate().map(|(day, count)| (x(day), y(*count as f64)));
        let lower = bands[band - 1].iter().enumerate().rev().map(|(day, count)| (x(day), y(*count as f64)));
        let points =
            upper.chain(lower).map(|(x, y)| format!("{},{}", at(x), at(y))).collect::<Vec<_>>().join(" ");
        let Paint { name, filling, fill, words } = paint(band, lang);
        view! {
            <polygon class=format!("band {filling}") data-band=name points=points fill=fill>
                <title>{words}</title>
            </polygon>
        }
    });
    let grid = marks.iter().map(|mark| {
        view! {
            <line class="grid" x1=at(LEFT) x2=at(WIDTH - RIGHT) y1=at(y(*mark)) y2=at(y(*mark)) />
            <text class="tick" x=at(LEFT - 6.0) y=at(y(*mark) + 4.0) text-anchor="end">{lang.number(*mark as u64)}</text>
        }
    });
    let weeks = days.iter().enumerate().filter(|(day, _)| (days.len() - 1 - day).is_multiple_of(7)).map(|(day, flow)| {
        view! {
            <text class="tick" x=at(x(day)) y=at(HEIGHT - 8.0) text-anchor="middle">{lang.day_of(flow.day)}</text>
        }
    });
    let labels = labels(&bands, y).into_iter().map(|(band, place)| {
        let words = paint(band, lang).words;
        view! { <text class="label" x=at(WIDTH - RIGHT + 6.0) y=at(place + 4.0)>{words}</text> }
    });
    // As they lie on each other, from above.
    let key = (1..bands.len()).rev().filter(|band| bands[*band] != bands[*band - 1]).map(|band| {
        let Paint { filling, fill, words, .. } = paint(band, lang);
        swatch(filling, fill, words)
    });
    view! {
        <p class="legend">{key.collect::<Vec<_>>()}</p>
        {wide(view! {
            <svg class="chart" viewBox=format!("0 0 {WIDTH} {HEIGHT}") role="img" aria-label=lang.flow(Flow::Diagram)>
                {patterns("cfd")}
                <defs>
                    <pattern id="cfd-packing" width="8" height="6" patternUnits="userSpaceOnUse">
                        <rect class="ground" width="8" height="6" />
                        <line class="ink" x1="0" y1="3" x2="8" y2="3" stroke-width="2" />
                    </pattern>
                </defs>
                {grid.collect::<Vec<_>>()}
                {areas.collect::<Vec<_>>()}
                {weeks.collect::<Vec<_>>()}
                {labels.collect::<Vec<_>>()}
            </svg>
        })}
    }
    .into_any()
}

/// The borders of the bands, from the ground up: zero, what has left since the first day, and each level on top.
fn bands(days: &[FlowDay]) -> Vec<Vec<i64>> {
    let mut bands = vec![vec![0; days.len()]; LEVELS.len() + 2];
    let mut left = 0;
    for (at, day) in days.iter().enumerate() {
        left += day.shipped + day.cancelled;
        bands[1][at] = left;
        for (level, count) in day.levels.iter().enumerate() {
            bands[level + 2][at] = bands[level + 1][at] + count.max(&0);
        }
    }
    bands
}

/// A band's mark, its filling (by name and as an attribute) and its words.
struct Paint {
    name: &'static str,
    filling: &'static str,
    fill: Option<String>,
    words: &'static str,
}

/// How a band is told without colour. All differ: whatever lies between two of them may be empty, so any may touch.
fn paint(band: usize, lang: Lang) -> Paint {
    let kind =
        |name, spent: Spent, words| Paint { name, filling: spent.name(), fill: fill("cfd", spent), words };
    let Some(stage) = band.checked_sub(2).and_then(|level| LEVELS.get(level)).copied() else {
        return kind("left", Spent::Outside, lang.flow(Flow::Left));
    };
    let (name, words) = (stage.name(), lang.way_stage(stage));
    match stage {
        Stage::Packing => {
            Paint { name, filling: "packing", fill: Some("url(#cfd-packing)".to_owned()), words }
        }
        Stage::Bench => kind(name, Spent::Working, words),
        Stage::Made => kind(name, Spent::Held, words),
        _ => kind(name, Spent::Waiting, words),
    }
}

/// Where each band's name stands at the right end: at its middle, but no closer to the one below than a line.
fn labels(bands: &[Vec<i64>], y: impl Fn(f64) -> f64) -> Vec<(usize, f64)> {
    const LINE: f64 = 14.0;
    let mut places = Vec::new();
    let mut free = f64::INFINITY;
    for band in 1..bands.len() {
        let (Some(low), Some(high)) = (bands[band - 1].last(), bands[band].last()) else { continue };
        if low == high {
            continue;
        }
        let place = y((low + high) as f64 / 2.0).min(free - LINE);
        free = place;
        places.push((band, place));
    }
    places
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::timestamp::Day;

    fn day(arrived: i64, shipped: i64, levels: [i64; 4]) -> FlowDay {
        FlowDay { day: Day { year: 2026, month: 11, day: 2 }, arrived, shipped, cancelled: 0, levels }
    }

    #[test]
    fn bands_stack_what_left_and_what_stands() {
        let days = [day(3, 0, [0, 1, 2, 4]), day(2, 1, [1, 1, 2, 4])];
        let expected = [vec![0, 0], vec![0, 1], vec![0, 2], vec![1, 3], vec![3, 5], vec![7, 9]];
        assert_eq!(bands(&days), expected);
        // The upper edge grows by what arrived.
        assert_eq!(bands(&days)[5][1] - bands(&days)[5][0], 2);
    }

    #[test]
    fn labels_do_not_lie_on_each_other() {
        let days = [day(3, 0, [1, 1, 1, 1])];
        let places = labels(&bands(&days), |count| 300.0 - count);
        assert_eq!(places.len(), 4);
        assert!(places.windows(2).all(|pair| pair[0].1 - pair[1].1 >= 14.0));
    }

    #[test]
    fn no_two_bands_are_filled_alike() {
        let mut fills: Vec<_> = (1..LEVELS.len() + 2).map(|band| paint(band, Lang::En).fill).collect();
        fills.sort();
        fills.dedup();
        assert_eq!(fills.len(), LEVELS.len() + 1, "{fills:?}");
    }

    #[test]
    fn every_band_that_occurs_has_its_name_in_the_key_with_its_own_filling() {
        let days = [day(4, 0, [0, 2, 1, 1]), day(0, 2, [0, 0, 1, 1])];
        let html = diagram(&days, Lang::En).to_html();
        let (key, chart) = html.split_once("</p>").unwrap();
        let words: Vec<_> = key.split('\u{a0}').skip(1).filter_map(|part| part.split('<').next()).collect();
        // Nothing is being packed on either day; what waits for packing was gone on the last.
        assert_eq!(words, ["Free", "At the bench", "Waits for packing", "Left"]);
        for filling in ["cfd-waiting", "cfd-held", "cfd-outside"] {
            let used = format!("fill=\"url(#{filling})\"");
            assert!(key.contains(&used) && chart.contains(&used), "{filling}: {html}");
            assert!(
                chart.contains(&format!("<pattern id=\"{filling}\"")),
                "{filling} is a hatching of the chart"
            );
        }
        let packed = diagram(&[day(1, 0, [1, 0, 0, 0])], Lang::En).to_html();
        assert!(
            packed.contains("<pattern id=\"cfd-packing\"")
                && packed.matches("url(#cfd-packing)").count() == 2
        );
    }
}
