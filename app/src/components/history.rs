//! The order's way so far: what, when, who, and how long between.

use leptos::prelude::*;

use super::erase::Erase;
use crate::{
    domain::{HistoryStep, Timestamp},
    i18n::{Lang, Word},
};

/// The timeline, oldest first; the last step says how long it has lasted.
pub fn history(steps: &[HistoryStep], lang: Lang, now: RwSignal<Timestamp>) -> impl IntoView + use<> {
    let last = steps.len().saturating_sub(1);
    let items = steps.iter().enumerate().map(|(at, step)| {
        let next = steps.get(at + 1).map(|next| next.at);
        let lasted = next.map(|next| lang.long_span(next.seconds_since(step.at)));
        let so_far = (at == last).then(|| {
            let since = step.at;
            move || format!("{} {}", lang.long_span(now.get().seconds_since(since)), lang.t(Word::StillHere))
        });
        item(step, lang, lasted, so_far)
    });
    let items = items.collect::<Vec<_>>();
    let none = items.is_empty().then(|| view! { <p class="empty">{lang.t(Word::HistoryEmpty)}</p> });
    view! {
        <ol class="history">{items}</ol>
        {none}
    }
    .erased()
}

fn item<F>(
    step: &HistoryStep,
    lang: Lang,
    lasted: Option<String>,
    so_far: Option<F>,
) -> impl IntoView + use<F>
where
    F: Fn() -> String + Send + Clone + 'static,
{
    let who = step.by.as_ref().map(|by| by.name.clone());
    let reason = step.reason.as_ref().map(|reason| {
        view! { <q class="reason"><bdi>{reason.clone()}</bdi></q> }
    });
    view! {
        <li data-step=step.status.clone()>
            <strong><bdi>{lang.step(&step.status, step.reason.is_some()).to_owned()}</bdi></strong>
            <time datetime=step.at.to_string()>{lang.moment(step.at)}</time>
            <bdi class="by">{who.unwrap_or_else(|| lang.t(Word::BySystem).to_owned())}</bdi>
            {reason}
            <span class="lasted">{lasted} {so_far}</span>
        </li>
    }
    .erased()
}
