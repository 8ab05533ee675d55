//! Single keys. They go by the key's place, so that ЙЦУКЕН and QWERTY are alike, and act only when no other key
//! follows at once: a scanner types fast.

use std::{
    cell::{Cell, RefCell},
    time::Duration,
};

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{HtmlDialogElement, HtmlElement, KeyboardEvent};

use super::{
    board, find, find_all, go, listen,
    window::{Step, newest, step},
};
use crate::scanner::Scanner;

/// How long a single key waits for another one.
const ALONE: Duration = Duration::from_millis(80);
/// How long `G` waits for where to.
const CHORD_TIME: f64 = 1_500.0;
/// Where the switch for single keys is remembered.
const STORED: &str = "verstak.keys";

thread_local! {
    static SCANNER: RefCell<Scanner> = RefCell::default();
    /// Counts key presses, so that a key knows whether another one has followed.
    static TURN: Cell<u32> = const { Cell::new(0) };
    /// When `G` was pressed; 0 when it was not the last key.
    static CHORD: Cell<f64> = const { Cell::new(0.0) };
}

/// Listens to the whole page.
pub fn attend() {
    listen("keydown", |event| {
        TURN.set(TURN.get().wrapping_add(1));
        let event: KeyboardEvent = event.unchecked_into();
        if event.ctrl_key() || event.meta_key() || event.alt_key() || event.is_composing() {
            return;
        }
        if !is_private(&event) {
            let scanned = SCANNER
                .with_borrow_mut(|scanner| scanner.press(&event.key(), &event.code(), event.time_stamp()));
            if let Some(number) = scanned {
                event.prevent_default();
                return go(&crate::address::order(&number));
            }
        }
        if is_typing(&event) || find("dialog[open]").is_some() {
            return escape(&event);
        }
        let (code, key, mine) = (event.code(), event.key(), TURN.get());
        let at_once = matches!(
            code.as_str(),
            "ArrowDown" | "ArrowUp" | "PageDown" | "PageUp" | "Home" | "End" | "Enter" | "Slash"
        ) || key == "/"
            || key == "?";
        if !at_once && !are_on() {
            return;
        }
        if at_once {
            if act(&code, &key, &event) {
                event.prevent_default();
            }
            return;
        }
        let later = move || {
            if TURN.get() == mine {
                act(&code, &key, &event);
            }
        };
        set_timeout(later, ALONE);
    });
    switch();
}

/// Passwords and reasons are nobody's order numbers.
fn is_private(event: &KeyboardEvent) -> bool {
    super::target(event, "textarea, input[type=password], input[name=login]").is_some()
}

fn is_typing(event: &KeyboardEvent) -> bool {
    super::target(event, "input, textarea, select, [contenteditable], model-viewer").is_some()
}

fn escape(event: &KeyboardEvent) {
    if event.key() == "Escape"
        && let Some(field) = super::target(event, "[data-testid=search]")
    {
        let _ = field.blur();
    }
}

/// Does what the key says; whether it meant anything.
fn act(code: &str, key: &str, event: &KeyboardEvent) -> bool {
    let going = event.time_stamp() - CHORD.get() < CHORD_TIME && CHORD.get() > 0.0;
    CHORD.set(0.0);
    match (code, key) {
        ("KeyB", _) if going => go("/"),
        ("KeyO", _) if going => go("/?mine=1"),
        ("KeyF", _) if going => go("/?free=1"),
        ("KeyG", _) => CHORD.set(event.time_stamp()),
        (_, "?") => help(),
        (_, "/") | ("Slash", _) => return search(),
        ("KeyJ", _) | ("ArrowDown", _) => return step(Step::By(1)),
        ("KeyK", _) | ("ArrowUp", _) => return step(Step::By(-1)),
        ("PageDown", _) => return step(Step::Page(1)),
        ("PageUp", _) => return step(Step::Page(-1)),
        ("Home", _) => return step(Step::First),
        ("End", _) => return step(Step::Last),
        ("KeyT", _) => press(&["take"]),
        ("KeyD", _) => press(&["complete", "pack"]),
        ("KeyN", _) => to_newest(),
        ("Enter", _) => return open(event),
        ("Escape", _) => close(),
        _ => return false,
    }
    true
}

fn search() -> bool {
    let Some(field) = find("[data-testid=search]") else { return false };
    let _ = field.focus();
    field.dyn_into::<web_sys::HtmlInputElement>().map(|field| field.select()).is_ok()
}

fn help() {
    if let Some(Ok(dialog)) = find("#keys").map(JsCast::dyn_into::<HtmlDialogElement>) {
        // Already open is open.
        let _ = dialog.show_modal();
    }
}

fn close() {
    for open in find_all("details.drop[open]") {
        let _ = open.remove_attribute("open");
    }
}

fn current() -> Option<HtmlElement> {
    document().active_element()?.closest("[data-order]").ok()??.dyn_into().ok()
}

fn press(actions: &[&str]) {
    let on_order = find("main.order [data-order]");
    let Some(card) = current().or(on_order) else { return };
    let button = actions
        .iter()
        .find_map(|action| card.query_selector(&format!("[data-action={action}]")).ok().flatten());
    if let Some(Ok(button)) = button.map(JsCast::dyn_into::<HtmlElement>) {
        button.click();
    }
}

fn to_newest() {
    if let Some(waiting) = find("#MANUFACTURING_APPROVED [data-arrivals]") {
        waiting.click();
    }
    if let Some(board) = board::current() {
        newest(board);
    }
}

fn open(event: &KeyboardEvent) -> bool {
    let Some(card) = super::target(event, "li[data-order]").filter(|card| Some(card) == active().as_ref())
    else {
        return false;
    };
    let link = card.query_selector("[data-action=open]").ok().flatten();
    // As by the pointer: without a connection the page's script shows the order here (`public/offline.js`).
    link.and_then(|link| link.dyn_into::<HtmlElement>().ok()).inspect(HtmlElement::click).is_some()
}

fn active() -> Option<HtmlElement> {
    document().active_element()?.dyn_into().ok()
}

fn are_on() -> bool {
    let stored =
        window().local_storage().ok().flatten().and_then(|store| store.get_item(STORED).ok().flatten());
    stored.as_deref() != Some("off")
}

fn switch() {
    let Some(Ok(switch)) = find("[data-single-keys]").map(JsCast::dyn_into::<web_sys::HtmlInputElement>)
    else {
        return;
    };
    switch.set_checked(are_on());
    listen("change", move |event| {
        if super::target(&event, "[data-single-keys]").is_none() {
            return;
        }
        if let Ok(Some(store)) = window().local_storage() {
            // A browser that keeps nothing forgets the choice.
            let _ = store.set_item(STORED, if switch.checked() { "on" } else { "off" });
        }
    });
}
