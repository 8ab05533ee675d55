//! Messages that could not be taken in: why, what they say, and the buttons that put it right. Everything in them was
//! written by somebody else, and is shown as text.

use leptos::prelude::*;

use crate::{
    domain::Timestamp,
    i18n::{Lang, RadarWord},
    radar::{Known, Letter, Settled},
};

/// Letters of one page.
const PAGE: u32 = 50;

pub(super) fn letters(known: &Known, after: u32, seed: &str, now: Timestamp, lang: Lang) -> AnyView {
    let total = known.letters.total;
    let items = known.letters.items.iter().map(|letter| item(letter, seed, now, lang)).collect::<Vec<_>>();
    let settled = (!known.settled.is_empty()).then(|| settled(&known.settled, now, lang));
    view! {
        <section class="panel letters" data-figure="letters" data-count=total.to_string()>
            <h2>{lang.radar(RadarWord::Letters)} " " <b>{lang.at_least(total)}</b></h2>
            {if total == 0 {
                view! { <p class="empty">{lang.radar(RadarWord::LettersNone)}</p> }.into_any()
            } else {
                view! {
                    <p class="hint">{lang.radar(RadarWord::LettersLead)}</p>
                    <form method="post" action="/api/replay" data-all>
                        <input type="hidden" name="letter" value="all" />
                        <input type="hidden" name="request_id" value=format!("{seed}-all") />
                        <button type="submit" class="primary">{lang.radar(RadarWord::ReplayAll)}</button>
                    </form>
                    <ol class="mail" start=(after + 1).to_string()>{items}</ol>
                    {pages(total, after, lang)}
                }
                .into_any()
            }}
            {settled}
        </section>
    }
    .into_any()
}

fn item(letter: &Letter, seed: &str, now: Timestamp, lang: Lang) -> AnyView {
    let wrong = letter.detail.split("; ").filter(|complaint| !complaint.is_empty()).map(|complaint| {
        let (field, rule) = complaint.split_once(' ').unwrap_or((complaint, ""));
        view! { <li><code>{field.to_owned()}</code> " " <bdi>{lang.rule(rule)}</bdi></li> }
    });
    let wrong = wrong.collect::<Vec<_>>();
    let times = (letter.times > 1).then(|| format!(" · ×{}", lang.number(u64::from(letter.times))));
    let tries = (letter.tries > 0).then(|| {
        let tried = lang.still_bad(letter.tries);
        view! { <p class="tried">{tried}</p> }
    });
    let id = letter.id.to_string();
    let again = letter.is_whole.then(|| {
        button("/api/replay", &id, format!("{seed}-{id}"), lang.radar(RadarWord::Replay), "primary", None)
    });
    let cut = (!letter.is_whole).then(|| view! { <p class="hint">{lang.radar(RadarWord::Cut)}</p> });
    let away = button(
        "/api/dismiss",
        &id,
        format!("{seed}-d-{id}"),
        lang.radar(RadarWord::Dismiss),
        "second",
        Some(lang.radar(RadarWord::DismissHint)),
    );
    view! {
        <li data-letter=id data-reason=letter.reason.clone()>
            <p class="why"><b>{lang.letter_reason(&letter.reason)}</b></p>
            <p class="when">
                <time datetime=letter.last_at.to_string()>{lang.moment(letter.last_at)}</time>
                " · " {lang.ago(letter.last_at, now)} {times} " · " {lang.bytes(letter.bytes)}
            </p>
            {(!wrong.is_empty()).then(|| view! { <ul class="wrong" aria-label=lang.radar(RadarWord::Wrong)>{wrong}</ul> })}
            {tries}
            {cut}
            <details>
                <summary>{lang.radar(RadarWord::ShowBody)}</summary>
                <pre dir="ltr" translate="no" tabindex="0">{letter.excerpt.clone()} {(!is_shown(letter)).then_some("…")}</pre>
            </details>
            <div class="ways">{again} {away}</div>
        </li>
    }
    .into_any()
}

/// Whether the excerpt is all of it.
fn is_shown(letter: &Letter) -> bool {
    letter.excerpt.len() as u64 >= letter.bytes
}

fn button(
    action: &'static str,
    id: &str,
    request: String,
    words: &'static str,
    class: &'static str,
    title: Option<&'static str>,
) -> AnyView {
    view! {
        <form method="post" action=action>
            <input type="hidden" name="letter" value=id.to_owned() />
            <input type="hidden" name="request_id" value=request />
            <button type="submit" class=class title=title>{words}</button>
        </form>
    }
    .into_any()
}

fn pages(total: u64, after: u32, lang: Lang) -> AnyView {
    let to = |after: u32| if after == 0 { "/radar".to_owned() } else { format!("/radar?after={after}") };
    let before = (after > 0).then(|| {
        view! { <a class="second" rel="prev" href=to(after.saturating_sub(PAGE))>{lang.radar(RadarWord::Previous)}</a> }
    });
    let next = (u64::from(after) + u64::from(PAGE) < total).then(|| {
        view! { <a class="second" rel="next" href=to(after.saturating_add(PAGE))>{lang.radar(RadarWord::Next)}</a> }
    });
    view! { <p class="ways">{before} {next}</p> }.into_any()
}

fn settled(settled: &[Settled], now: Timestamp, lang: Lang) -> AnyView {
    let items = settled.iter().map(|letter| {
        let by = letter.by.clone().map(|by| view! { " · " <bdi>{by}</bdi> });
        view! {
            <li data-settled=letter.id.to_string() data-outcome=letter.outcome.clone()>
                <b>{lang.letter_outcome(&letter.outcome).to_owned()}</b>
                " · " {lang.ago(letter.at, now)} {by}
                <pre dir="ltr" translate="no">{first_line(&letter.excerpt)}</pre>
            </li>
        }
    });
    view! {
        <details class="settled">
            <summary>{lang.radar(RadarWord::Settled)}</summary>
            <ul>{items.collect::<Vec<_>>()}</ul>
        </details>
    }
    .into_any()
}

/// Enough to know it again.
fn first_line(excerpt: &str) -> String {
    excerpt.lines().next().unwrap_or_default().chars().take(160).collect()
}
