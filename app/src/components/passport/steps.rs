//! The steps of an order's way, oldest first, each with the time that it began.

use leptos::prelude::*;

use super::who::who;
use crate::{
    domain::{
        Entry, HistoryStep, OperatorName,
        passport::{Segment, Stage, Way},
    },
    i18n::{Lang, Passport},
};

type Part<'a> = Segment<&'a OperatorName>;

/// The list.
pub fn steps(entry: &Entry, way: &Way<&OperatorName>, lang: Lang) -> AnyView {
    let mut items = Vec::new();
    for (at, step) in entry.history.iter().enumerate() {
        let mut parts = way.segments.iter().filter(|part| part.step == at);
        let first = parts.next();
        items.push(item(step, first, who(step, at, way, lang), lang));
        // The moment at which the workshop heard of its order stands between two systems, as a step of its own.
        items.extend(parts.map(|part| arrival(part, lang)));
    }
    let none = items.is_empty().then(|| view! { <p class="empty">{lang.passport(Passport::WayEmpty)}</p> });
    view! {
        <ol class="history">{items}</ol>
        {none}
    }
    .into_any()
}

fn item(step: &HistoryStep, part: Option<&Part<'_>>, who: &str, lang: Lang) -> AnyView {
    let reason = step.reason.as_ref().map(|reason| {
        view! { <q class="reason"><bdi>{reason.clone()}</bdi></q> }
    });
    view! {
        <li data-step=step.status.clone() data-spent=part.map(|part| part.spent.name())>
            <strong><bdi>{lang.step(&step.status, step.reason.is_some()).to_owned()}</bdi></strong>
            <time datetime=step.at.to_string()>{lang.moment(step.at)}</time>
            <bdi class="by">{who.to_owned()}</bdi>
            {reason}
            {part.map(|part| lasted(part, lang))}
        </li>
    }
    .into_any()
}

fn arrival(part: &Part<'_>, lang: Lang) -> AnyView {
    view! {
        <li data-step="received" data-spent=part.spent.name()>
            <strong>{lang.passport(Passport::Arrived)}</strong>
            <time datetime=part.from.to_string()>{lang.moment(part.from)}</time>
            <span class="by">{lang.system(part.stage.system())}</span>
            {lasted(part, lang)}
        </li>
    }
    .into_any()
}

fn lasted(part: &Part<'_>, lang: Lang) -> AnyView {
    let what = if part.stage == Stage::Handover {
        lang.passport(Passport::OnTheWay)
    } else {
        lang.spent(part.spent)
    };
    let still = part.open.then(|| format!(", {}", lang.passport(Passport::Still)));
    view! {
        <span class="lasted" title=lang.exact_span(part.seconds())>
            {lang.long_span(part.seconds())} " · " {what} {still}
        </span>
    }
    .into_any()
}
