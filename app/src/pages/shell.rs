//! The document around every page.

use leptos::prelude::*;
use leptos_meta::{HashedStylesheet, MetaTags};

use super::{App, visit};
use crate::{
    components::own::script,
    domain::Actor,
    i18n::{Phrase, wall_clock},
};

/// Idle time may never come: a browser that draws no frames has none, and the page would not wake. So it gets a deadline, ms.
const IDLE_DEADLINE: &str = "if('requestIdleCallback'in window){const idle=requestIdleCallback.bind(window);\
    requestIdleCallback=(work,options)=>idle(work,{timeout:500,...options})}";

/// The document. Its `data-` attributes are what the scripts of `public/` start from.
pub fn shell(options: LeptosOptions) -> impl IntoView {
    let visit = visit();
    let user = use_context::<Actor>().map(|actor| actor.login);
    let nonce = leptos::nonce::use_nonce();
    view! {
        <!DOCTYPE html>
        <html
            lang=visit.lang.code()
            data-user=user
            data-theme=visit.theme.name()
            data-density=visit.density.name()
            data-clock=wall_clock().to_string()
            data-worker=visit.worker_off.then_some("off")
        >
            <head>
                <meta charset="utf-8" />
                <meta name="viewport" content="width=device-width, initial-scale=1" />
                <meta name="color-scheme" content="light dark" />
                <meta name="theme-color" content="#f4f2ee" media="(prefers-color-scheme: light)" />
                <meta name="theme-color" content="#191816" media="(prefers-color-scheme: dark)" />
                <link rel="icon" href="/favicon.svg" type="image/svg+xml" />
                <link rel="manifest" href="/manifest.webmanifest" />
                <HashedStylesheet options=options.clone() id="verstak-style" />
                <AutoReload options=options.clone() />
                <script nonce=nonce>{IDLE_DEADLINE}</script>
                <HydrationScripts options islands=true />
                {script("client.js")}
                <MetaTags />
            </head>
            <body>
                <a class="skip" href="#content">{visit.lang.says(Phrase::SkipToContent)}</a>
                <App />
            </body>
        </html>
    }
}
