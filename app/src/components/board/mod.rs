//! The board: its state, which the server renders once and the browser then keeps up.

mod page;

use std::sync::Arc;

use leptos::prelude::*;

pub use page::board_view;

use super::{
    card::{Extra, Light, Row, card},
    markup::Markup,
    window::{limit, skipped},
};
use crate::{
    domain::{Actor, BoardPage, BoardView, Card, Status, Timestamp, Totals, view::Onlooker},
    i18n::Lang,
    projection::{Delta, Projection, Shown, Slot, Whole},
};

/// What a screen has to draw.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// Which cards there are.
    Lists,
    /// One card.
    Card(Slot),
    /// Every card.
    All,
}

/// Which columns a hand is on, by their places of [`Status::COLUMNS`].
pub type Held = [bool; Status::COLUMNS.len()];

/// The state of a board on one screen.
#[derive(Debug, Clone, Copy)]
pub struct Board {
    /// The language.
    pub lang: Lang,
    /// Who looks.
    pub me: StoredValue<Actor>,
    /// Random per page, for request ids.
    pub seed: StoredValue<String>,
    /// The clock.
    pub now: StoredValue<Timestamp>,
    /// Up to when this person has looked at the board.
    pub seen: StoredValue<Timestamp>,
    /// Search, filters, order.
    pub view: RwSignal<BoardView>,
    /// For the quick filters.
    pub totals: RwSignal<Totals>,
    /// What each column shows.
    pub columns: [RwSignal<Shown>; 4],
    /// What waits to be shown in each: while a hand is there, or above what is on the screen.
    pub waiting: [RwSignal<u32>; 4],
    /// How fresh the page is when it comes; from then on the stream says.
    pub fresh_at: Timestamp,
    /// What was last told, for those who listen to the screen.
    pub said: RwSignal<String>,
    /// The cards themselves.
    pub projection: StoredValue<Projection>,
    /// Which part of a column came with the page, from 1 on.
    pub page: StoredValue<u32>,
    /// The screen, where there is one.
    pub paint: StoredValue<Option<fn(Change)>>,
    /// What goes on with a few of the orders.
    extras: StoredValue<Vec<(Slot, Extra)>>,
    /// What each column showed when its top was last on the screen, while it is not.
    away: StoredValue<[Option<Arc<Vec<Slot>>>; 4]>,
}

impl Board {
    /// The board as the server rendered it.
    #[must_use]
    pub fn new(page: &BoardPage, mut view: BoardView, me: Actor, seed: String, lang: Lang) -> Self {
        // A list that scrolls has no pages.
        let part = std::mem::take(&mut view.page).max(1);
        let eye = Onlooker { login: &me.login, now: page.now, seen: Some(page.seen) };
        let projection = Projection::of_page(page, &view, eye);
        Self {
            lang,
            me: StoredValue::new(me),
            seed: StoredValue::new(seed),
            now: StoredValue::new(page.now),
            seen: StoredValue::new(page.seen),
            columns: std::array::from_fn(|at| RwSignal::new(projection.shown(at))),
            waiting: std::array::from_fn(|_| RwSignal::new(0)),
            totals: RwSignal::new(page.totals),
            fresh_at: page.fresh_at,
            said: RwSignal::new(String::new()),
            projection: StoredValue::new(projection),
            page: StoredValue::new(part),
            paint: StoredValue::new(None),
            extras: StoredValue::new(Vec::new()),
            away: StoredValue::new(Default::default()),
            view: RwSignal::new(view),
        }
    }

    /// The cards of a column that are in the page at first.
    #[must_use]
    pub fn first(&self, at: usize) -> Vec<Slot> {
        let limit = limit(&self.view.read_untracked());
        self.columns[at].read_untracked().list.iter().copied().take(limit).collect()
    }

    /// The first cards of a column, written, each with its place.
    #[cfg(feature = "ssr")]
    #[must_use]
    pub fn first_cards(&self, at: usize) -> String {
        let (before, of) = {
            let shown = self.columns[at].read_untracked();
            (self.before(&shown), shown.count)
        };
        let mut html = Markup::default();
        for (place, slot) in self.first(at).into_iter().enumerate() {
            self.write(&mut html, at, slot, Some((before + place + 1, of)));
        }
        html.into_html()
    }

    /// Writes the card of an order as the column at this place shows it.
    pub fn write(&self, html: &mut Markup, at: usize, slot: Slot, place: Option<(usize, u32)>) {
        let (projection, extras) = (self.projection.read_value(), self.extras.read_value());
        let (me, seed) = (self.me.read_value(), self.seed.read_value());
        let (now, seen) = (self.now.get_value(), self.seen.get_value());
        let Some(order) = projection.last(slot) else { return };
        let extra = extras.iter().find(|(held, _)| *held == slot).map(|(_, extra)| extra);
        let gone = projection.card(slot).is_none();
        let row = Row { card: order, column: Status::COLUMNS[at], gone, extra, place };
        card(html, row, Light { lang: self.lang, me: &me, seed: &seed, now, seen });
    }

    /// Cards before the first one that is here.
    #[must_use]
    pub fn before(&self, shown: &Shown) -> usize {
        let all = usize::try_from(shown.count).is_ok_and(|count| count <= shown.list.len());
        if all { 0 } else { skipped(&self.view.read_untracked(), self.page.get_value()) }
    }

    /// What goes on with an order.
    #[must_use]
    pub fn extra(&self, slot: Slot) -> Extra {
        let extras = self.extras.read_value();
        extras.iter().find(|(held, _)| *held == slot).map(|(_, extra)| extra.clone()).unwrap_or_default()
    }

    /// Notes what goes on with an order, and draws nothing yet.
    pub fn note(&self, slot: Slot, extra: Extra) {
        self.extras.update_value(|extras| {
            extras.retain(|(held, _)| *held != slot);
            if extra != Extra::default() {
                extras.push((slot, extra));
            }
        });
    }

    /// Changes what goes on with an order.
    pub fn touch(&self, slot: Slot, extra: Extra) {
        self.note(slot, extra);
        self.draw(slot);
    }

    /// Draws an order as it is now.
    pub fn draw(&self, slot: Slot) {
        self.paint(Change::Card(slot));
    }

    /// Whether one of these takes an order of mine off the board.
    #[must_use]
    pub fn loses(&self, changes: &[Delta]) -> bool {
        let (projection, me) = (self.projection.read_value(), self.me.read_value());
        let mine = |id| projection.card(projection.slot(id)?).map(|card| card.is_of(&me.login));
        changes.iter().filter_map(|change| change.removed).any(|id| mine(id) == Some(true))
    }

    /// Takes in changes, in their order. `held` are the columns that a hand is on.
    pub fn hear(&self, changes: Vec<Delta>, held: Held) {
        let mut any = false;
        for delta in changes {
            if let Some(slot) = self.projection.try_update_value(|board| board.apply(delta)).flatten() {
                self.paint(Change::Card(slot));
                any = true;
            }
        }
        if any {
            self.settle(held);
        }
    }

    /// Takes in a card as a refusal brought it.
    pub fn correct(&self, card: Card, held: Held) {
        let id = card.id;
        self.projection.update_value(|board| board.correct(card));
        if let Some(slot) = self.projection.read_value().slot(id) {
            self.paint(Change::Card(slot));
        }
        self.settle(held);
    }

    /// Takes in the whole board and looks at it anew; false when it is too old for that.
    pub fn install(&self, whole: Whole, held: Held) -> bool {
        let view = self.view.get_untracked();
        let installed = self.projection.try_update_value(|board| {
            let installed = board.install(whole);
            if installed {
                // What was typed while it was on its way.
                board.set_view(&view);
            }
            installed
        });
        self.settle(held);
        self.paint(Change::All);
        installed.unwrap_or_default()
    }

    /// Shows what the view wants now. A column that a hand is on keeps its cards where they are. What comes in
    /// there, or above what is on the screen, is counted and told.
    pub fn settle(&self, held: Held) {
        let projection = self.projection.read_value();
        if *self.totals.read_untracked() != projection.totals() {
            self.totals.set(projection.totals());
        }
        for (at, held) in held.into_iter().enumerate() {
            let mut shown = projection.shown(at);
            let before = Arc::clone(&self.columns[at].read_untracked().list);
            let known = self.away.read_value()[at].clone().or(held.then(|| Arc::clone(&before)));
            let waits = known.map_or(0, |known| arrived(&known, &shown.list));
            if held {
                shown.list = before;
            }
            if *self.columns[at].read_untracked() != shown {
                self.columns[at].set(shown);
            }
            let waited = self.waiting[at].get_untracked();
            if waited != waits {
                self.waiting[at].set(waits);
                if waits > waited {
                    self.said.set(self.lang.arrivals(waits));
                }
            }
        }
        drop(projection);
        self.paint(Change::Lists);
    }

    /// The top of a column has left the screen, or is back on it: then everything above has been seen.
    pub fn away(&self, at: usize, is: bool) {
        if self.away.read_value()[at].is_some() != is {
            let list = Arc::clone(&self.columns[at].read_untracked().list);
            self.away.update_value(|away| away[at] = is.then_some(list));
        }
        let all_shown = || {
            let wanted = self.projection.read_value().shown(at).list;
            Arc::ptr_eq(&wanted, &self.columns[at].read_untracked().list)
        };
        if !is && self.waiting[at].get_untracked() > 0 && all_shown() {
            self.waiting[at].set(0);
        }
    }

    /// Takes the view as it is now to the cards, once all of them are here.
    pub fn look(&self) {
        if self.projection.read_value().is_whole() {
            self.projection.update_value(|projection| projection.set_view(&self.view.read_untracked()));
        }
        self.away.set_value(Default::default());
        self.settle(Held::default());
    }

    /// Time has gone on.
    pub fn tick(&self, now: Timestamp, held: Held) {
        self.now.set_value(now);
        self.projection.update_value(|projection| projection.set_now(now));
        self.settle(held);
        self.paint(Change::All);
    }

    /// This person has looked at everything that was approved up to then.
    pub fn saw(&self, seen: Timestamp, held: Held) {
        self.seen.set_value(seen);
        self.projection.update_value(|projection| projection.set_seen(Some(seen)));
        self.settle(held);
        self.paint(Change::All);
    }

    fn paint(&self, change: Change) {
        if let Some(paint) = self.paint.get_value() {
            paint(change);
        }
    }
}

/// How many would be shown above or between the cards that are there. What only moves up into the room at the end
/// is not news.
fn arrived(before: &[Slot], wanted: &[Slot]) -> u32 {
    let all = before.iter().chain(wanted).map(|slot| slot.number() + 1).max().unwrap_or_default();
    let mut known = vec![false; all];
    for slot in before {
        known[slot.number()] = true;
    }
    let end = wanted.iter().rposition(|slot| known[slot.number()]).map_or(wanted.len(), |last| last + 1);
    u32::try_from(wanted[..end].iter().filter(|slot| !known[slot.number()]).count()).unwrap_or(u32::MAX)
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use super::*;
    use crate::samples::{actor, card, page, taken};

    fn slots(board: &Board, numbers: &[u128]) -> Vec<Slot> {
        let projection = board.projection.read_value();
        numbers.iter().filter_map(|n| projection.slot(card(*n).id)).collect()
    }

    #[test]
    fn only_what_comes_above_the_last_card_is_news() {
        let owner = Owner::new();
        owner.with(|| {
            let first = page((1..=9).map(card).collect());
            let board = Board::new(&first, BoardView::default(), actor(), "s".into(), Lang::Ru);
            let of = |numbers: &[u128]| slots(&board, numbers);
            assert_eq!(arrived(&of(&[3, 2, 1]), &of(&[5, 4, 3, 2])), 2);
            assert_eq!(arrived(&of(&[3, 2, 1]), &of(&[3, 1, 9])), 0);
            assert_eq!(arrived(&of(&[]), &of(&[7])), 1);
        });
    }

    #[test]
    fn a_held_column_keeps_its_cards_and_the_others_go_on() {
        let owner = Owner::new();
        owner.with(|| {
            let first = page(vec![card(1), card(2)]);
            let board = Board::new(&first, BoardView::default(), actor(), "s".into(), Lang::Ru);
            let taken = taken(2, "other", Status::Started);
            let delta = |rev, card| Delta {
                revision: crate::domain::Revision::new(1, rev),
                order: Some(Box::new(card)),
                removed: None,
            };
            let held = [true, false, false, false];
            board.hear(vec![delta(11, taken)], held);
            let mut newest = card(3);
            newest.approved_at = first.now;
            board.hear(vec![delta(12, newest)], held);
            let shown = |at: usize| board.columns[at].get_untracked();
            assert_eq!(*shown(0).list, slots(&board, &[1, 2]));
            assert_eq!((shown(0).count, board.waiting[0].get_untracked()), (2, 1));
            assert_eq!(*shown(1).list, slots(&board, &[2]));
            board.settle(Held::default());
            assert_eq!(*shown(0).list, slots(&board, &[3, 1]));
            assert_eq!(board.waiting[0].get_untracked(), 0);
        });
    }
}
