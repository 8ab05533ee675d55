//! The order's model: the place that the viewer's script takes over, or why there is nothing to turn.

use leptos::prelude::*;

use super::picture::Kind;
use crate::{
    address,
    domain::Card,
    i18n::{Lang, Word},
};

/// The model of a card.
pub fn viewer(card: &Card, lang: Lang) -> AnyView {
    let ready = card.model.as_ref().map(|model| {
        view! {
            <div
                class="viewer"
                data-viewer
                data-eager
                data-src=address::model(model.sha256)
                data-size=model.size.to_string()
                data-alt=format!("{}: {}", lang.t(Word::ModelAlt), card.title)
                data-loading=lang.t(Word::ModelLoading)
                data-failed=lang.t(Word::ModelFailed)
                data-gone=lang.t(Word::ModelGone)
                data-retry=lang.t(Word::ModelRetry)
                data-no-webgl=lang.t(Word::ModelNoWebgl)
                data-unverified=lang.t(Word::ModelUnverified)
            ></div>
        }
    });
    let still = ready.is_some().then_some(match lang {
        Lang::Ru => "Чтобы повернуть модель, включите в браузере JavaScript.",
        Lang::En => "Turn JavaScript on in the browser to turn the model.",
    });
    let words = lang.model_state(card.model_state).or(ready.is_none().then(|| lang.t(Word::ModelPending)));
    view! {
        <figure class="model" data-model-state=format!("{:?}", card.model_state).to_lowercase()>
            <span class=format!("picture {}", Kind::of(&card.title).name())></span>
            {ready}
            {still.map(|words| view! { <noscript><figcaption>{words}</figcaption></noscript> })}
            {words.map(|words| view! { <figcaption>{words}</figcaption> })}
        </figure>
    }
    .into_any()
}
