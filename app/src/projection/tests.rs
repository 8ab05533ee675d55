#![expect(clippy::unwrap_used, reason = "tests")]

use super::*;
use crate::{
    domain::Sort,
    samples::{NOW, card, page, taken},
};

const EYE: Onlooker<'_> = Onlooker { login: "operator1", now: NOW, seen: None };

fn upsert(rev: u64, card: Card) -> Delta {
    Delta { revision: Revision::new(1, rev), order: Some(Box::new(card)), removed: None }
}

fn of_page(page: &BoardPage) -> Projection {
    Projection::of_page(page, &BoardView::default(), EYE)
}

fn whole(revision: Revision, cards: Vec<Card>) -> Whole {
    let mut whole = Whole::new(revision);
    cards.into_iter().for_each(|card| whole.add(card));
    whole
}

fn slot(board: &Projection, n: u128) -> Option<Slot> {
    board.slot(card(n).id)
}

fn numbers(board: &Projection, at: usize) -> Vec<String> {
    board.shown(at).list.iter().map(|slot| board.card(*slot).unwrap().number.to_string()).collect()
}

#[test]
fn a_taken_order_moves_to_the_top_of_its_new_column() {
    let mut board = of_page(&page(vec![card(1), card(2), taken(3, "other", Status::Started)]));
    assert_eq!(board.apply(upsert(11, taken(2, "operator1", Status::Started))), slot(&board, 2));
    assert_eq!(numbers(&board, 0), ["A-1"]);
    assert_eq!(numbers(&board, 1), ["A-2", "A-3"]);
    assert_eq!(board.totals(), Totals { all: 3, mine: 1, free: 1, ..Totals::default() });
}

#[test]
fn an_older_message_changes_nothing_and_the_shipped_stay_gone() {
    let mut board = of_page(&page(vec![card(1)]));
    assert!(board.apply(upsert(12, taken(1, "operator1", Status::Shipped))).is_some());
    assert_eq!(board.apply(upsert(11, taken(1, "operator1", Status::Packaging))), None);
    assert_eq!(board.totals().all, 0);
    assert_eq!(board.revision(), Revision::new(1, 12));
}

#[test]
fn a_card_that_a_refusal_brought_is_not_undone_by_what_came_before_it() {
    let version = |version, mut card: Card| {
        card.version = version;
        card
    };
    let mut board = of_page(&page(vec![card(1)]));
    let first = card(1).version;
    board.correct(version(first + 2, taken(1, "other", Status::Completed)));
    assert_eq!(board.apply(upsert(11, version(first + 1, taken(1, "other", Status::Started)))), None);
    assert_eq!(numbers(&board, 2), ["A-1"]);
    assert!(board.apply(upsert(12, version(first + 2, taken(1, "other", Status::Completed)))).is_some());
    // A database that was set back counts anew.
    let back = Delta { revision: Revision::new(2, 1), order: Some(Box::new(card(1))), removed: None };
    assert!(board.apply(back).is_some());
    assert_eq!(numbers(&board, 0), ["A-1"]);
}

#[test]
fn what_the_whole_board_left_out_stays_gone_when_an_older_message_comes() {
    let mut board = of_page(&page(vec![card(1)]));
    board.install(whole(Revision::new(1, 20), vec![card(2)]));
    assert_eq!(board.apply(upsert(15, card(1))), None);
    assert_eq!(board.apply(upsert(15, card(7))), None);
    assert_eq!(numbers(&board, 0), ["A-2"]);
}

#[test]
fn a_board_that_is_older_than_the_page_is_not_taken() {
    let mut board = of_page(&page(vec![card(1)]));
    assert!(!board.install(whole(Revision::new(1, 9), vec![card(2)])));
    assert_eq!((board.is_whole(), numbers(&board, 0)), (false, vec!["A-1".to_owned()]));
}

#[test]
fn what_was_heard_before_the_whole_board_came_stays() {
    let mut board = of_page(&page(vec![card(1)]));
    board.apply(upsert(15, taken(1, "operator1", Status::Started)));
    board.apply(Delta { revision: Revision::new(1, 16), order: None, removed: Some(card(2).id) });
    board.install(whole(Revision::new(1, 12), vec![card(1), card(2), card(3)]));
    assert_eq!(numbers(&board, 0), ["A-3"]);
    assert_eq!(numbers(&board, 1), ["A-1"]);
    assert!(board.is_whole());
}

#[test]
fn what_the_server_counted_and_did_not_send_stays_counted() {
    let mut first = page(vec![card(1)]);
    first.columns[0].count = 41;
    first.totals.all = 60;
    let mut board = of_page(&first);
    board.apply(upsert(11, card(9)));
    assert_eq!(board.shown(0).count, 42);
    assert_eq!(board.totals().all, 61);
}

#[test]
fn what_is_new_is_counted_here_and_beyond_until_it_is_seen() {
    let mut first = page(vec![card(1), card(5)]);
    (first.totals.new, first.totals.newest) = (7, Some(card(1).approved_at));
    let eye = Onlooker { seen: Some(card(5).approved_at), ..EYE };
    let mut board = Projection::of_page(&first, &BoardView::default(), eye);
    assert_eq!(board.totals().new, 7, "one here, six that were not sent");
    board.apply(upsert(11, card(0)));
    assert_eq!((board.totals().new, board.totals().newest), (8, Some(card(0).approved_at)));
    board.set_seen(Some(card(1).approved_at));
    assert_eq!(board.totals().new, 1, "what came later is still new");
    board.set_view(&BoardView { new: true, ..BoardView::default() });
    assert_eq!(numbers(&board, 0), ["A-0"]);
    board.apply(upsert(12, taken(0, "operator1", Status::Started)));
    assert_eq!((board.totals().new, board.totals().newest), (0, None), "what I have taken I have seen");
}

#[test]
fn a_search_finds_by_every_word() {
    let mut board = of_page(&page((1..=5).map(card).collect()));
    board.set_view(&BoardView { q: "ветвь A-3".into(), ..BoardView::default() });
    assert_eq!(numbers(&board, 0), ["A-3"]);
    assert_eq!(board.shown(0).count, 1);
}

#[test]
fn a_list_that_a_screen_holds_does_not_change_under_it() {
    let mut board = of_page(&page(vec![card(1), card(2)]));
    let held = board.shown(0).list;
    board.apply(upsert(11, taken(2, "other", Status::Started)));
    assert_eq!(held.len(), 2);
    assert_eq!(board.last(held[1]).unwrap().status, Status::Started);
}

#[test]
fn time_alone_makes_orders_overdue() {
    let mut board = of_page(&page(vec![card(1)]));
    board.set_view(&BoardView { overdue: true, ..BoardView::default() });
    assert_eq!((board.totals().overdue, board.shown(0).count), (0, 0));
    board.set_now("2026-12-14T00:00:01Z".parse().unwrap());
    assert_eq!((board.totals().overdue, board.shown(0).count), (1, 1));
}

#[test]
fn another_order_of_the_cards_is_kept_by_what_comes_later() {
    let mut board = of_page(&page(vec![card(1), card(2)]));
    board.set_view(&BoardView { sort: Sort::Pay, ..BoardView::default() });
    let mut best = card(9);
    best.pay.as_mut().unwrap().amount = crate::domain::Amount::from_hundredths(99_999_999);
    board.apply(upsert(11, best));
    assert_eq!(numbers(&board, 0), ["A-9", "A-1", "A-2"]);
}
