//! The window over each column: of its cards, those on the screen and some around them are in the page. Whatever
//! changes, the first card that can be seen stays where it is, and the one that has the focus stays in the page.

use std::{
    cell::{Cell, RefCell},
    ops::Range,
    sync::Arc,
};

use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{
    CustomEvent, CustomEventInit, FocusOptions, HtmlElement, ScrollIntoViewOptions, ScrollLogicalPosition,
};

use super::{find, listen};
use crate::{
    components::{
        board::{Board, Change},
        window::{Heights, Strip, limit},
    },
    domain::Status,
    projection::Slot,
};

/// What a list of cards is told.
pub enum Draw<'a> {
    /// Show these, in this order.
    These(&'a [Slot]),
    /// Draw this one again, if it is there.
    Again(Slot),
}

/// A way through the cards.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// So many cards on, and on to the next column.
    By(isize),
    /// So many screens on.
    Page(isize),
    /// To the first of the column.
    First,
    /// To the last of the column.
    Last,
}

struct Pane {
    board: Board,
    at: usize,
    column: HtmlElement,
    cards: HtmlElement,
    draw: Box<dyn FnMut(Draw<'_>)>,
    heights: Heights,
    across: usize,
    width: f64,
    /// The list as it was drawn, and which rows of it.
    list: Arc<Vec<Slot>>,
    rows: Range<usize>,
    drawn: Vec<Slot>,
    /// Has the focus, and is in the page for that alone.
    kept: Option<Slot>,
    /// Rows on the screen.
    seen: Range<usize>,
}

thread_local! {
    static PANES: RefCell<Vec<Pane>> = const { RefCell::new(Vec::new()) };
    static DUE: Cell<bool> = const { Cell::new(false) };
}

/// Takes the cards of a column over from the first screen.
pub fn take_over(board: Board, at: usize, draw: Box<dyn FnMut(Draw<'_>)>) {
    let Some(column) = find(&format!("#{}", Status::COLUMNS[at].wire())) else { return };
    let Some(Ok(cards)) = column.query_selector(".cards").ok().flatten().map(JsCast::dyn_into) else {
        return;
    };
    PANES.with_borrow_mut(|panes| {
        panes.push(Pane {
            board,
            at,
            column,
            cards,
            draw,
            heights: Heights::default(),
            across: 1,
            width: 0.0,
            list: Arc::default(),
            rows: 0..0,
            drawn: board.first(at),
            kept: None,
            seen: 0..0,
        });
    });
}

/// Listens to what moves the window.
pub fn attend(board: Board) {
    board.paint.set_value(Some(paint));
    for event in ["scroll", "resize", "focusin"] {
        listen(event, |_| soon());
    }
    soon();
}

fn paint(change: Change) {
    PANES.with_borrow_mut(|panes| {
        for pane in panes.iter_mut() {
            match change {
                Change::Card(slot) => (pane.draw)(Draw::Again(slot)),
                Change::All => pane.drawn.iter().for_each(|slot| (pane.draw)(Draw::Again(*slot))),
                Change::Lists => {}
            }
        }
        if let (Some(pane), Change::Card(slot)) = (panes.first(), change) {
            tell_if_gone(pane.board, slot);
        }
    });
    soon();
}

/// For the worker that keeps models: the order has left the board, whether or not its card was in the page.
fn tell_if_gone(board: Board, slot: Slot) {
    let id = board.projection.with_value(|projection| {
        let gone = projection.card(slot).is_none();
        projection.last(slot).filter(|_| gone).map(|card| card.id.to_string())
    });
    if let Some(id) = id {
        let detail = CustomEventInit::new();
        detail.set_detail(&JsValue::from_str(&id));
        if let Ok(event) = CustomEvent::new_with_event_init_dict("verstak:gone", &detail) {
            let _ = document().dispatch_event(&event);
        }
    }
}

/// Brings the window to where the screen is, with the next frame.
pub fn soon() {
    if !DUE.replace(true) {
        request_animation_frame(|| {
            DUE.set(false);
            slide();
        });
    }
}

/// Brings the window to where the screen is.
fn slide() {
    let unsettled = PANES.with_borrow_mut(|panes| panes.iter_mut().filter_map(Pane::slide).any(|more| more));
    if unsettled {
        soon();
    }
}

/// Another view begins at its top.
pub fn top() {
    PANES.with_borrow_mut(|panes| {
        for pane in panes.iter_mut() {
            pane.column.set_scroll_top(0);
        }
    });
    slide();
}

/// Moves the focus; whether there was anywhere to go.
pub fn step(step: Step) -> bool {
    PANES.with_borrow_mut(|panes| {
        let here = panes.iter().enumerate().find_map(|(pane, it)| Some((pane, it.focused()?)));
        let Some((mut pane, mut at)) = here else {
            let first = panes.iter_mut().find(|pane| !pane.drawn.is_empty() && pane.is_shown());
            return match (step, first) {
                (Step::By(_), Some(pane)) => pane.focus(pane.seen.start * pane.across),
                _ => false,
            };
        };
        let last = panes[pane].list.len().saturating_sub(1);
        let screen = panes[pane].seen.len().saturating_sub(1).max(1) * panes[pane].across;
        let far = match step {
            Step::By(by) => by,
            Step::Page(by) => by * screen.cast_signed(),
            Step::First => isize::MIN / 2,
            Step::Last => isize::MAX / 2,
        };
        let to = at.cast_signed() + far;
        at = to.clamp(0, last.cast_signed()).cast_unsigned();
        if let Step::By(by) = step
            && to != at.cast_signed()
        {
            let others: Vec<_> =
                if by > 0 { (pane + 1..panes.len()).collect() } else { (0..pane).rev().collect() };
            let next = others.into_iter().find(|it| panes[*it].is_shown() && !panes[*it].list.is_empty());
            let Some(next) = next else { return false };
            pane = next;
            at = if by > 0 { 0 } else { panes[pane].list.len() - 1 };
        }
        panes[pane].focus(at)
    })
}

/// Focuses the first card of a column.
pub fn first(at: usize) {
    PANES.with_borrow_mut(|panes| panes.iter_mut().find(|pane| pane.at == at).map(|pane| pane.focus(0)));
}

impl Pane {
    fn is_shown(&self) -> bool {
        self.column.offset_height() > 0
    }

    /// The cards in the page, with what they are.
    fn items(&self) -> Vec<HtmlElement> {
        let mut next = self.cards.first_element_child();
        let mut items = Vec::with_capacity(self.drawn.len());
        while let Some(item) = next {
            next = item.next_element_sibling();
            items.extend(item.dyn_into::<HtmlElement>());
        }
        items
    }

    fn strip(&self) -> Strip<'_> {
        Strip { list: &self.list, across: self.across, heights: &self.heights }
    }

    /// The card that has the focus, or holds what has it: its place in the list.
    fn focused(&self) -> Option<usize> {
        let active = document().active_element()?;
        if !self.cards.contains(Some(&active)) {
            return None;
        }
        let at = self.items().iter().position(|item| item.contains(Some(&active)))?;
        let slot = self.drawn.get(at)?;
        self.list.iter().position(|other| other == slot)
    }

    /// Notes what the cards in the page measure. The answer: the top of each that is in the flow, in order.
    fn measure(&mut self, items: &[HtmlElement]) -> Vec<(Slot, f64, f64)> {
        let mut tops = Vec::with_capacity(items.len());
        for (slot, item) in self.drawn.iter().zip(items) {
            if Some(*slot) != self.kept {
                let area = item.get_bounding_client_rect();
                tops.push((*slot, area.top(), area.bottom()));
            }
        }
        if let Some((_, first, _)) = tops.first() {
            let across = tops.iter().take_while(|(_, top, _)| (top - first).abs() < 1.0).count();
            if across != self.across && tops.len() > across {
                self.across = across;
                self.heights.forget();
            }
        }
        let across = self.across;
        for (here, below) in tops.iter().step_by(across).zip(tops.iter().skip(across).step_by(across)) {
            self.heights.note(here.0, below.1 - here.1);
        }
        tops
    }

    /// Draws what the screen needs. Nothing when the column is not shown; true when one more look is needed.
    fn slide(&mut self) -> Option<bool> {
        let area = self.column.get_bounding_client_rect();
        if area.height() < 1.0 {
            return None;
        }
        if (area.width() - self.width).abs() > 0.5 {
            self.width = area.width();
            self.heights.forget();
        }
        let screen = window().inner_height().ok()?.as_f64()?;
        let (top, bottom) = (area.top().max(0.0), area.bottom().min(screen));
        let at_top = self.column.scroll_top() <= 1 && area.top() >= -1.0;
        let focus = self.focused().and_then(|at| self.list.get(at).copied());
        let items = self.items();
        let tops = self.measure(&items);
        self.board.away(self.at, !at_top);
        let list = Arc::clone(&self.board.columns[self.at].read_untracked().list);

        // What is seen now, of what will still be there: it stays where it is.
        let place = |slot: Slot| list.iter().position(|other| *other == slot);
        let seen = tops.iter().filter(|(_, from, to)| *to > top && *from < bottom);
        let anchor = seen.filter(|_| !at_top).find_map(|(slot, from, _)| Some((*slot, *from, place(*slot)?)));
        let pixels = top - self.cards.get_bounding_client_rect().top();
        let same = Arc::ptr_eq(&list, &self.list);
        // A leap to the end stays at the end, whatever its cards turn out to measure.
        let end = self.column.scroll_top() + self.column.client_height() + 1 >= self.column.scroll_height();
        let at_end = end && !at_top && anchor.is_none();
        self.list = list;
        let first = match anchor {
            Some((_, _, place)) => place / self.across,
            None if at_top => 0,
            None => self.strip().row_at(pixels),
        };
        self.seen = first..first + self.strip().fill(first, bottom - top);
        let limit = limit(&self.board.view.read_untracked());
        let rows = self.strip().window(self.seen.clone(), limit, &self.rows);
        let cards = rows.start * self.across..(rows.end * self.across).min(self.list.len());
        let kept = focus.and_then(|slot| Some((slot, self.list.iter().position(|other| *other == slot)?)));
        let kept = kept.filter(|(_, at)| !cards.contains(at));
        if same && rows == self.rows && kept.map(|(slot, _)| slot) == self.kept {
            return Some(false);
        }
        self.rows = rows;
        self.show(cards, kept);
        if let Some((slot, before, _)) = anchor {
            let now = self.item(slot).map_or(before, |item| item.get_bounding_client_rect().top());
            if (now - before).abs() >= 1.0 {
                self.column.scroll_by_with_x_and_y(0.0, now - before);
            }
        }
        if at_end {
            self.column.set_scroll_top(self.column.scroll_height());
        }
        Some(true)
    }

    /// Brings these cards into the page, and the one that has the focus to its own place, and says to all of them
    /// which they are of how many.
    fn show(&mut self, cards: Range<usize>, kept: Option<(Slot, usize)>) {
        let active = document().active_element().filter(|active| self.cards.contains(Some(active)));
        let mut places: Vec<usize> = cards.clone().collect();
        if let Some((_, at)) = kept {
            places.insert(if at < cards.start { 0 } else { places.len() }, at);
        }
        self.kept = kept.map(|(slot, _)| slot);
        self.drawn = places.iter().map(|at| self.list[*at]).collect();
        (self.draw)(Draw::These(&self.drawn));
        let strip = self.strip();
        set(&self.cards, "--above", strip.room(0..self.rows.start));
        set(&self.cards, "--below", strip.room(self.rows.end..strip.rows()));
        let of = self.board.columns[self.at].read_untracked().count.to_string();
        for (item, at) in self.items().iter().zip(places) {
            let aside = kept.is_some_and(|(_, kept)| kept == at);
            for (name, value) in [("aria-posinset", (at + 1).to_string()), ("aria-setsize", of.clone())] {
                // An attribute of this name can always be set.
                let _ = item.set_attribute(name, &value);
            }
            let _ = item.toggle_attribute_with_force("data-aside", aside);
            if aside {
                set(item, "--at", strip.room(0..at / self.across));
            }
        }
        let lost = active.filter(|active| document().active_element().as_ref() != Some(active));
        if let Some(Ok(lost)) = lost.filter(|lost| lost.is_connected()).map(JsCast::dyn_into::<HtmlElement>) {
            let options = FocusOptions::new();
            options.set_prevent_scroll(true);
            let _ = lost.focus_with_options(&options);
        }
    }

    fn item(&self, slot: Slot) -> Option<HtmlElement> {
        let at = self.drawn.iter().position(|other| *other == slot)?;
        self.items().into_iter().nth(at)
    }

    /// Focuses the card at this place of the list, wherever the window is.
    fn focus(&mut self, at: usize) -> bool {
        let Some(slot) = self.list.get(at).copied() else { return false };
        if !self.drawn.contains(&slot) || self.kept == Some(slot) {
            let to = self.strip().room(0..at / self.across);
            let area = self.column.get_bounding_client_rect();
            let here = area.top().max(0.0) - self.cards.get_bounding_client_rect().top();
            // A third down the screen.
            self.column.scroll_by_with_x_and_y(0.0, to - here - area.height() / 3.0);
            self.slide();
        }
        let Some(item) = self.item(slot) else { return false };
        let _ = item.focus();
        let options = ScrollIntoViewOptions::new();
        options.set_block(ScrollLogicalPosition::Nearest);
        options.set_inline(ScrollLogicalPosition::Nearest);
        item.scroll_into_view_with_scroll_into_view_options(&options);
        true
    }
}

fn set(element: &HtmlElement, name: &str, pixels: f64) {
    // A browser without custom properties would not have got this far.
    let _ = element.style().set_property(name, &format!("{pixels:.1}px"));
}
