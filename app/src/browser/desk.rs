//! An order's page in the browser: commands in place, and changes that were made elsewhere.

use leptos::{prelude::*, task::spawn_local};
use serde::Deserialize;
use wasm_bindgen::JsCast;
use web_sys::HtmlTextAreaElement;

use super::{go, listen, live, post, target, tell};
use crate::{
    components::desk::Desk,
    domain::{Card, Command},
    flash::Outcome,
};

/// The order as the server shows it now; found by `public/order.js`.
#[derive(Deserialize)]
struct Found {
    card: Card,
}

/// Brings the server-rendered order to life.
pub fn attend(desk: Desk) {
    listen("submit", move |event| {
        let Some(form) = target(&event, "form[data-command]") else { return };
        let Some(command) = form.dataset().get("command").and_then(|name| Command::named(&name)) else {
            return;
        };
        event.prevent_default();
        let reason = form.query_selector("textarea").ok().flatten();
        let reason =
            reason.and_then(|text| text.dyn_into::<HtmlTextAreaElement>().ok()).map(|text| text.value());
        spawn_local(carry_out(desk, command, reason));
    });
    listen("verstak:order", move |event| {
        let Some(found) = live::read::<Found>(&event) else { return };
        if found.card.version < desk.card.read_untracked().version {
            return;
        }
        if *desk.card.read_untracked() != found.card {
            desk.card.set(found.card);
        }
    });
}

async fn carry_out(desk: Desk, command: Command, reason: Option<String>) {
    if desk.sending.get_untracked().is_some() {
        return;
    }
    let card = desk.card.get_untracked();
    let outcome = post::command(&card, command, &desk.seed.get_value(), reason.as_deref());
    desk.sending.set(Some(command));
    let outcome = outcome.await;
    if outcome.flash.outcome == Outcome::SignedOut {
        return go("/login");
    }
    let done = outcome.delta.and_then(|delta| delta.order);
    if let Some(card) = done.or(outcome.order.map(Box::new)) {
        desk.card.set(*card);
    }
    desk.told.set(Some(outcome.flash));
    desk.sending.set(None);
    // What has become of the passport, whoever won.
    tell("verstak:refresh");
}
