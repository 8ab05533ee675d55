//! The order's model: the place that the viewer's script takes over, or why there is nothing to turn.

use leptos::prelude::*;

use super::picture::picture_of;
use crate::{
    address,
    domain::{Card, CardModel, Entry, ModelFacts},
    i18n::{Lang, Phrase, Word},
};

/// The model of an order.
pub fn viewer(entry: &Entry, lang: Lang) -> AnyView {
    let card = &entry.card;
    let shown = |model| Shown { card, model, facts: entry.model_facts.as_ref(), eager: true };
    let ready = card.model.as_ref().map(|model| host(Some(shown(model)), lang));
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

/// What `public/offline.js` shows models with where no page can be had: the place, and all of its words.
pub fn viewer_words(lang: Lang) -> AnyView {
    view! { <template id="viewer-words" data-back=lang.t(Word::Back)>{host(None, lang)}</template> }
        .into_any()
}

/// A model of a card.
pub(super) struct Shown<'a> {
    pub card: &'a Card,
    pub model: &'a CardModel,
    pub facts: Option<&'a ModelFacts>,
    /// At once, else as soon as it is seen.
    pub eager: bool,
}

/// Where the viewer's script shows a model.
pub(super) fn host(shown: Option<Shown<'_>>, lang: Lang) -> AnyView {
    let (shown, alt) = (shown.as_ref(), lang.says(Phrase::ModelAlt));
    let facts = shown.and_then(|it| it.facts);
    view! {
        <div
            class="viewer"
            data-viewer
            data-eager=shown.is_some_and(|it| it.eager).then_some("")
            data-src=shown.map(|it| address::model(it.model.sha256))
            data-size=shown.map(|it| it.model.size.to_string())
            data-triangles=facts.map(|it| it.triangles.to_string())
            data-pixels=facts.map(|it| it.pixels.to_string())
            data-alt=shown.map_or_else(|| alt.to_owned(), |it| format!("{alt}: {}", it.card.title))
            data-loading=lang.says(Phrase::ModelLoading)
            data-failed=lang.says(Phrase::ModelFailed)
            data-away=lang.says(Phrase::ModelAway)
            data-gone=lang.says(Phrase::ModelGone)
            data-retry=lang.says(Phrase::ModelRetry)
            data-no-webgl=lang.says(Phrase::ModelNoWebgl)
            data-unverified=lang.says(Phrase::ModelUnverified)
            data-troubled=lang.says(Phrase::ModelTroubled)
            data-material=shown.map(|it| it.card.material.clone())
            data-tools=lang.tools()
        ></div>
    }
    .into_any()
}
