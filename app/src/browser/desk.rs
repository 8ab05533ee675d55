//! An order's page in the browser: commands in place, and word of changes elsewhere.

use std::time::Duration;

use leptos::{prelude::*, task::spawn_local};
use wasm_bindgen::JsCast;
use web_sys::HtmlTextAreaElement;

use super::{go, listen, post, target};
use crate::{
    components::desk::Desk,
    domain::{Command, HistoryStep, OperatorName, Timestamp},
    flash::Outcome,
};

/// How often ages are counted anew.
const TICK: Duration = Duration::from_secs(10);

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
    let ahead = desk.now.get_untracked().millis() - super::now().millis();
    set_interval(move || desk.now.set(Timestamp::from_millis(super::now().millis() + ahead)), TICK);
}

async fn carry_out(desk: Desk, command: Command, reason: Option<String>) {
    if desk.sending.get_untracked().is_some() {
        return;
    }
    desk.sending.set(Some(command));
    let card = desk.card.get_untracked();
    let seed = desk.seed.get_value();
    let outcome = post::command(&card, command, &seed, reason.as_deref()).await;
    if outcome.flash.outcome == Outcome::SignedOut {
        return go("/login");
    }
    let done = outcome.delta.and_then(|delta| delta.order);
    if let Some(card) = done.or(outcome.order.map(Box::new)) {
        if outcome.flash.outcome == Outcome::Done {
            let me = desk.me.read_value();
            let by = Some(OperatorName { login: me.login.clone(), name: me.name.clone() });
            let (status, at) = (card.status.wire().to_owned(), card.status_since);
            desk.history.update(|steps| steps.push(HistoryStep { status, at, by, reason }));
        }
        desk.card.set(*card);
    }
    desk.stale.set(outcome.flash.outcome == Outcome::Conflict);
    desk.told.set(Some(outcome.flash));
    desk.sending.set(None);
}
