//! What islands do in the browser. One listener for a kind of event on the document, whatever the number of cards.

pub mod board;
mod cards;
pub mod desk;
mod hand;
mod keys;
mod live;
mod pane;
mod post;
mod rest;
mod seen;
pub mod wake;
mod whole;
mod window;

use leptos::prelude::{document, window};
use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::{Element, Event, HtmlElement};

use crate::{
    domain::{Revision, Timestamp},
    i18n::set_wall_clock,
};

/// Times are told by the clock that the page names, from the first one on.
pub fn look_at_the_wall() {
    let told = document().document_element().and_then(|page| page.get_attribute("data-clock"));
    if let Some(Ok(minutes)) = told.map(|minutes| minutes.parse()) {
        set_wall_clock(minutes);
    }
}

/// The browser's clock.
fn now() -> Timestamp {
    #[expect(clippy::cast_possible_truncation, reason = "milliseconds since 1970 fit")]
    Timestamp::from_millis(js_sys::Date::now() as i64)
}

/// Listens on the window for as long as the page lives. One closure type for all kinds of events: each type of its
/// own would cost the program half a kilobyte.
fn listen(name: &str, act: impl FnMut(Event) + 'static) {
    attach(name, false, Box::new(act));
}

/// Listens to what does not bubble, too.
fn listen_everywhere(name: &str, act: impl FnMut(Event) + 'static) {
    attach(name, true, Box::new(act));
}

fn attach(name: &str, capture: bool, act: Box<dyn FnMut(Event)>) {
    let act = Closure::<dyn FnMut(Event)>::wrap(act);
    // A listener on the window can always be added.
    let _ = window().add_event_listener_with_callback_and_bool(name, act.as_ref().unchecked_ref(), capture);
    act.forget();
}

/// Tells the page's scripts.
fn tell(name: &str) {
    if let Ok(event) = Event::new(name) {
        // Nobody cancels it.
        let _ = window().dispatch_event(&event);
    }
}

/// The newest revision that this page has heard of; the page's scripts share it.
fn revision() -> Revision {
    let root = document().document_element();
    root.and_then(|root| root.get_attribute("data-revision")?.parse().ok()).unwrap_or_default()
}

/// Writes an attribute of `<html>`, where the page's scripts find it.
fn write(name: &str, revision: Revision) {
    if let Some(root) = document().document_element() {
        let _ = root.set_attribute(name, &revision.to_string());
    }
}

/// The element of an event's target, or one around it, that matches.
fn target(event: &Event, selector: &str) -> Option<HtmlElement> {
    let element = event.target()?.dyn_into::<Element>().ok()?;
    element.closest(selector).ok()??.dyn_into().ok()
}

/// The first element of the page that matches.
fn find(selector: &str) -> Option<HtmlElement> {
    document().query_selector(selector).ok()??.dyn_into().ok()
}

/// All elements of the page that match, in its order.
fn find_all(selector: &str) -> Vec<HtmlElement> {
    let Ok(list) = document().query_selector_all(selector) else { return Vec::new() };
    (0..list.length()).filter_map(|at| list.get(at)?.dyn_into().ok()).collect()
}

/// Goes to another page.
fn go(address: &str) {
    // A browser that refuses to leave a page has nothing to be told.
    let _ = window().location().set_href(address);
}
