//! The board recomputed from nothing after every step, for the property that the kept one is the same.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;
use crate::{
    domain::{Amount, OperatorName, Priority, Sort},
    samples::{NOW, card},
};

const ME: &str = "operator1";

#[derive(Debug, Clone)]
enum Step {
    /// A change, so many revisions after the last one; it may come late.
    Change(Delta),
    /// The whole board as of a revision.
    Install(u64),
    View(BoardView),
    Later(i64),
    Seen(i64),
}

fn some_card() -> impl Strategy<Value = Card> {
    let status = prop::sample::select(vec![
        Status::Approved,
        Status::Approved,
        Status::Started,
        Status::Completed,
        Status::Packaging,
        Status::Shipped,
    ]);
    let owner = prop::sample::select(vec![None, Some(ME), Some("other")]);
    (
        1..14_u128,
        status,
        owner,
        any::<bool>(),
        prop::option::of(-3..3_i64),
        0..4_i64,
        prop::option::of(0..3_i64),
    )
        .prop_map(|(n, status, owner, rush, due, approved, pay)| {
            let mut it = card(n);
            it.status = status;
            it.operator = owner.map(|login| OperatorName { login: login.into(), name: login.into() });
            it.priority = if rush { Priority::Rush } else { Priority::Normal };
            it.due_at = due.map(|hours| Timestamp::from_millis(NOW.millis() + hours * 3_600_000));
            it.approved_at = Timestamp::from_millis(NOW.millis() - approved * 60_000);
            match (pay, it.pay.as_mut()) {
                (Some(pay), Some(money)) => money.amount = Amount::from_hundredths(pay),
                _ => it.pay = None,
            }
            it
        })
}

fn some_view() -> impl Strategy<Value = BoardView> {
    let q = prop::sample::select(vec!["", "а", "a-1", "A-1 кольц", "кольцо", "нет такого", "other"]);
    let sort = prop::sample::select(vec![Sort::Newest, Sort::Due, Sort::Pay]);
    let status = prop::sample::select(vec![None, None, None, Some(Status::Approved), Some(Status::Started)]);
    (q, sort, status, prop::collection::vec(prop::bool::weighted(0.2), 5)).prop_map(
        |(q, sort, status, on)| {
            let operator = on[4].then(|| "other".to_owned());
            let (mine, free, rush, overdue) = (on[0], on[1], on[2], on[3]);
            BoardView { q: q.into(), status, mine, free, rush, overdue, operator, new: on[4], sort, page: 0 }
        },
    )
}

fn some_step() -> impl Strategy<Value = Step> {
    let revision = || (1..40_u64).prop_map(|rev| Revision::new(1, rev));
    prop_oneof![
        6 => (revision(), some_card()).prop_map(|(revision, card)| Step::Change(Delta {
            revision,
            order: Some(Box::new(card)),
            removed: None,
        })),
        1 => (revision(), 1..14_u128).prop_map(|(revision, n)| Step::Change(Delta {
            revision,
            order: None,
            removed: Some(card(n).id),
        })),
        1 => (1..40_u64).prop_map(Step::Install),
        2 => some_view().prop_map(Step::View),
        1 => (0..5_i64).prop_map(Step::Later),
        1 => (0..5_i64).prop_map(Step::Seen),
    ]
}

/// What the board must be: every order by its newest message.
#[derive(Default)]
struct Naive {
    known: BTreeMap<OrderId, (u64, Option<Card>)>,
    floor: u64,
}

impl Naive {
    fn change(&mut self, delta: &Delta) {
        let Some(id) = delta.order.as_ref().map(|card| card.id).or(delta.removed) else { return };
        let known = self.known.get(&id).map_or(self.floor, |(at, _)| *at);
        if delta.revision.rev > known {
            let card = delta.order.as_deref().cloned().filter(|card| card.status.is_actual());
            self.known.insert(id, (delta.revision.rev, card));
        }
    }

    fn install(&mut self, rev: u64, cards: &[Card]) {
        if rev < self.floor {
            return;
        }
        for (at, card) in self.known.values_mut() {
            if *at <= rev {
                (*at, *card) = (rev, None);
            }
        }
        for card in cards {
            let (at, held) = self.known.entry(card.id).or_insert((rev, None));
            if *at <= rev {
                *held = Some(card.clone());
            }
        }
        self.floor = rev;
    }

    fn cards(&self) -> impl Iterator<Item = &Card> {
        self.known.values().filter_map(|(_, card)| card.as_ref())
    }

    fn column(&self, at: usize, view: &BoardView, eye: Onlooker<'_>) -> Vec<OrderId> {
        let words = view.words();
        let shown = |card: &&Card| {
            card.status == Status::COLUMNS[at] && view.shows(card, &card.searched_text(), &words, eye)
        };
        let mut cards: Vec<_> = self.cards().filter(shown).collect();
        cards.sort_by(|a, b| b.is_of(ME).cmp(&a.is_of(ME)).then_with(|| view.compare(a, b)));
        cards.into_iter().map(|card| card.id).collect()
    }

    fn totals(&self, eye: Onlooker<'_>) -> Totals {
        let new = || self.cards().filter(|card| eye.finds_new(card));
        let count = |test: &dyn Fn(&Card) -> bool| small(self.cards().filter(|card| test(card)).count());
        Totals {
            all: count(&|_| true),
            mine: count(&|card| card.is_of(ME)),
            free: count(&|card| card.status == Status::Approved),
            rush: count(&|card| card.priority == Priority::Rush),
            overdue: count(&|card| card.is_overdue(eye.now)),
            new: small(new().count()),
            newest: new().map(|card| card.approved_at).max(),
        }
    }
}

proptest! {
    #[test]
    fn the_kept_board_is_the_recomputed_one(
        steps in prop::collection::vec(some_step(), 1..60),
        whole in prop::collection::btree_map(1..14_u128, some_card(), 0..10),
    ) {
        // One card an order, all of them actual, as the server sends them.
        let whole: Vec<Card> = whole
            .into_iter()
            .map(|(n, made)| Card { id: card(n).id, number: card(n).number, ..made })
            .filter(|card| card.status.is_actual())
            .collect();
        let mut now = NOW;
        let mut view = BoardView::default();
        let mut seen = None;
        let mut board = Projection {
            look: Look::new(view.clone(), Onlooker { login: ME, now, seen }),
            ..Projection::default()
        };
        let mut naive = Naive::default();
        for step in steps {
            match step {
                Step::Change(delta) => {
                    naive.change(&delta);
                    board.apply(delta);
                }
                Step::Install(rev) => {
                    naive.install(rev, &whole);
                    let mut read = Whole::new(Revision::new(1, rev));
                    whole.iter().cloned().for_each(|card| read.add(card));
                    board.install(read);
                }
                Step::View(next) => {
                    board.set_view(&next);
                    view = next;
                }
                Step::Later(hours) => {
                    now = Timestamp::from_millis(now.millis() + hours * 1_800_000);
                    board.set_now(now);
                }
                Step::Seen(minutes) => {
                    seen = Some(Timestamp::from_millis(NOW.millis() - minutes * 60_000));
                    board.set_seen(seen);
                }
            }
            let eye = Onlooker { login: ME, now, seen };
            prop_assert_eq!(board.totals(), naive.totals(eye));
            for at in 0..Status::COLUMNS.len() {
                let shown = board.shown(at);
                let ids: Vec<_> = shown.list.iter().filter_map(|slot| Some(board.card(*slot)?.id)).collect();
                let wanted = naive.column(at, &view, eye);
                let mine = wanted.iter().filter(|id| {
                    board.slot(**id).and_then(|slot| board.card(slot)).is_some_and(|card| card.is_of(ME))
                });
                prop_assert_eq!((shown.count, shown.mine), (small(wanted.len()), small(mine.count())));
                prop_assert_eq!(ids, wanted);
            }
        }
    }
}
