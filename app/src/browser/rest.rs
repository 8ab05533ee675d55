//! What stays where it is in a column while a hand is on it: what the hand is on, or else the first card on the screen.
//! When something above gets higher, the column is scrolled by as much, and one that is too short for that gets room at
//! its end.

use leptos::prelude::window;
use web_sys::HtmlElement;

use super::{cards::Cards, hand, pane::set};
use crate::projection::Slot;

/// One column's.
pub struct Rest {
    column: HtmlElement,
    list: HtmlElement,
    /// Which card, and where on the screen, until all that changes at once is drawn.
    noted: Option<(Slot, f64)>,
    /// How far the column was scrolled from its top for what got higher: it still counts as being there.
    pushed: i32,
    /// Room at the end, in pixels.
    tail: f64,
}

impl Rest {
    /// Of a column and the list in it.
    pub const fn new(column: HtmlElement, list: HtmlElement) -> Self {
        Self { column, list, noted: None, pushed: 0, tail: 0.0 }
    }

    /// The pixels of the screen in which the column is seen.
    pub fn sight(&self) -> (f64, f64) {
        let area = self.column.get_bounding_client_rect();
        (area.top().max(0.0), area.bottom().min(screen()))
    }

    /// Whether its top is on the screen, or would be if nothing had got higher under the hand.
    pub fn is_at_top(&self) -> bool {
        let scrolled = self.column.scroll_top();
        let top = scrolled <= 1 || (scrolled - self.pushed).abs() <= 1;
        top && self.column.get_bounding_client_rect().top() >= -1.0
    }

    /// Back to the top.
    pub fn rewind(&self) {
        self.column.set_scroll_top(0);
    }

    /// On low screens the page scrolls, not the column.
    pub fn scroll(&self, by: f64) {
        if self.column.scroll_height() > self.column.client_height() {
            self.column.scroll_by_with_x_and_y(0.0, by);
        } else {
            window().scroll_by_with_x_and_y(0.0, by);
        }
    }

    /// Notes what must stay where it is, before the first of several changes. The card `aside` is not in the flow. The
    /// answer: its place in the page.
    pub fn note(&mut self, cards: &Cards, aside: Option<Slot>) -> usize {
        if self.noted.is_none() {
            let (top, bottom) = self.sight();
            let hand = hand::rests_on(&self.list);
            let in_flow = cards.drawn.iter().filter(|drawn| Some(drawn.slot) != aside);
            let places = in_flow.map(|drawn| {
                let area = drawn.item.get_bounding_client_rect();
                let is_seen = area.bottom() > top && area.top() < bottom;
                let is_under = hand.as_ref().is_some_and(|hand| drawn.item.contains(Some(hand)));
                (drawn.slot, area.top(), is_seen, is_under)
            });
            let seen: Vec<_> = places.filter(|(.., is_seen, _)| *is_seen).collect();
            let found = seen.iter().find(|(.., is_under)| *is_under).or_else(|| seen.first());
            self.noted = found.map(|(slot, from, ..)| (*slot, *from));
        }
        let place = |(slot, _)| cards.drawn.iter().position(|drawn| drawn.slot == slot);
        self.noted.and_then(place).unwrap_or_default()
    }

    /// What was noted returns to where it was.
    pub fn steady(&mut self, cards: &Cards) {
        let Some((slot, before)) = self.noted.take() else { return };
        let Some(item) = cards.item(slot) else { return };
        let off = || item.get_bounding_client_rect().top() - before;
        let (by, at_top) = (off(), self.is_at_top());
        if by.abs() < 1.0 {
            return;
        }
        self.scroll(by);
        let left = off();
        if left >= 1.0 {
            let end = self.column.last_element_child().map(|last| last.get_bounding_client_rect().bottom());
            let edge = self.column.get_bounding_client_rect().bottom().max(screen());
            self.tail += left + end.map_or(0.0, |end| (edge - end).max(0.0));
            set(&self.list, "--tail", self.tail);
            self.scroll(left);
        }
        self.pushed = if at_top { self.column.scroll_top() } else { 0 };
    }

    /// The hand has gone. Whether anything was as it was for its sake.
    pub fn let_go(&mut self, at_top: bool) -> bool {
        let (pushed, tail) = (std::mem::take(&mut self.pushed), std::mem::take(&mut self.tail));
        if at_top && pushed > 0 {
            self.rewind();
        }
        if tail > 0.0 {
            set(&self.list, "--tail", 0.0);
        }
        pushed > 0 || tail > 0.0
    }
}

/// How high the screen is, in pixels.
fn screen() -> f64 {
    window().inner_height().ok().and_then(|height| height.as_f64()).unwrap_or_default()
}
