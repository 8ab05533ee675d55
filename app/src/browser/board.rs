//! The board in the browser: commands in place, views without a page load, changes as they come.

use std::{cell::Cell, time::Duration};

use leptos::{prelude::*, task::spawn_local};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Event, HtmlInputElement, MouseEvent, UrlSearchParams};

use super::{find, go, hand, listen, live, post, seen, target, window as panes};
use crate::{
    address,
    components::{board::Board, card::Extra},
    domain::{BoardView, Command, OrderId, Timestamp},
    flash::{Flash, Outcome},
    projection::{Projection, Slot},
};

/// How often ages are counted anew.
const TICK: Duration = Duration::from_secs(10);
/// An answer that comes within this is told by itself: that it is waited for would only flash (Nielsen 1993: up to 0.1 s
/// feels instantaneous).
const PROMPT: Duration = Duration::from_millis(80);
/// How long a receipt stays on its card.
const RECEIPT: Duration = Duration::from_secs(12);

/// Brings the server-rendered board to life.
pub fn attend(board: Board) {
    BOARD.set(Some(board));
    commands(board);
    views(board);
    panes::attend(board);
    hand::attend(settle, panes::catch_up);
    arrivals(board);
    clock(board);
    seen::attend(board);
    live::attend(board);
}

thread_local! {
    /// The board of this page.
    static BOARD: Cell<Option<Board>> = const { Cell::new(None) };
    /// A search has been carried out in this frame, and another one waits for the next.
    static SEARCHED: Cell<bool> = const { Cell::new(false) };
    static AGAIN: Cell<bool> = const { Cell::new(false) };
}

/// The board of this page, if it is one's page.
pub fn current() -> Option<Board> {
    BOARD.get()
}

/// Nothing moves under a hand; when it leaves, the column catches up.
fn settle() {
    if let Some(board) = BOARD.get() {
        board.settle(hand::columns());
    }
}

fn commands(board: Board) {
    listen("submit", move |event| {
        let Some(form) = target(&event, "form[data-command]") else { return };
        let command = form.dataset().get("command").and_then(|name| Command::named(&name));
        let id = form
            .closest("[data-order-id]")
            .ok()
            .flatten()
            .and_then(|card| card.get_attribute("data-order-id"));
        if let (Some(command), Some(Ok(id))) = (command, id.map(|id| id.parse())) {
            event.prevent_default();
            spawn_local(carry_out(board, id, command));
        }
    });
}

/// Never optimistic: the card changes when the server has answered.
async fn carry_out(board: Board, id: OrderId, command: Command) {
    let Some(slot) = board.projection.with_value(|projection| projection.slot(id)) else { return };
    let card = board.projection.with_value(|projection| projection.card(slot).cloned());
    let Some(card) = card.filter(|_| board.extra(slot).sending.is_none()) else { return };
    let outcome = post::command(&card, command, &board.seed.get_value(), None);
    board.note(slot, Extra { sending: Some(command), told: None });
    let still_waits = move || {
        if board.extra(slot).sending.is_some() {
            board.draw(slot);
        }
    };
    set_timeout(still_waits, PROMPT);
    let outcome = outcome.await;
    if outcome.flash.outcome == Outcome::SignedOut {
        return go("/login");
    }
    board.note(slot, Extra { sending: None, told: Some(outcome.flash.clone()) });
    board.said.set(board.lang.told(&outcome.flash));
    let held = hand::columns();
    if let Some(delta) = outcome.delta {
        board.hear(vec![delta], held);
    } else if let Some(card) = outcome.order {
        board.correct(card, held);
    }
    // The stream may have brought the change before; then this draws what is told, and else it has nothing left to draw.
    board.draw(slot);
    if outcome.flash.outcome == Outcome::Done {
        set_timeout(move || untell(board, slot, &outcome.flash), RECEIPT);
    }
}

fn untell(board: Board, slot: Slot, flash: &Flash) {
    let extra = board.extra(slot);
    if extra.told.as_ref() == Some(flash) {
        board.touch(slot, Extra { told: None, ..extra });
    }
}

/// Search, filters and order without a page load, once every order is here.
fn views(board: Board) {
    listen("input", move |event| {
        let Some(input) = target(&event, "[data-testid=search]") else { return };
        let Ok(input) = input.dyn_into::<HtmlInputElement>() else { return };
        board.view.update(|view| view.q = input.value());
        search(board);
    });
    listen("submit", move |event| enter(board, &event));
    listen("click", move |event| {
        if let Some(link) = target(&event, "a[hreflang]") {
            // The view may be another than when the page was made.
            let code = link.get_attribute("hreflang").unwrap_or_default();
            let back = address::board(&board.view.read_untracked());
            // An attribute of this name can always be set.
            let _ = link.set_attribute("href", &address::language(&code, &back));
            return;
        }
        let mouse = event.unchecked_ref::<MouseEvent>();
        if event.default_prevented()
            || mouse.button() != 0
            || mouse.ctrl_key()
            || mouse.meta_key()
            || mouse.shift_key()
        {
            return;
        }
        let Some(link) = target(&event, "a[data-filter], a[data-sort], a[data-stage], .more a") else {
            return;
        };
        if !board.projection.with_value(Projection::is_whole) {
            return;
        }
        event.prevent_default();
        let href = link.get_attribute("href").unwrap_or_default();
        show(board, view_of(href.split_once('?').map_or("", |(_, query)| query)));
        remember(&board.view.get_untracked(), true);
        if let Some(open) = find("details.sorts[open]") {
            let _ = open.remove_attribute("open");
        }
    });
    listen("popstate", move |_| {
        let query = window().location().search().unwrap_or_default();
        show(board, view_of(query.trim_start_matches('?')));
    });
}

/// Enter in the search leaves the view as it is. The form itself would go back to what else was filtered when the page
/// was made; before every order is here the server is asked for the view as it is now.
fn enter(board: Board, event: &Event) {
    if target(event, "form.search").is_none() {
        return;
    }
    event.prevent_default();
    if let Some(field) = field() {
        // Typed, perhaps, before anybody listened.
        board.view.update(|view| view.q = field.value());
        // As with another page: single keys are the cards' again, and a tablet's keyboard goes.
        let _ = field.blur();
    }
    if board.projection.with_value(Projection::is_whole) {
        search(board);
    } else {
        go(&address::board(&board.view.get_untracked()));
    }
}

fn field() -> Option<HtmlInputElement> {
    find("[data-testid=search]")?.dyn_into().ok()
}

/// At once, so that the wait for the next frame is not idle; but once a frame, however fast the keys: a scanner's
/// come several in one.
fn search(board: Board) {
    if SEARCHED.replace(true) {
        return AGAIN.set(true);
    }
    board.look();
    panes::top();
    request_animation_frame(move || {
        SEARCHED.set(false);
        if AGAIN.take() {
            search(board);
        }
        set_timeout(move || remember(&board.view.get_untracked(), false), Duration::ZERO);
    });
}

fn show(board: Board, view: BoardView) {
    if let Some(field) = field() {
        field.set_value(&view.q);
    }
    board.view.set(view);
    board.look();
    panes::top();
}

fn view_of(query: &str) -> BoardView {
    let Ok(pairs) = UrlSearchParams::new_with_str(query) else { return BoardView::default() };
    let keys = ["q", "status", "mine", "free", "rush", "overdue", "operator", "new", "sort"];
    let pairs: Vec<_> = keys.into_iter().filter_map(|key| Some((key, pairs.get(key)?))).collect();
    BoardView::from_query(pairs.iter().map(|(key, value)| (*key, value.as_str())))
}

/// The view lives in the address, so that it can be shared. Typing does not fill the history.
fn remember(view: &BoardView, new_entry: bool) {
    let Ok(history) = window().history() else { return };
    let (state, address) = (JsValue::NULL, address::board(view));
    // A browser that forbids it (a sandboxed frame) still shows the view.
    let _ = if new_entry {
        history.push_state_with_url(&state, "", Some(&address))
    } else {
        history.replace_state_with_url(&state, "", Some(&address))
    };
}

/// What waits above a column is shown on request.
fn arrivals(board: Board) {
    listen("click", move |event| {
        let Some(button) = target(&event, "[data-arrivals]") else { return };
        if let Some(column) = button.closest("[data-column]").ok().flatten() {
            column.set_scroll_top(0);
        }
        board.look();
        panes::soon();
    });
}

/// Ages tick by the server's clock: the browser's may be wrong by any amount, but not its pace.
fn clock(board: Board) {
    let ahead = board.now.get_value().millis() - super::now().millis();
    let tick = move || board.tick(Timestamp::from_millis(super::now().millis() + ahead), hand::columns());
    set_interval(tick, TICK);
}
