//! What the server measured of a model, as a goldsmith reads it.

use leptos::prelude::*;

use super::facts::dimensions;
use crate::{
    domain::{ALLOYS, Alloy, BenchFacts, Entry, ModelState},
    i18n::{Lang, Phrase, Word},
};

fn bench(entry: &Entry) -> Option<&BenchFacts> {
    entry.model_facts.as_ref()?.bench.as_ref()
}

/// The estimated weight in the ordered alloy, or why it can't be told; nothing where there is no model to weigh.
pub(super) fn weight(entry: &Entry, lang: Lang) -> AnyView {
    let card = &entry.card;
    if card.model_state != ModelState::Ready {
        return ().into_any();
    }
    let grams = Alloy::named(&card.material);
    let (told, words) = match bench(entry) {
        None => (false, lang.says(Phrase::WeightPending).to_owned()),
        Some(BenchFacts { volume_mm3: Some(volume), .. }) => match grams {
            Some(alloy) => (true, lang.weight(alloy.grams(*volume), card.quantity)),
            None => (false, lang.says(Phrase::WeightUnknown).to_owned()),
        },
        Some(facts) => (false, facts.doubt.map(|doubt| lang.doubt(doubt).to_owned()).unwrap_or_default()),
    };
    let value = view! { <dd data-fact="weight" class=(!told).then_some("doubt")>{words}</dd> };
    view! { <dt>{lang.says(Phrase::Weight)}</dt> {value} }.into_any()
}

/// A warning, where the metal is thinner than the house allows.
pub(super) fn thin_wall(entry: &Entry, lang: Lang) -> AnyView {
    let thin = bench(entry).and_then(BenchFacts::thin_wall);
    let row = thin.map(|wall| {
        view! {
            <dt>{lang.says(Phrase::Wall)}</dt>
            <dd data-fact="thin-wall" class="caution">{lang.thin_wall(wall)}</dd>
        }
    });
    row.into_any()
}

/// Everything else that was measured.
pub(super) fn measures(entry: &Entry, lang: Lang) -> AnyView {
    let Some(facts) = &entry.model_facts else { return ().into_any() };
    let fact = |name: &'static str, value: Option<String>| {
        value.map(|value| view! { <dt>{name}</dt> <dd>{value}</dd> })
    };
    let metal = facts.bench.clone().unwrap_or_default();
    let bodies = metal.bodies.map(|bodies| lang.bodies(bodies, metal.inlays.unwrap_or(0)));
    let wall = metal.wall_mm.filter(|_| metal.thin_wall().is_none());
    view! {
        <dt>{lang.t(Word::Measures)}</dt>
        <dd data-fact="size">{dimensions(facts, lang)}</dd>
        {fact(lang.says(Phrase::Wall), wall.map(|wall| lang.wall(wall)))}
        {fact(lang.says(Phrase::Volume), metal.volume_mm3.map(|volume| lang.volume(volume)))}
        {other_alloys(metal.volume_mm3, &entry.card.material, lang)}
        {fact(lang.says(Phrase::Surface), metal.surface_mm2.map(|surface| lang.surface(surface)))}
        {fact(lang.says(Phrase::Bodies), bodies)}
        {fact(lang.says(Phrase::Shell), metal.watertight.map(|closed| lang.watertight(closed).to_owned()))}
        {fact(lang.says(Phrase::Triangles), (facts.triangles > 0).then(|| lang.number(facts.triangles)))}
    }
    .into_any()
}

/// The weight in every other alloy that the house uses.
fn other_alloys(volume: Option<f64>, ordered: &str, lang: Lang) -> AnyView {
    let Some(volume) = volume else { return ().into_any() };
    let ordered = Alloy::named(ordered);
    let rows = ALLOYS.iter().filter(|alloy| Some(*alloy) != ordered).map(|alloy| {
        view! {
            <tr>
                <th scope="row">{lang.material(alloy.material).into_owned()}</th>
                <td>{lang.grams(alloy.grams(volume))}</td>
            </tr>
        }
    });
    view! {
        <dt>{lang.says(Phrase::Weight)}</dt>
        <dd>
            <details class="alloys">
                <summary>{lang.says(Phrase::OtherAlloys)}</summary>
                <table><tbody>{rows.collect_view()}</tbody></table>
            </details>
        </dd>
    }
    .into_any()
}
