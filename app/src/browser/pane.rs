//! The window over one column: of its cards, those on the screen and some around them are in the page. Whatever
//! changes, the card under the hand stays where it is, or else the first that can be seen, and the one that has the focus
//! stays in the page.

use std::{ops::Range, sync::Arc};

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, FocusOptions, HtmlElement, ScrollIntoViewOptions, ScrollLogicalPosition};

use super::{cards::Cards, find, hand, rest::Rest};
use crate::{
    components::{
        board::Board,
        markup::Markup,
        window::{Heights, Strip, limit},
    },
    domain::Status,
    projection::Slot,
};

/// A card in the flow of the page, and from where to where it reaches, in pixels of the screen.
type Place = (Slot, f64, f64);

/// One column's window.
pub struct Pane {
    board: Board,
    /// Its place of [`Status::COLUMNS`].
    pub at: usize,
    column: HtmlElement,
    list: HtmlElement,
    cards: Cards,
    heights: Heights,
    across: usize,
    width: f64,
    /// The orders as they were drawn, and which rows of them.
    orders: Arc<Vec<Slot>>,
    rows: Range<usize>,
    count: u32,
    /// Has the focus, and is in the page for that alone.
    kept: Option<Slot>,
    /// Rows on the screen.
    seen: Range<usize>,
    rest: Rest,
}

impl Pane {
    /// Over the column as the server has written it.
    pub fn over(board: Board, at: usize) -> Option<Self> {
        let column = find(&format!("#{}", Status::COLUMNS[at].wire()))?;
        let list: HtmlElement = column.query_selector(".cards").ok()??.dyn_into().ok()?;
        Some(Self {
            cards: Cards::adopt(list.clone(), &board.first(at)),
            board,
            at,
            rest: Rest::new(column.clone(), list.clone()),
            column,
            list,
            heights: Heights::default(),
            across: 1,
            width: 0.0,
            orders: Arc::default(),
            rows: 0..0,
            count: 0,
            kept: None,
            seen: 0..0,
        })
    }

    /// Whether the column is in sight, or could be scrolled there.
    pub fn is_shown(&self) -> bool {
        self.column.offset_height() > 0
    }

    /// Whether it shows no order.
    pub fn is_empty(&self) -> bool {
        self.orders.is_empty()
    }

    /// The last place of its orders.
    pub fn last(&self) -> usize {
        self.orders.len().saturating_sub(1)
    }

    /// The place of the first order on the screen.
    pub fn top(&self) -> usize {
        self.seen.start * self.across
    }

    /// Orders on a screen, less a row that stays in sight when pages are turned.
    pub fn screen(&self) -> usize {
        self.seen.len().saturating_sub(1).max(1) * self.across
    }

    /// The first order for which this is true: its place.
    pub fn find(&self, is: impl FnMut(&Slot) -> bool) -> Option<usize> {
        self.orders.iter().position(is)
    }

    /// Back to the first order.
    pub fn rewind(&self) {
        self.rest.rewind();
    }

    /// Draws an order again, if it is in the page and looks different now; whether it was drawn. Nothing is measured
    /// before that is known: the page would be laid out for it.
    pub fn again(&mut self, slot: Slot) -> bool {
        let (board, at) = (self.board, self.at);
        let Some(html) = self.cards.differing(slot, |slot| written(board, at, slot)) else { return false };
        let hand = self.is_held().then(|| self.rest.note(&self.cards, self.kept));
        self.cards.again(slot, hand, html);
        true
    }

    /// Draws every order in the page again that looks different now; whether there was one.
    pub fn all_again(&mut self) -> bool {
        let (board, at) = (self.board, self.at);
        let again = |slot| Some((slot, self.cards.differing(slot, |slot| written(board, at, slot))?));
        let again: Vec<_> = self.cards.drawn.iter().filter_map(|drawn| again(drawn.slot)).collect();
        if again.is_empty() {
            return false;
        }
        if self.is_held() {
            self.cards.keep_heights(self.rest.note(&self.cards, self.kept));
        }
        for (slot, html) in again {
            self.cards.again(slot, None, html);
        }
        self.steady();
        true
    }

    /// All that has changed at once is drawn.
    pub fn steady(&mut self) {
        self.rest.steady(&self.cards);
    }

    /// Whether a hand is on the column.
    fn is_held(&self) -> bool {
        hand::columns()[self.at]
    }

    fn strip(&self) -> Strip<'_> {
        Strip { list: &self.orders, across: self.across, heights: &self.heights }
    }

    /// The card that has the focus, or holds what has it.
    fn holder(&self) -> Option<Slot> {
        let active = document().active_element()?;
        self.cards.drawn.iter().find(|drawn| drawn.item.contains(Some(&active))).map(|drawn| drawn.slot)
    }

    /// The place of the card that has the focus.
    pub fn focused(&self) -> Option<usize> {
        let slot = self.holder()?;
        self.orders.iter().position(|other| *other == slot)
    }

    /// Notes what the cards in the page measure. The answer: where each is that is in the flow, in order.
    fn measure(&mut self) -> Vec<Place> {
        let in_flow = self.cards.drawn.iter().filter(|drawn| Some(drawn.slot) != self.kept);
        let places: Vec<Place> = in_flow
            .map(|drawn| {
                let area = drawn.item.get_bounding_client_rect();
                (drawn.slot, area.top(), area.bottom())
            })
            .collect();
        if let Some((_, first, _)) = places.first() {
            let across = places.iter().take_while(|(_, top, _)| (top - first).abs() < 1.0).count();
            if across != self.across && places.len() > across {
                self.across = across;
                self.heights.forget();
            }
        }
        let across = self.across;
        for (here, below) in places.iter().step_by(across).zip(places.iter().skip(across).step_by(across)) {
            self.heights.note(here.0, below.1 - here.1);
        }
        places
    }

    /// Draws what the screen needs; true when one more look is needed, for cards that were never measured.
    pub fn slide(&mut self) -> bool {
        self.steady();
        let area = self.column.get_bounding_client_rect();
        if area.height() < 1.0 {
            // Hidden: another column is shown alone, and may have many cards.
            (self.rows, self.orders, self.kept) = (0..0, Arc::default(), None);
            self.cards.show(&[], |_| String::new());
            return false;
        }
        if (area.width() - self.width).abs() > 0.5 {
            self.width = area.width();
            self.heights.forget();
        }
        let (top, bottom) = self.rest.sight();
        let at_top = self.rest.is_at_top();
        let focus = self.holder();
        let places = self.measure();
        let freed = !self.is_held() && (self.rest.let_go(at_top) | self.cards.let_go());
        self.board.away(self.at, !at_top);
        let (orders, count) = {
            let shown = self.board.columns[self.at].read_untracked();
            (Arc::clone(&shown.list), shown.count)
        };

        // What is seen now, of what will still be there: it stays where it is.
        let place = |slot: Slot| orders.iter().position(|other| *other == slot);
        let mut seen = places.iter().filter(|(_, from, to)| !at_top && *to > top && *from < bottom);
        let anchor = seen.find_map(|(slot, from, _)| Some((*slot, *from, place(*slot)?)));
        let pixels = top - self.list.get_bounding_client_rect().top();
        let same = Arc::ptr_eq(&orders, &self.orders) && count == self.count;
        // A leap to the end stays at the end, whatever its cards turn out to measure.
        let end = self.column.scroll_top() + self.column.client_height() + 1 >= self.column.scroll_height();
        let at_end = end && !at_top && anchor.is_none();
        let was = focus.and_then(|slot| self.orders.iter().position(|other| *other == slot));
        (self.orders, self.count) = (orders, count);
        let first = match anchor {
            Some((_, _, place)) => place / self.across,
            None if at_top => 0,
            None => self.strip().row_at(pixels),
        };
        self.seen = first..first + self.strip().fill(first, bottom - top);
        let limit = limit(&self.board.view.read_untracked());
        let rows = self.strip().window(self.seen.clone(), limit, &self.rows);
        let cards = rows.start * self.across..(rows.end * self.across).min(self.orders.len());
        let kept = focus.and_then(|slot| Some((slot, self.find(|other| *other == slot)?)));
        let kept = kept.filter(|(_, at)| !cards.contains(at));
        if same && !freed && rows == self.rows && kept.map(|(slot, _)| slot) == self.kept {
            return false;
        }
        self.rows = rows;
        self.show(cards, kept);
        if let (Some(was), None) = (was, self.holder()) {
            self.refocus(focus, was);
        }
        if let Some((slot, before, _)) = anchor {
            let now = self.cards.item(slot).map_or(before, |item| item.get_bounding_client_rect().top());
            if (now - before).abs() >= 1.0 {
                self.rest.scroll(now - before);
            }
        }
        if at_end {
            self.column.set_scroll_top(self.column.scroll_height());
        }
        true
    }

    /// Brings these cards into the page, and the one that has the focus to its own place, and says to all of them
    /// which they are of how many.
    fn show(&mut self, cards: Range<usize>, kept: Option<(Slot, usize)>) {
        let mut places: Vec<usize> = cards.clone().collect();
        if let Some((_, at)) = kept {
            places.insert(if at < cards.start { 0 } else { places.len() }, at);
        }
        self.kept = kept.map(|(slot, _)| slot);
        let wanted: Vec<Slot> = places.iter().map(|at| self.orders[*at]).collect();
        let (board, at) = (self.board, self.at);
        self.cards.show(&wanted, |slot| written(board, at, slot));
        let strip = self.strip();
        set(&self.list, "--above", strip.room(0..self.rows.start));
        set(&self.list, "--below", strip.room(self.rows.end..strip.rows()));
        set(&self.list, "--card-size", self.heights.typical());
        let before = board.before(&board.columns[at].read_untracked());
        let of = self.count.to_string();
        for (drawn, at) in self.cards.drawn.iter().zip(places) {
            say(&drawn.item, "aria-posinset", &(before + at + 1).to_string());
            say(&drawn.item, "aria-setsize", &of);
            let aside = Some(drawn.slot) == self.kept;
            if drawn.item.has_attribute("data-aside") != aside {
                let _ = drawn.item.toggle_attribute_with_force("data-aside", aside);
            }
            if aside {
                set(&drawn.item, "--at", strip.room(0..at / self.across));
            }
        }
    }

    /// The focus goes to its card as it was drawn anew, or, when that has left, to the card in its place.
    fn refocus(&self, slot: Option<Slot>, was: usize) {
        let next = self.orders.get(was.min(self.last())).copied();
        let item = slot.and_then(|slot| self.cards.item(slot)).or_else(|| self.cards.item(next?));
        if let Some(item) = item {
            let options = FocusOptions::new();
            options.set_prevent_scroll(true);
            let _ = item.focus_with_options(&options);
        }
    }

    /// Focuses the card at this place of the list, wherever the window is.
    pub fn focus(&mut self, at: usize) -> bool {
        let Some(slot) = self.orders.get(at).copied() else { return false };
        if self.cards.item(slot).is_none() || self.kept == Some(slot) {
            let to = self.strip().room(0..at / self.across);
            let area = self.column.get_bounding_client_rect();
            let here = area.top().max(0.0) - self.list.get_bounding_client_rect().top();
            // A third down the screen.
            self.rest.scroll(to - here - area.height() / 3.0);
            self.slide();
        }
        let Some(item) = self.cards.item(slot) else { return false };
        let _ = item.focus();
        let options = ScrollIntoViewOptions::new();
        options.set_block(ScrollLogicalPosition::Nearest);
        options.set_inline(ScrollLogicalPosition::Nearest);
        item.scroll_into_view_with_scroll_into_view_options(&options);
        true
    }
}

fn written(board: Board, at: usize, slot: Slot) -> String {
    let mut html = Markup::default();
    board.write(&mut html, at, slot, None);
    html.into_html()
}

fn say(element: &Element, name: &str, value: &str) {
    if element.get_attribute(name).as_deref() != Some(value) {
        // An attribute of this name can always be set.
        let _ = element.set_attribute(name, value);
    }
}

/// Writes a length.
pub(super) fn set(element: &HtmlElement, name: &str, pixels: f64) {
    // A browser without custom properties would not have got this far.
    let _ = element.style().set_property(name, &format!("{pixels:.1}px"));
}
