//! The board: its state, which the server renders once and the browser then keeps up, and its view.

use std::sync::Arc;

use leptos::prelude::*;

use super::{
    bar::brand,
    card::{Extra, Light, Row},
    column::Column,
    erase::Erase,
    filters::{filters, search},
    menu::{language, menu},
    notice::notice,
    window::{limit, skipped},
};
use crate::{
    address,
    domain::{Actor, BoardPage, BoardView, Card, Status, Timestamp, Totals, view::Onlooker},
    flash::Flash,
    i18n::{Lang, Word},
    projection::{Delta, Projection, Shown, Slot, Whole},
};

/// How fresh the board is. Computed from what was heard, never from hope.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Live {
    /// Heard within the last seconds.
    Live,
    /// As it was then.
    Behind(Timestamp),
    /// No connection since then.
    Offline(Timestamp),
}

impl Live {
    /// The value of `data-live`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Live => "live",
            Self::Behind(_) => "behind",
            Self::Offline(_) => "offline",
        }
    }

    /// In words.
    #[must_use]
    pub fn words(self, lang: Lang) -> String {
        match self {
            Self::Live => lang.t(Word::LiveNow).to_owned(),
            Self::Behind(at) => lang.as_of(at),
            Self::Offline(at) => lang.offline_since(at),
        }
    }
}

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

/// The state of a board on one screen.
#[derive(Debug, Clone, Copy)]
pub struct Board {
    /// What cards are drawn with.
    pub light: Light,
    /// Search, filters, order.
    pub view: RwSignal<BoardView>,
    /// For the quick filters.
    pub totals: RwSignal<Totals>,
    /// The view of the page: which part of a column came with it.
    pub page: StoredValue<BoardView>,
    /// What each column shows.
    pub columns: [RwSignal<Shown>; 4],
    /// What waits to be shown in each, while a hand is there.
    pub waiting: [RwSignal<u32>; 4],
    /// How fresh it all is.
    pub live: RwSignal<Live>,
    /// What was last told, for those who listen to the screen.
    pub said: RwSignal<String>,
    /// The cards themselves.
    pub projection: StoredValue<Projection>,
    /// The screen, where there is one.
    pub paint: StoredValue<Option<fn(Change)>>,
    /// What goes on with a few of them.
    extras: StoredValue<Vec<(Slot, Extra)>>,
    /// What each column showed when its top was last on the screen, while it is not.
    away: StoredValue<[Option<Arc<Vec<Slot>>>; 4]>,
}

impl Board {
    /// The board as the server rendered it.
    #[must_use]
    pub fn new(page: &BoardPage, mut view: BoardView, me: Actor, seed: String, lang: Lang) -> Self {
        let of_page = StoredValue::new(view.clone());
        // A list that scrolls has no pages.
        view.page = 0;
        let eye = Onlooker { login: &me.login, now: page.now, seen: None };
        let projection = Projection::of_page(page, &view, eye);
        let now = RwSignal::new(page.now);
        Self {
            columns: std::array::from_fn(|at| RwSignal::new(projection.shown(at))),
            page: of_page,
            waiting: std::array::from_fn(|_| RwSignal::new(0)),
            totals: RwSignal::new(page.totals),
            live: RwSignal::new(Live::Behind(page.fresh_at)),
            said: RwSignal::new(String::new()),
            projection: StoredValue::new(projection),
            paint: StoredValue::new(None),
            extras: StoredValue::new(Vec::new()),
            away: StoredValue::new(Default::default()),
            view: RwSignal::new(view),
            light: Light { lang, me: StoredValue::new(me), seed: StoredValue::new(seed), now },
        }
    }

    /// The cards of a column that are in the page at first.
    #[must_use]
    pub fn first(&self, at: usize) -> Vec<Slot> {
        let limit = limit(&self.view.read_untracked());
        self.columns[at].read_untracked().list.iter().copied().take(limit).collect()
    }

    /// An order as the column at this place shows it.
    #[must_use]
    pub fn row(&self, at: usize, slot: Slot) -> Option<Row> {
        let projection = self.projection.read_value();
        let shown = self.columns[at].read_untracked();
        let place = shown.list.iter().position(|other| *other == slot);
        Some(Row {
            card: projection.last(slot)?.clone(),
            gone: projection.card(slot).is_none(),
            extra: self.extra(slot),
            place: place.map_or(0, |place| place + 1 + self.before(&shown)),
            of: shown.count,
        })
    }

    /// Cards before the first one that is here.
    #[must_use]
    pub fn before(&self, shown: &Shown) -> usize {
        let all = usize::try_from(shown.count).is_ok_and(|count| count <= shown.list.len());
        if all { 0 } else { skipped(&self.page.read_value()) }
    }

    /// What goes on with an order.
    #[must_use]
    pub fn extra(&self, slot: Slot) -> Extra {
        let extras = self.extras.read_value();
        extras.iter().find(|(held, _)| *held == slot).map(|(_, extra)| extra.clone()).unwrap_or_default()
    }

    /// Changes what goes on with an order.
    pub fn touch(&self, slot: Slot, extra: Extra) {
        let mut extras = self.extras.write_value();
        extras.retain(|(held, _)| *held != slot);
        if extra != Extra::default() {
            extras.push((slot, extra));
        }
        drop(extras);
        self.paint(Change::Card(slot));
    }

    /// Takes in a change. `held` is the column that a hand is on.
    pub fn hear(&self, delta: Delta, held: Option<usize>) {
        if let Some(slot) = self.projection.try_update_value(|board| board.apply(delta)).flatten() {
            self.paint(Change::Card(slot));
            self.settle(held);
        }
    }

    /// Takes in a card as a refusal brought it.
    pub fn correct(&self, card: Card, held: Option<usize>) {
        let id = card.id;
        self.projection.update_value(|board| board.correct(card));
        if let Some(slot) = self.projection.read_value().slot(id) {
            self.paint(Change::Card(slot));
        }
        self.settle(held);
    }

    /// Takes in the whole board and looks at it anew; false when it is too old for that.
    pub fn install(&self, whole: Whole, held: Option<usize>) -> bool {
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

    /// Shows what the view wants now. The column that a hand is on keeps its cards where they are. What comes in
    /// there, or above what is on the screen, is counted and told.
    pub fn settle(&self, held: Option<usize>) {
        let projection = self.projection.read_value();
        if *self.totals.read_untracked() != projection.totals() {
            self.totals.set(projection.totals());
        }
        for at in 0..Status::COLUMNS.len() {
            let mut shown = projection.shown(at);
            let before = Arc::clone(&self.columns[at].read_untracked().list);
            let known =
                self.away.read_value()[at].clone().or((held == Some(at)).then(|| Arc::clone(&before)));
            let waits = known.map_or(0, |known| arrived(&known, &shown.list));
            if held == Some(at) {
                shown.list = before;
            }
            if *self.columns[at].read_untracked() != shown {
                self.columns[at].set(shown);
            }
            let waited = self.waiting[at].get_untracked();
            if waited != waits {
                self.waiting[at].set(waits);
                if waits > waited {
                    self.said.set(self.light.lang.arrivals(waits));
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
            self.away.write_value()[at] = is.then_some(list);
        }
        if !is
            && self.waiting[at].get_untracked() > 0
            && Arc::ptr_eq(
                &self.projection.read_value().shown(at).list,
                &self.columns[at].read_untracked().list,
            )
        {
            self.waiting[at].set(0);
        }
    }

    /// Takes the view as it is now to the cards, once all of them are here.
    pub fn look(&self) {
        if self.projection.read_value().is_whole() {
            self.projection.update_value(|projection| projection.set_view(&self.view.read_untracked()));
        }
        self.away.set_value(Default::default());
        self.settle(None);
    }

    /// Time has gone on.
    pub fn tick(&self, now: Timestamp) {
        self.light.now.set(now);
        self.projection.update_value(|projection| projection.set_now(now));
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

/// The board's page, under `<body>`.
pub fn board_view(board: Board, flash: Option<&Flash>) -> impl IntoView + use<> {
    let lang = board.light.lang;
    let view = board.view.get_untracked();
    let back = address::board(&view);
    view! {
        <header class="bar">
            {brand(lang)}
            {search(&view, lang)}
            {filters(board.view, board.totals, lang)}
            <span class="live" data-live=move || board.live.get().name()>
                {move || board.live.get().words(lang)}
            </span>
            {language(lang, &back)}
            {menu(&board.light.me.read_value(), lang, &back)}
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
            board.hear(delta(11, taken), Some(0));
            board.hear(
                delta(12, {
                    let mut card = card(3);
                    card.approved_at = first.now;
                    card
                }),
                Some(0),
            );
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
