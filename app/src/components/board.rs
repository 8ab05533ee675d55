//! The board: its state, which the server renders once and the browser then keeps up, and its view.

use std::{collections::HashMap, sync::Arc};

use leptos::prelude::*;

use super::{
    card::{Light, Row},
    column::Column,
    erase::Erase,
    filters::filters,
    live::mark,
    notice::notice,
    still::still,
};
use crate::{
    domain::{Actor, BoardPage, BoardView, Card, Status, Timestamp, Totals, view::Onlooker},
    flash::Flash,
    i18n::{Lang, Word},
    projection::{Delta, Projection, Shown, Slot, Whole},
};

/// Cards a column on the whole board.
pub const FEW: usize = 30;
/// Cards when one column is chosen.
pub const MANY: usize = 120;

/// How many cards a column of this view shows.
#[must_use]
pub const fn limit(view: &BoardView) -> usize {
    if view.status.is_some() { MANY } else { FEW }
}

type Rows = HashMap<Slot, ArcRwSignal<Option<Row>>>;

/// The state of a board on one screen.
#[derive(Debug, Clone, Copy)]
pub struct Board {
    /// What cards are drawn with.
    pub light: Light,
    /// Search, filters, order.
    pub view: RwSignal<BoardView>,
    /// For the quick filters.
    pub totals: RwSignal<Totals>,
    /// What each column shows.
    pub columns: [RwSignal<Shown>; 4],
    /// What waits to be shown in each, while a hand is there.
    pub waiting: [RwSignal<u32>; 4],
    /// How fresh the page is when it comes; from then on the stream says.
    pub fresh_at: Timestamp,
    /// What was last told, for those who listen to the screen.
    pub said: RwSignal<String>,
    /// The cards themselves.
    pub projection: StoredValue<Projection>,
    rows: StoredValue<Rows>,
}

impl Board {
    /// The board as the server rendered it.
    #[must_use]
    pub fn new(page: &BoardPage, view: BoardView, me: Actor, seed: String, lang: Lang) -> Self {
        let eye = Onlooker { login: &me.login, now: page.now, seen: Some(page.seen) };
        let projection = Projection::of_page(page, &view, eye);
        let (now, seen) = (RwSignal::new(page.now), RwSignal::new(page.seen));
        Self {
            columns: std::array::from_fn(|at| RwSignal::new(projection.shown(at))),
            waiting: std::array::from_fn(|_| RwSignal::new(0)),
            totals: RwSignal::new(page.totals),
            fresh_at: page.fresh_at,
            said: RwSignal::new(String::new()),
            projection: StoredValue::new(projection),
            rows: StoredValue::new(Rows::new()),
            view: RwSignal::new(view),
            light: Light { lang, me: StoredValue::new(me), seed: StoredValue::new(seed), now, seen },
        }
    }

    /// The row of an order, which outlives its place in a column.
    #[must_use]
    pub fn row(&self, slot: Slot) -> ArcRwSignal<Option<Row>> {
        let known = self.rows.read_value().get(&slot).cloned();
        known.unwrap_or_else(|| {
            let row = ArcRwSignal::new(self.projection.read_value().card(slot).cloned().map(Row::from));
            self.rows.write_value().insert(slot, row.clone());
            row
        })
    }

    /// Changes the row of an order, if it has one.
    pub fn touch(&self, slot: Slot, change: impl FnOnce(&mut Row)) {
        self.row(slot).update(|row| {
            if let Some(row) = row {
                change(row);
            }
        });
    }

    /// Takes in changes, in their order. `held` is the column that a hand is on.
    pub fn hear(&self, changes: Vec<Delta>, held: Option<usize>) {
        let mut any = false;
        for delta in changes {
            let card = delta.order.clone();
            let changed = self.projection.try_update_value(|board| board.apply(delta)).flatten();
            if let Some(slot) = changed {
                self.renew(slot, card.map(|card| *card));
                any = true;
            }
        }
        if any {
            self.settle(held);
        }
    }

    /// Brings a row up to date with its order; nothing means that it has left the board.
    pub fn renew(&self, slot: Slot, card: Option<Card>) {
        self.row(slot).update(|row| match (row, card) {
            (Some(row), Some(card)) => row.card = card,
            (Some(row), None) => row.gone = true,
            (row @ None, Some(card)) => *row = Some(card.into()),
            (None, None) => {}
        });
    }

    /// Takes in the whole board, and brings all rows up to date with it; false when it is too old for that.
    pub fn install(&self, whole: Whole) -> bool {
        let taken = self.projection.try_update_value(|board| board.install(whole)).unwrap_or_default();
        if taken {
            self.refresh();
        }
        taken
    }

    fn refresh(&self) {
        let slots: Vec<_> = self.rows.read_value().keys().copied().collect();
        for slot in slots {
            let card = self.projection.read_value().card(slot).cloned();
            let same =
                self.row(slot).with_untracked(|row| row.as_ref().map(|row| &row.card) == card.as_ref());
            if !same {
                self.renew(slot, card);
            }
        }
    }

    /// Shows what the view wants now. The column that a hand is on keeps its cards where they are, and counts
    /// what waits.
    pub fn settle(&self, held: Option<usize>) {
        let projection = self.projection.read_value();
        if *self.totals.read_untracked() != projection.totals() {
            self.totals.set(projection.totals());
        }
        for at in 0..Status::COLUMNS.len() {
            let mut shown = projection.shown(at);
            let waits = if held == Some(at) {
                let before = Arc::clone(&self.columns[at].read_untracked().list);
                let fresh = arrived(&before, &shown.list);
                shown.list = before;
                fresh
            } else {
                0
            };
            if *self.columns[at].read_untracked() != shown {
                self.columns[at].set(shown);
            }
            if self.waiting[at].get_untracked() != waits {
                self.waiting[at].set(waits);
            }
        }
    }

    /// Takes the view as it is now to the cards.
    pub fn look(&self) {
        self.projection.update_value(|projection| projection.set_view(&self.view.read_untracked()));
        self.settle(None);
    }

    /// Time has gone on.
    pub fn tick(&self, now: Timestamp) {
        self.light.now.set(now);
        self.projection.update_value(|projection| projection.set_now(now));
    }

    /// This person has looked at everything that was approved up to then.
    pub fn saw(&self, seen: Timestamp, held: Option<usize>) {
        self.light.seen.set(seen);
        self.projection.update_value(|projection| projection.set_seen(Some(seen)));
        self.settle(held);
    }

    /// Forgets the rows of orders that are neither on the board nor on the screen.
    pub fn sweep(&self) {
        let projection = self.projection.read_value();
        let on_screen =
            |slot: &Slot| self.columns.iter().any(|column| column.read_untracked().list.contains(slot));
        self.rows.write_value().retain(|slot, _| projection.card(*slot).is_some() || on_screen(slot));
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

/// The board's page, under `<body>`.
pub fn board_view(board: Board, flash: Option<&Flash>) -> impl IntoView + use<> {
    let lang = board.light.lang;
    view! {
        <header class="bar">
            {still!(super::bar::start(&board.view.read_untracked(), lang))}
            {filters(board.view, board.totals, lang)}
            {mark(board.fresh_at, lang)}
            {still!(super::bar::end(&board.view.read_untracked(), &board.light.me.read_value(), lang))}
        </header>
        {notice(flash, lang, true)}
        <main class="board" id="content" aria-label=lang.t(Word::ColumnsLabel) class:single=move || board.view.read().status.is_some()>
            <h1 class="unseen">{lang.t(Word::WholeBoard)}</h1>
            {(0..Status::COLUMNS.len()).map(|at| view! { <Column at board /> }).collect::<Vec<_>>()}
        </main>
        <p class="unseen" role="status">{move || board.said.get()}</p>
    }
    .erased()
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use super::*;
    use crate::domain::Priority;
    use crate::samples::{actor, card, page, taken};

    fn html(page: &BoardPage, view: BoardView, lang: Lang) -> String {
        let owner = Owner::new();
        owner.with(|| {
            let board = Board::new(page, view, actor(), "seed".into(), lang);
            board_view(board, None).to_html()
        })
    }

    fn whole(page: &BoardPage) -> String {
        html(page, BoardView::default(), Lang::Ru)
    }

    #[test]
    fn a_board_without_a_script_has_all_that_tests_and_people_hold_on_to() {
        let html = whole(&page(vec![
            card(1),
            taken(2, "operator1", Status::Started),
            taken(3, "other", Status::Packaging),
        ]));
        for part in [
            r#"data-column="MANUFACTURING_APPROVED""#,
            r#"data-column="MANUFACTURING_STARTED""#,
            r#"data-column="MANUFACTURING_COMPLETED""#,
            r#"data-column="PACKAGING""#,
            r#"data-count="1""#,
            r#"data-count="0""#,
            r#"data-order="A-1""#,
            r#"data-status="MANUFACTURING_APPROVED""#,
            r#"data-version="2""#,
            r#"data-live="behind""#,
            r#"data-testid="search""#,
            r#"data-action="open""#,
            r#"data-action="take""#,
            r#"data-action="complete""#,
            r#"action="/api/take""#,
            r#"method="post""#,
            r#"name="id""#,
            r#"name="version" value="1""#,
            r#"name="request_id" value="seed-A-1-1-tak""#,
            r#"data-model-sha="abababab"#,
            "золото\u{a0}585, жёлтое",
            "6\u{202f}900\u{a0}₽",
            "17,5",
            "data-logout",
        ] {
            assert!(html.contains(part), "{part} is missing in {html}");
        }
        assert!(!html.contains(r#"data-action="ship""#), "another operator's order is not mine to ship");
        assert!(!html.contains("style=\""), "the policy forbids inline styles");
    }

    #[test]
    fn hostile_texts_stay_texts() {
        let attack = r#"</script><script>alert(1)</script>"'><img src=x onerror=alert(2)>"#;
        let mut card = taken(1, "operator1", Status::Started);
        (card.title, card.material) = (attack.into(), attack.into());
        (card.size, card.comment) = (Some(attack.into()), Some(attack.into()));
        card.operator.as_mut().unwrap().name = attack.into();
        let page = page(vec![card]);
        let view = BoardView { q: attack.into(), ..BoardView::default() };
        for html in [whole(&page), html(&page, view, Lang::En)] {
            assert!(!html.contains("<script"), "{html}");
            assert!(!html.contains("<img"), "{html}");
        }
    }

    #[test]
    fn a_filter_keeps_the_rest_of_the_view_in_the_address() {
        let view = BoardView { q: "кольцо".into(), rush: true, ..BoardView::default() };
        let html = html(&page(vec![]), view, Lang::En);
        assert!(html.contains("/?mine=1&amp;rush=1&amp;q=%D0%BA"), "{html}");
        assert!(html.contains(r#"<input type="hidden" name="rush" value="1""#), "{html}");
    }

    #[test]
    fn an_empty_board_says_what_will_come() {
        assert!(whole(&page(vec![])).contains(Lang::Ru.t(Word::EmptyApproved)));
    }

    #[test]
    fn rush_and_late_are_said_in_words() {
        let mut card = card(1);
        card.priority = Priority::Rush;
        card.due_at = Some("2026-11-20T00:00:00Z".parse().unwrap());
        let html = whole(&page(vec![card]));
        assert!(html.contains("Срочно") && html.contains("просрочен"), "{html}");
    }

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
            board.hear(vec![delta(11, taken)], Some(0));
            let mut newest = card(3);
            newest.approved_at = first.now;
            board.hear(vec![delta(12, newest)], Some(0));
            let shown = |at: usize| board.columns[at].get_untracked();
            assert_eq!(*shown(0).list, slots(&board, &[1, 2]));
            assert_eq!((shown(0).count, board.waiting[0].get_untracked()), (2, 1));
            assert_eq!(*shown(1).list, slots(&board, &[2]));
            board.settle(None);
            assert_eq!(*shown(0).list, slots(&board, &[3, 1]));
            assert_eq!(board.waiting[0].get_untracked(), 0);
        });
    }
}
