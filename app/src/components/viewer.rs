//! The order's model: the place that the viewer's script takes over, or why there is nothing to turn.

use leptos::prelude::*;

use super::picture::picture_of;
use crate::{
    address,
    domain::{Card, CardModel, Entry},
    i18n::{Lang, Phrase, Word},
};

/// The model of an order.
pub fn viewer(entry: &Entry, lang: Lang) -> AnyView {
    let card = &entry.card;
    let triangles = entry.model_facts.as_ref().map(|facts| facts.triangles);
    let ready = card.model.as_ref().map(|model| host(card, model, triangles, lang, true));
    let still = ready.is_some().then(|| lang.says(Phrase::ModelNeedsScript));
    let words = lang.model_state(card.model_state).or(ready.is_none().then(|| lang.t(Word::ModelPending)));
    view! {
        <figure class="model" data-model-state=format!("{:?}", card.model_state).to_lowercase()>
            {picture_of(card)}
            {ready}
            {still.map(|words| view! { <noscript><figcaption>{words}</figcaption></noscript> })}
            {words.map(|words| view! { <figcaption>{words}</figcaption> })}
        </figure>
    }
    .into_any()
}

/// Where the viewer's script shows a model of this card: at once when `eager`, else as soon as it is seen.
pub(super) fn host(
    card: &Card,
    model: &CardModel,
    triangles: Option<u64>,
    lang: Lang,
    eager: bool,
) -> AnyView {
    view! {
        <div
            class="viewer"
            data-viewer
            data-eager=eager.then_some("")
            data-src=address::model(model.sha256)
            data-size=model.size.to_string()
            data-triangles=triangles.map(|count| count.to_string())
            data-alt=format!("{}: {}", lang.says(Phrase::ModelAlt), card.title)
            data-loading=lang.says(Phrase::ModelLoading)
            data-failed=lang.says(Phrase::ModelFailed)
            data-gone=lang.says(Phrase::ModelGone)
            data-retry=lang.says(Phrase::ModelRetry)
            data-no-webgl=lang.says(Phrase::ModelNoWebgl)
            data-unverified=lang.says(Phrase::ModelUnverified)
            data-troubled=lang.says(Phrase::ModelTroubled)
            data-material=card.material.clone()
            data-tools=lang.tools()
        ></div>
    }
    .into_any()
}
