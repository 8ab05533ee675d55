//! The end of the bar: saved views, and the menu of the person who is signed in. No script changes it, so it is the
//! server's alone.

use leptos::prelude::*;

use super::{erase::Erase, person::initials};
use crate::{
    address,
    domain::Actor,
    i18n::{Flow, Lang, Phrase, RadarWord, Slow, Word},
};

/// The way to the saved views, where there is room for it beside the menu.
pub fn views(lang: Lang, back: &str) -> impl IntoView + use<> {
    view! { <a class="chip views" href=address::views(back) data-views>{lang.says(Phrase::Views)}</a> }
}

/// The menu. `back` is the page that it is on.
pub fn menu(actor: &Actor, lang: Lang, back: &str) -> impl IntoView + use<> {
    let other = lang.other();
    view! {
        <details class="drop menu">
            <summary aria-label=format!("{} · {}: {}", initials(&actor.name), lang.t(Word::Menu), actor.name)>
                <b class="initials" aria-hidden="true">{initials(&actor.name)}</b>
            </summary>
            <div class="sheet">
                <p class="who">
                    <bdi>{actor.name.clone()}</bdi>
                    <small>{lang.role(actor.role)}</small>
                </p>
                <a class="item" href=address::views(back) data-views>{lang.says(Phrase::ViewsTitle)}</a>
                {watched(actor, lang)}
                <a class="item" href=address::language(other.code(), back) lang=other.code() hreflang=other.code() rel="nofollow" data-lang>
                    {lang.t(Word::OtherLanguage)}
                </a>
                {choice(lang.says(Phrase::Density), "density", &[
                    ("bench", lang.says(Phrase::DensityBench)),
                    ("desk", lang.says(Phrase::DensityDesk)),
                ])}
                {choice(lang.says(Phrase::Theme), "theme", &[
                    ("auto", lang.says(Phrase::ThemeAuto)),
                    ("light", lang.says(Phrase::ThemeLight)),
                    ("dark", lang.says(Phrase::ThemeDark)),
                ])}
                <label class="item scripted">
                    <span>{lang.says(Phrase::Sound)}</span>
                    <input type="checkbox" data-sound />
                </label>
                <button type="button" class="item scripted" data-slow>
                    <span>{lang.slow(Slow::Button)}</span>
                </button>
                <p class="answer" data-slow-answer role="status"></p>
                <button type="button" class="item scripted" data-keys>
                    <span>{lang.t(Word::KeysHelp)}</span>
                    <kbd>"?"</kbd>
                </button>
                <form method="post" action="/api/logout" data-logout>
                    <button type="submit" class="item">{lang.t(Word::LogOut)}</button>
                </form>
            </div>
        </details>
    }
    .erased()
}

/// The ways to what supervisors watch, for those who may go there.
fn watched(actor: &Actor, lang: Lang) -> impl IntoView + use<> {
    actor.role.is_supervisor().then(|| {
        view! {
            <a class="item" href=address::FLOW data-flow-link>{lang.flow(Flow::Title)}</a>
            <a class="item" href="/radar" data-radar>{lang.radar(RadarWord::Title)}</a>
            <a class="item" href="/cache" data-cache>{lang.says(Phrase::CacheTitle)}</a>
            <a class="item" href=address::SLOW>{lang.slow(Slow::Title)}</a>
        }
    })
}

/// The way to the other language, where there is room for it beside the menu.
pub fn language(lang: Lang, back: &str) -> impl IntoView + use<> {
    let other = lang.other();
    view! {
        <a
            class="chip language"
            href=address::language(other.code(), back)
            lang=other.code()
            hreflang=other.code()
            rel="nofollow"
            title=lang.t(Word::OtherLanguage)
        >
            {match other {
                Lang::Ru => "RU",
                Lang::En => "EN",
            }}
        </a>
    }
    .erased()
}

/// Buttons that need a script, and show only with one.
fn choice(
    label: &'static str,
    what: &'static str,
    values: &[(&'static str, &'static str)],
) -> impl IntoView + use<> {
    let buttons = values.iter().map(|(value, words)| {
        view! { <button type="button" data-look=what data-value=*value>{*words}</button> }
    });
    view! {
        <div class="choice scripted" role="group" aria-label=label>
            <span aria-hidden="true">{label}</span>
            <span class="choices">{buttons.collect::<Vec<_>>()}</span>
        </div>
    }
    .erased()
}
