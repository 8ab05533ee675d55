//! The log-in.

use leptos::prelude::*;
use leptos_meta::Title;

use super::{here, visit};
use crate::{
    address,
    components::{bar::brand, notice::notice},
    i18n::{Phrase, Word},
    islands::Wake,
};

/// A plain form; what went wrong the last time stands above it.
#[component]
pub fn LoginPage() -> AnyView {
    let visit = visit();
    let lang = visit.lang;
    let other = lang.other();
    // After a wrong password the name is typed already.
    let typed =
        visit.flash.as_ref().filter(|told| told.command.is_none()).and_then(|told| told.reason.clone());
    let known = typed.is_some();
    view! {
        <Title text=lang.t(Word::LogIn) />
        <main class="entry" id="content">
            <h1>{brand(lang)}</h1>
            <p class="tagline">{lang.says(Phrase::Tagline)}</p>
            {notice(visit.flash.as_ref(), lang, false)}
            <form class="login" method="post" action="/api/login">
                <label for="login">{lang.says(Phrase::LoginName)}</label>
                <input
                    id="login"
                    name="login"
                    required
                    maxlength="64"
                    autocomplete="username"
                    autocapitalize="none"
                    spellcheck="false"
                    value=typed
                    autofocus=!known
                />
                <label for="password">{lang.says(Phrase::Password)}</label>
                <input
                    id="password"
                    name="password"
                    type="password"
                    required
                    maxlength="200"
                    autocomplete="current-password"
                    autofocus=known
                />
                <button type="submit" class="primary">{lang.t(Word::LogIn)}</button>
            </form>
            <p class="hint">{lang.says(Phrase::LoginHelp)}</p>
            <a href=address::language(other.code(), &here()) lang=other.code() hreflang=other.code() rel="nofollow" data-lang>
                {lang.t(Word::OtherLanguage)}
            </a>
        </main>
        <Wake lang />
    }
    .into_any()
}
