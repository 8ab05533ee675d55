//! The key of an order's bar: what its fillings mean, told beside it, for eyes and paper without colour.

use leptos::prelude::*;

use crate::{
    components::chart::{fill, swatch},
    domain::passport::{Spent, Way},
    i18n::Lang,
};

/// What the fillings of a way's bar mean: those that the bar shows, and no others.
pub fn key<P>(way: &Way<P>, chart: &str, lang: Lang) -> AnyView {
    let shown = |spent| way.segments.iter().any(|part| part.spent == spent && part.seconds() > 0);
    let swatches = [Spent::Working, Spent::Waiting, Spent::Held, Spent::Outside]
        .into_iter()
        .filter(|spent| shown(*spent))
        // The space keeps neighbours apart where no style does, and lets the line break there.
        .map(|spent| view! { {swatch(spent.name(), fill(chart, spent), lang.spent(spent))} "\u{2003}" });
    view! { <p class="hint">{swatches.collect::<Vec<_>>()}</p> }.into_any()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        components::passport::bar,
        domain::{HistoryStep, passport::walk_entry},
        samples::{NOW, card, entry},
    };

    fn step(status: &str, time: &str) -> HistoryStep {
        let at = format!("2026-11-23T{time}Z").parse().unwrap();
        HistoryStep { status: status.into(), at, by: None, reason: None }
    }

    #[test]
    fn the_bar_s_key_names_every_filling_that_the_bar_shows_and_no_other() {
        let mut history = vec![step("SUBMITTED", "05:00:00"), step("PRICE_CALCULATED", "05:03:00")];
        let keys = |history: &[HistoryStep], lang| {
            let entry = entry(card(1), history.to_vec());
            let html = bar(&walk_entry(&entry, NOW), lang).to_html();
            let (drawn, key) = html.split_once("</svg>").unwrap();
            for spent in ["waiting", "held", "outside"] {
                let filling = format!("fill=\"url(#way-{spent})\"");
                assert_eq!(drawn.contains(&filling), key.contains(&filling), "{spent}: {html}");
            }
            let words = key.split('\u{a0}').skip(1).filter_map(|part| part.split('<').next());
            words.map(str::to_owned).collect::<Vec<_>>()
        };
        assert_eq!(keys(&history, Lang::Ru), ["работа", "ожидание"]);
        history.insert(0, step("INITIATED", "04:00:00"));
        history.extend([step("ON_HOLD", "05:10:00"), step("RESUMED", "05:20:00")]);
        assert_eq!(keys(&history, Lang::En), ["work", "waiting", "on hold", "not with us"]);
        // A stage that took no time is nowhere in the bar.
        history[1].at = history[0].at;
        assert_eq!(keys(&history, Lang::En), ["work", "waiting", "on hold"]);
    }
}
