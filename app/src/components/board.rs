//! The board: its state, which the server renders once and the browser then keeps up, and its view.

use std::collections::HashMap;

use leptos::prelude::*;

use super::{
    bar::brand,
    card::{Light, Row},
    column::Column,
    filters::{filters, search},
    menu::menu,
    notice::notice,
};
use crate::{
    address,
    domain::{Actor, BoardPage, BoardView, Card, OrderId, Status, Timestamp, Totals, view::Onlooker},
    flash::Flash,
    i18n::{Lang, Word},
    projection::{Delta, Projection, Shown},
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

type Rows = HashMap<OrderId, ArcRwSignal<Option<Row>>>;

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
    /// How fresh it all is.
    pub live: RwSignal<Live>,
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
        let eye = Onlooker { login: &me.login, now: page.now, seen: None };
        let projection = Projection::of_page(page, eye);
        let shown = projection.columns(&view, eye, limit(&view));
        let now = RwSignal::new(page.now);
        Self {
            columns: shown.map(RwSignal::new),
            waiting: std::array::from_fn(|_| RwSignal::new(0)),
            totals: RwSignal::new(page.totals),
            live: RwSignal::new(Live::Behind(page.fresh_at)),
            said: RwSignal::new(String::new()),
            projection: StoredValue::new(projection),
            rows: StoredValue::new(Rows::new()),
            view: RwSignal::new(view),
            light: Light { lang, me: StoredValue::new(me), seed: StoredValue::new(seed), now },
        }
    }

    /// The row of an order, which outlives its place in a column.
    #[must_use]
    pub fn row(&self, id: OrderId) -> ArcRwSignal<Option<Row>> {
        let known = self.rows.read_value().get(&id).cloned();
        known.unwrap_or_else(|| {
            let row = ArcRwSignal::new(self.projection.read_value().card(id).cloned().map(Row::from));
            self.rows.write_value().insert(id, row.clone());
            row
        })
    }

    /// Changes the row of an order, if it has one.
    pub fn touch(&self, id: OrderId, change: impl FnOnce(&mut Row)) {
        self.row(id).update(|row| {
            if let Some(row) = row {
                change(row);
            }
        });
    }

    /// Takes in a change. `held` is the column that a hand is on.
    pub fn hear(&self, delta: Delta, held: Option<usize>) {
        let card = delta.order.clone();
        let changed = self.projection.try_update_value(|board| board.apply(delta)).flatten();
        let Some(id) = changed else { return };
        self.renew(id, card.map(|card| *card));
        self.settle(held);
    }

    /// Brings a row up to date with its order; nothing means that it has left the board.
    pub fn renew(&self, id: OrderId, card: Option<Card>) {
        self.row(id).update(|row| match (row, card) {
            (Some(row), Some(card)) => row.card = card,
            (Some(row), None) => row.gone = true,
            (row @ None, Some(card)) => *row = Some(card.into()),
            (None, None) => {}
        });
    }

    /// Shows what the view wants now. The column that a hand is on keeps its cards where they are, and counts
    /// what waits.
    pub fn settle(&self, held: Option<usize>) {
        let me = self.light.me.read_value();
        let eye = Onlooker { login: &me.login, now: self.light.now.get_untracked(), seen: None };
        let view = self.view.read_untracked();
        let projection = self.projection.read_value();
        let wanted = projection.columns(&view, eye, limit(&view));
        self.totals.set(projection.totals(eye));
        for (at, mut shown) in wanted.into_iter().enumerate() {
            let before = self.columns[at].read_untracked().ids.clone();
            let waits = if held == Some(at) {
                let fresh = shown.ids.iter().filter(|id| !before.contains(id)).count();
                shown.ids = before;
                u32::try_from(fresh).unwrap_or(u32::MAX)
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

    /// Forgets the rows of orders that are neither on the board nor on the screen.
    pub fn sweep(&self) {
        let projection = self.projection.read_value();
        let on_screen = |id: &OrderId| self.columns.iter().any(|column| column.read_untracked().ids.contains(id));
        self.rows.write_value().retain(|id, _| projection.card(*id).is_some() || on_screen(id));
    }
}

/// The board's page, under `<body>`.
pub fn board_view(board: Board, flash: Option<&Flash>) -> AnyView {
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
            {menu(&board.light.me.read_value(), lang, &back)}
        </header>
        {notice(flash, lang, true)}
        <main class="board" id="content" aria-label=lang.t(Word::ColumnsLabel) class:single=move || board.view.read().status.is_some()>
            {(0..Status::COLUMNS.len()).map(|at| view! { <Column at board /> }).collect::<Vec<_>>()}
        </main>
        <p class="unseen" role="status">{move || board.said.get()}</p>
    }
    .into_any()
}
