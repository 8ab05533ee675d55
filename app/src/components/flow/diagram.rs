//! The cumulative flow diagram: what has come, what has left, and what stood between, day by day.

use leptos::prelude::*;

use super::scale::{BOTTOM, LEFT, RIGHT, TOP, WIDTH, at, marks};
use crate::{
    components::{
        chart::{fill, patterns},
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
        let points = upper.chain(lower).map(|(x, y)| format!("{},{}", at(x), at(y))).collect::<Vec<_>>().join(" ");
        let (name, spent, words) = paint(band, lang);
        view! {
            <polygon class=format!("band {}", spent.name()) data-band=name points=points fill=fill("cfd", spent)>
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
        let (_, _, words) = paint(band, lang);
        view! { <text class="label" x=at(WIDTH - RIGHT + 6.0) y=at(place + 4.0)>{words}</text> }
    });
    view! {
        {wide(view! {
            <svg class="chart" viewBox=format!("0 0 {WIDTH} {HEIGHT}") role="img" aria-label=lang.flow(Flow::Diagram)>
                {patterns("cfd")}
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

/// How a band is told from its neighbours without colour.
fn paint(band: usize, lang: Lang) -> (&'static str, Spent, &'static str) {
    let Some(stage) = band.checked_sub(2).and_then(|level| LEVELS.get(level)).copied() else {
        return ("left", Spent::Outside, lang.flow(Flow::Left));
    };
    let spent = match stage {
        Stage::Packing | Stage::Bench => Spent::Working,
        Stage::Made => Spent::Held,
        _ => Spent::Waiting,
    };
    (stage.name(), spent, lang.way_stage(stage))
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
}
