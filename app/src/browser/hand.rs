//! Where the hand is: there is one pointer on a page, and nothing may move under it.

use std::{
    cell::{Cell, RefCell},
    time::Duration,
};

use leptos::prelude::{document, set_timeout};
use web_sys::{Element, PointerEvent};

use super::{listen, listen_everywhere, target};
use crate::{components::board::Held, domain::Status};
use wasm_bindgen::JsCast;

/// How long a touched column keeps its cards in place: a finger has no pointer that rests.
const AFTER_TOUCH: Duration = Duration::from_secs(6);

/// A hand that has done nothing for so long has left: what waits is shown.
const IDLE: i64 = 60_000;

thread_local! {
    static MOVED: Cell<i64> = const { Cell::new(0) };
    static POINTER: Cell<Option<usize>> = const { Cell::new(None) };
    static TOUCHED: Cell<Option<(usize, u32)>> = const { Cell::new(None) };
    /// What was touched last.
    static FINGER: RefCell<Option<Element>> = const { RefCell::new(None) };
    static PRESSES: Cell<bool> = const { Cell::new(false) };
}

/// Whether something is pressed and not yet let go: then no card may change, not even its height.
pub fn presses() -> bool {
    PRESSES.get()
}

/// The columns that a hand is on: the pointer's, the touched one, and the one whose focus is shown. They may be three.
pub fn columns() -> Held {
    if super::now().millis() - MOVED.get() > IDLE {
        return Held::default();
    }
    let touched = TOUCHED.get().map(|(at, _)| at);
    // Asked of the one element that can be it: this is asked several times for each change.
    let focused = document().active_element().filter(|it| it.matches(":focus-visible").unwrap_or_default());
    let focused = focused.and_then(|element| column_of(&element));
    let places = [POINTER.get(), touched, focused];
    std::array::from_fn(|at| places.contains(&Some(at)))
}

/// What the hand is on in a list: what was touched, what the pointer rests on, or what shows the focus.
pub fn rests_on(list: &Element) -> Option<Element> {
    let first = |selector| list.query_selector(selector).ok().flatten();
    let touched = TOUCHED.get().and_then(|_| FINGER.with_borrow(Clone::clone));
    let touched = touched.filter(|element| list.contains(Some(element)));
    // After a touch something counts as hovered for as long as nothing else is touched.
    let hovered = || POINTER.get().and_then(|_| first(":scope > :hover"));
    touched.or_else(hovered).or_else(|| first(":focus-visible"))
}

fn column_of(element: &Element) -> Option<usize> {
    let name = element.closest("[data-column]").ok()??.get_attribute("data-column")?;
    Status::COLUMNS.iter().position(|status| status.wire() == name)
}

/// Calls `moved` whenever the hand has left a column, and `released` when it has let go.
pub fn attend(moved: fn(), released: fn()) {
    listen_everywhere("pointerdown", |_| PRESSES.set(true));
    // A menu or a window that comes in between may have swallowed the end of a press: then a move tells.
    for event in ["pointerup", "pointercancel", "pointermove"] {
        listen_everywhere(event, move |event| {
            let over = event.type_() != "pointermove" || event.unchecked_ref::<PointerEvent>().buttons() == 0;
            if over && PRESSES.replace(false) {
                // After the click that follows.
                set_timeout(released, Duration::ZERO);
            }
        });
    }
    // Not a scroll: what gets higher above a hand scrolls, too, and nobody has moved.
    for event in ["pointermove", "pointerdown", "keydown", "wheel"] {
        listen_everywhere(event, |_| MOVED.set(super::now().millis()));
    }
    listen("pointerover", move |event| {
        let at = target(&event, "[data-column]").and_then(|column| column_of(&column));
        if event.unchecked_ref::<PointerEvent>().pointer_type() == "mouse" && POINTER.replace(at) != at {
            moved();
        }
    });
    listen("pointerdown", move |event| {
        let at = target(&event, "[data-column]").and_then(|column| column_of(&column));
        let mouse = event.unchecked_ref::<PointerEvent>().pointer_type() == "mouse";
        let Some(at) = at.filter(|_| !mouse) else { return };
        let turn = TOUCHED.get().map_or(0, |(_, turn)| turn + 1);
        TOUCHED.set(Some((at, turn)));
        FINGER.set(target(&event, "[data-column] .card").map(Into::into));
        let leave = move || {
            if TOUCHED.get() == Some((at, turn)) {
                TOUCHED.set(None);
                moved();
            }
        };
        set_timeout(leave, AFTER_TOUCH);
    });
    listen("pointerout", move |event| {
        let inside = event.unchecked_ref::<PointerEvent>().related_target().is_some();
        if !inside && POINTER.take().is_some() {
            moved();
        }
    });
    listen("focusout", move |_| set_timeout(moved, Duration::ZERO));
}
