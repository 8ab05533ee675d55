//! How many messages came, and what became of them.

use leptos::prelude::*;

use crate::{
    i18n::{Lang, RadarWord},
    radar::{Counts, Known},
};

type Figure = (&'static str, RadarWord, fn(&Counts) -> u64);

const FIGURES: [Figure; 7] = [
    ("accepted", RadarWord::Accepted, |counts| counts.accepted),
    ("updated", RadarWord::Updated, |counts| counts.updated),
    ("duplicate", RadarWord::Duplicate, |counts| counts.duplicate),
    ("ignored", RadarWord::Ignored, |counts| counts.ignored),
    ("stale", RadarWord::Stale, |counts| counts.stale),
    ("dead", RadarWord::Dead, |counts| counts.dead),
    ("refused", RadarWord::Refused, |counts| counts.refused),
];

pub(super) fn counts(known: &Known, lang: Lang) -> AnyView {
    let rows = FIGURES.map(|(name, word, of)| {
        let (hour, today) = (of(&known.hour), of(&known.today));
        view! {
            <tr data-count=name>
                <th scope="row">{lang.radar(word)}</th>
                <td>{lang.number(hour)}</td>
                <td>{lang.number(today)}</td>
            </tr>
        }
    });
    view! {
        <section class="panel">
            <h2>{lang.radar(RadarWord::Counts)}</h2>
            <table class="figures">
                <thead>
                    <tr>
                        <td></td>
                        <th scope="col">{lang.radar(RadarWord::Hour)}</th>
                        <th scope="col">{lang.radar(RadarWord::Today)}</th>
                    </tr>
                </thead>
                <tbody>{rows.to_vec()}</tbody>
            </table>
        </section>
    }
    .into_any()
}
