//! The board as the browser holds it: the cards, changed order by order, and what a view shows of them. Pure, so
//! that the same rules run in tests, on the server and in the browser.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::domain::{
    BoardPage, BoardView, Card, OrderId, Priority, Revision, Status, Totals, view::Onlooker,
};

/// One change: an event of `/live`, or a command's answer. Always the whole card, or what left the board.
#[derive(Debug, Clone, Deserialize)]
pub struct Delta {
    /// The change's place in the log.
    pub revision: Revision,
    /// The order after it.
    #[serde(default)]
    pub order: Option<Box<Card>>,
    /// An order that is no longer actual.
    #[serde(default)]
    pub removed: Option<OrderId>,
}

/// The whole board at one revision: the body of `/api/board`.
#[derive(Debug, Clone, Deserialize)]
pub struct Whole {
    /// Of which revision.
    pub revision: Revision,
    /// Every actual order.
    pub orders: Vec<Card>,
}

/// What a column shows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Shown {
    /// Orders that the view shows here, also beyond the limit.
    pub count: u32,
    /// Of these, mine.
    pub mine: u32,
    /// The first of them: mine first, then by the view's order.
    pub ids: Vec<OrderId>,
}

#[derive(Debug)]
struct Known {
    /// Nothing: it left the board at this revision.
    card: Option<Card>,
    text: String,
    at: Revision,
}

/// Cards, each at the newest revision that was heard of it.
#[derive(Debug, Default)]
pub struct Projection {
    known: BTreeMap<OrderId, Known>,
    revision: Revision,
    /// What the server counted beyond the cards that it sent, until the whole board is here.
    beyond: [(u32, u32); 4],
    uncounted: Totals,
    whole: bool,
}

impl Projection {
    /// From the first screen that the server rendered.
    #[must_use]
    pub fn of_page(page: &BoardPage, eye: Onlooker<'_>) -> Self {
        let mut projection = Self { revision: page.revision, ..Self::default() };
        for card in page.columns.iter().flat_map(|column| &column.cards) {
            projection.put(card.clone(), page.revision);
        }
        for (at, status) in Status::COLUMNS.into_iter().enumerate() {
            let Some(column) = page.columns.iter().find(|column| column.status == status) else { continue };
            let mine = column.cards.iter().filter(|card| card.is_of(eye.login)).count();
            projection.beyond[at] = (
                column.count.saturating_sub(small(column.cards.len())),
                column.mine.saturating_sub(small(mine)),
            );
        }
        let here = projection.totals(eye);
        projection.uncounted = Totals {
            all: page.totals.all.saturating_sub(here.all),
            mine: page.totals.mine.saturating_sub(here.mine),
            free: page.totals.free.saturating_sub(here.free),
            rush: page.totals.rush.saturating_sub(here.rush),
            overdue: page.totals.overdue.saturating_sub(here.overdue),
        };
        projection
    }

    /// The newest revision that was heard of.
    #[must_use]
    pub const fn revision(&self) -> Revision {
        self.revision
    }

    /// Whether every actual order is here, so that a search need not ask the server.
    #[must_use]
    pub const fn is_whole(&self) -> bool {
        self.whole
    }

    /// A card that is on the board.
    #[must_use]
    pub fn card(&self, id: OrderId) -> Option<&Card> {
        self.known.get(&id)?.card.as_ref()
    }

    /// Takes in a change, unless something newer of that order is already here: a command's answer and the
    /// stream may come in either order. Says which order has changed.
    pub fn apply(&mut self, delta: Delta) -> Option<OrderId> {
        self.revision = self.revision.max(delta.revision);
        let id = delta.order.as_ref().map(|card| card.id).or(delta.removed)?;
        if self.known.get(&id).is_some_and(|known| known.at >= delta.revision) {
            return None;
        }
        match delta.order {
            Some(card) if card.status.is_actual() => self.put(*card, delta.revision),
            _ => self.forget(id, delta.revision),
        }
        Some(id)
    }

    /// Takes in a card that came without its place in the log, as refusals do: if it is newer than what is here.
    pub fn correct(&mut self, card: Card) {
        let newer = self.card(card.id).is_none_or(|known| known.version < card.version);
        let left = self.known.get(&card.id).is_some_and(|known| known.card.is_none());
        if newer && !left && card.status.is_actual() {
            self.put(card, self.revision);
        }
    }

    /// Takes in the whole board; what was heard later stays.
    pub fn install(&mut self, whole: Whole) {
        self.known.retain(|_, known| known.at > whole.revision);
        for card in whole.orders {
            if !self.known.contains_key(&card.id) {
                self.put(card, whole.revision);
            }
        }
        self.revision = self.revision.max(whole.revision);
        self.beyond = Default::default();
        self.uncounted = Totals::default();
        self.whole = true;
    }

    /// What a view shows, in the order of [`Status::COLUMNS`].
    #[must_use]
    pub fn columns(&self, view: &BoardView, eye: Onlooker<'_>, limit: usize) -> [Shown; 4] {
        let words = view.words();
        let mut found: [Vec<&Card>; 4] = Default::default();
        for known in self.known.values() {
            let Some(card) = &known.card else { continue };
            let Some(at) = Status::COLUMNS.iter().position(|status| *status == card.status) else { continue };
            if view.shows(card, &known.text, &words, eye) {
                found[at].push(card);
            }
        }
        let mut beyond = self.beyond.iter();
        found.map(|mut cards| {
            cards.sort_unstable_by(|a, b| {
                b.is_of(eye.login).cmp(&a.is_of(eye.login)).then_with(|| view.compare(a, b))
            });
            let (hidden, hidden_mine) = beyond.next().copied().unwrap_or_default();
            let mine = cards.iter().filter(|card| card.is_of(eye.login)).count();
            Shown {
                count: small(cards.len()) + hidden,
                mine: small(mine) + hidden_mine,
                ids: cards.into_iter().take(limit).map(|card| card.id).collect(),
            }
        })
    }

    /// What stands behind the quick filters.
    #[must_use]
    pub fn totals(&self, eye: Onlooker<'_>) -> Totals {
        let mut totals = self.uncounted;
        for card in self.known.values().filter_map(|known| known.card.as_ref()) {
            totals.all += 1;
            totals.mine += u32::from(card.is_of(eye.login));
            totals.free += u32::from(card.status == Status::Approved);
            totals.rush += u32::from(card.priority == Priority::Rush);
            totals.overdue += u32::from(card.is_overdue(eye.now));
        }
        totals
    }

    fn put(&mut self, card: Card, at: Revision) {
        let text = card.searched_text();
        self.known.insert(card.id, Known { card: Some(card), text, at });
    }

    /// Remembered as gone, so that an older message does not bring it back.
    fn forget(&mut self, id: OrderId, at: Revision) {
        self.known.insert(id, Known { card: None, text: String::new(), at });
    }
}

fn small(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use super::*;
    use crate::samples::{NOW, card, page, taken};

    const EYE: Onlooker<'_> = Onlooker { login: "operator1", now: NOW, seen: None };

    fn upsert(rev: u64, card: Card) -> Delta {
        Delta { revision: Revision::new(1, rev), order: Some(Box::new(card)), removed: None }
    }

    fn numbers(projection: &Projection, at: usize) -> Vec<String> {
        let shown = projection.columns(&BoardView::default(), EYE, 30);
        shown[at].ids.iter().map(|id| projection.card(*id).unwrap().number.to_string()).collect()
    }

    #[test]
    fn a_taken_order_moves_to_the_top_of_its_new_column() {
        let mut board =
            Projection::of_page(&page(vec![card(1), card(2), taken(3, "other", Status::Started)]), EYE);
        assert_eq!(board.apply(upsert(11, taken(2, "operator1", Status::Started))), Some(card(2).id));
        assert_eq!(numbers(&board, 0), ["A-1"]);
        assert_eq!(numbers(&board, 1), ["A-2", "A-3"]);
        assert_eq!(board.totals(EYE), Totals { all: 3, mine: 1, free: 1, rush: 0, overdue: 0 });
    }

    #[test]
    fn an_older_message_changes_nothing_and_the_shipped_stay_gone() {
        let mut board = Projection::of_page(&page(vec![card(1)]), EYE);
        assert!(board.apply(upsert(12, taken(1, "operator1", Status::Shipped))).is_some());
        assert_eq!(board.apply(upsert(11, taken(1, "operator1", Status::Packaging))), None);
        assert_eq!(board.totals(EYE).all, 0);
        assert_eq!(board.revision(), Revision::new(1, 12));
    }

    #[test]
    fn what_was_heard_before_the_whole_board_came_stays() {
        let mut board = Projection::of_page(&page(vec![card(1)]), EYE);
        board.apply(upsert(15, taken(1, "operator1", Status::Started)));
        board.apply(Delta { revision: Revision::new(1, 16), order: None, removed: Some(card(2).id) });
        board.install(Whole { revision: Revision::new(1, 12), orders: vec![card(1), card(2), card(3)] });
        assert_eq!(numbers(&board, 0), ["A-3"]);
        assert_eq!(numbers(&board, 1), ["A-1"]);
        assert!(board.is_whole());
    }

    #[test]
    fn what_the_server_counted_and_did_not_send_stays_counted() {
        let mut first = page(vec![card(1)]);
        first.columns[0].count = 41;
        first.totals.all = 60;
        let mut board = Projection::of_page(&first, EYE);
        board.apply(upsert(11, card(9)));
        assert_eq!(board.columns(&BoardView::default(), EYE, 30)[0].count, 42);
        assert_eq!(board.totals(EYE).all, 61);
    }

    #[test]
    fn a_search_finds_by_every_word_and_a_limit_keeps_the_count() {
        let board = Projection::of_page(&page((1..=5).map(card).collect()), EYE);
        let view = BoardView { q: "ветвь A-3".into(), ..BoardView::default() };
        assert_eq!(board.columns(&view, EYE, 30)[0].count, 1);
        let all = &board.columns(&BoardView::default(), EYE, 2)[0];
        assert_eq!((all.count, all.ids.len()), (5, 2));
    }
}
