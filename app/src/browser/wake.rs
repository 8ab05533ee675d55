//! What every page does: look, menus, keys, and the mark that it is awake.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Event, HtmlDialogElement, HtmlDocument, Node};

use super::{find, find_all, keys, listen, target, tell};

/// A year, in seconds.
const YEAR: u32 = 365 * 24 * 3600;

/// Wakes the page.
pub fn attend() {
    keys::attend();
    listen("click", |event| {
        look(&event);
        if target(&event, "[data-keys]").is_some()
            && let Some(Ok(dialog)) = find("#keys").map(JsCast::dyn_into::<HtmlDialogElement>)
        {
            let _ = dialog.show_modal();
        }
        let inside = event.target().and_then(|at| at.dyn_into::<Node>().ok());
        for open in find_all("details.drop[open]") {
            if !open.contains(inside.as_ref()) {
                let _ = open.remove_attribute("open");
            }
        }
    });
    if let Some(root) = document().document_element() {
        let _ = root.set_attribute("data-hydrated", "");
    }
    tell("verstak:awake");
}

/// Theme and density: at once on this page, and in a cookie for the next.
fn look(event: &Event) {
    let Some(button) = target(event, "[data-look]") else { return };
    let data = button.dataset();
    let (Some(name), Some(value)) = (data.get("look"), data.get("value")) else { return };
    if let Some(root) = document().document_element() {
        let _ = root.set_attribute(&format!("data-{name}"), &value);
    }
    let cookie = format!("{name}={value}; Path=/; Max-Age={YEAR}; SameSite=Lax");
    if let Ok(page) = document().dyn_into::<HtmlDocument>() {
        let _ = page.set_cookie(&cookie);
    }
}
