//! Reads: what the first screen holds, and that nobody is asked for it.
#![expect(clippy::unwrap_used, reason = "tests")]

use std::time::Duration;

use app::{
    backend::{Backend, BoardAsk},
    domain::{Actor, BoardPage, BoardView, Command, Role, Sort, Status},
};
use metrics_exporter_prometheus::PrometheusBuilder;
use serde_json::json;
use server::desk::Reads;

use crate::{
    floor,
    workshop::{
        Workshop,
        message::{approval, whole},
        press_once, workshop,
    },
};

fn look(actor: &Actor, view: BoardView, limit: usize) -> BoardAsk {
    BoardAsk { actor: actor.clone(), view, at_least: None, limit, skip: 0 }
}

fn numbers(page: &BoardPage, status: Status) -> Vec<&str> {
    let column = page.columns.iter().find(|column| column.status == status).unwrap();
    column.cards.iter().map(|card| card.number.as_str()).collect()
}

/// Six orders, the newest last: three free, two of Anna's, one of Boris's.
async fn six(shop: &Workshop) -> (Actor, Actor) {
    let (anna, boris) =
        (shop.person("anna", Role::Operator).await, shop.person("boris", Role::Operator).await);
    for n in 1..=6 {
        let mut message = if n % 2 == 0 { whole(&format!("A-{n}")) } else { approval(&format!("A-{n}")) };
        message["occurred_at"] = json!(format!("2026-11-0{n}T00:00:00Z"));
        message["order"]["due_at"] = json!(format!("202{n}-01-01T00:00:00Z"));
        assert_eq!(shop.post(&message).await, "accepted");
        let id = message["order"]["id"].as_str().unwrap().parse().unwrap();
        let by = match n {
            2 | 3 => &anna,
            4 => &boris,
            _ => continue,
        };
        press_once(&shop.desk, by, Command::Take, id, 1).await.unwrap();
    }
    let there = async || shop.desk.cache().near().unwrap().revision().rev == 9;
    floor::until("all changes are on the board", Duration::from_secs(5), there).await;
    (anna, boris)
}

#[tokio::test]
async fn the_first_screen_shows_mine_first_then_the_newest_and_counts_all() {
    let shop = workshop().await;
    let (anna, _) = six(&shop).await;
    let page = shop.desk.board(look(&anna, BoardView::default(), 2)).await.unwrap();
    assert_eq!(numbers(&page, Status::Approved), ["A-6", "A-5"]);
    assert_eq!(numbers(&page, Status::Started), ["A-3", "A-2"]);
    let counts: Vec<_> = page.columns.iter().map(|column| (column.count, column.mine)).collect();
    assert_eq!(counts, [(3, 0), (3, 2), (0, 0), (0, 0)]);
    let totals = page.totals;
    assert_eq!([totals.all, totals.mine, totals.free, totals.rush], [6, 2, 3, 3]);
    // Promised for the new years of 2021 to 2026; those that the clock has passed.
    let passed = u32::try_from(shop.desk.now().day(0).0.year - 2020).unwrap().min(6);
    assert_eq!(totals.overdue, passed);
    let page = shop.desk.board(look(&anna, BoardView::default(), 100)).await.unwrap();
    assert_eq!(numbers(&page, Status::Started), ["A-3", "A-2", "A-4"]);
}

#[tokio::test]
async fn page_by_page_every_order_of_a_column_is_shown_once() {
    let shop = workshop().await;
    let (anna, _) = six(&shop).await;
    for sort in [Sort::Newest, Sort::Pay] {
        let view = BoardView { status: Some(Status::Started), sort, ..BoardView::default() };
        let mut seen = Vec::new();
        for skip in 0..4 {
            let ask = BoardAsk { skip, ..look(&anna, view.clone(), 1) };
            let page = shop.desk.board(ask).await.unwrap();
            assert_eq!(page.columns[1].count, 3);
            seen.extend(numbers(&page, Status::Started).into_iter().map(str::to_owned));
        }
        seen.sort_unstable();
        assert_eq!(seen, ["A-2", "A-3", "A-4"]);
    }
}

#[tokio::test]
async fn filters_search_and_order_show_the_same_from_everywhere() {
    let shop = workshop().await;
    let (anna, _) = six(&shop).await;
    let view = |change: fn(&mut BoardView)| {
        let mut view = BoardView::default();
        change(&mut view);
        view
    };
    let cases: [(BoardView, &[&str], &[&str]); 9] = [
        (view(|v| v.mine = true), &[], &["A-3", "A-2"]),
        (view(|v| v.free = true), &["A-6", "A-5", "A-1"], &[]),
        (view(|v| v.rush = true), &["A-6"], &["A-2", "A-4"]),
        (view(|v| v.operator = Some("boris".into())), &[], &["A-4"]),
        (view(|v| v.status = Some(Status::Started)), &[], &["A-3", "A-2", "A-4"]),
        (view(|v| v.sort = Sort::Due), &["A-1", "A-5", "A-6"], &["A-2", "A-3", "A-4"]),
        (view(|v| v.q = "a-5 ВЕТВЬ".into()), &["A-5"], &[]),
        (view(|v| v.q = "boris".into()), &[], &["A-4"]),
        (view(|v| v.q = "19.09 Гравировка".into()), &["A-6"], &["A-2", "A-4"]),
    ];
    let redis = shop.another_reading(Reads::Redis).await;
    let postgres = shop.another_reading(Reads::Postgres).await;
    let whole = async || redis.snapshot(None).await.is_ok_and(|board| board.len() == 6);
    floor::until("Redis holds the board", Duration::from_secs(5), whole).await;
    for (view, free, started) in cases {
        for desk in [&shop.desk, &redis, &postgres] {
            let page = desk.board(look(&anna, view.clone(), 50)).await.unwrap();
            assert_eq!(numbers(&page, Status::Approved), free, "{:?} {view:?}", desk.reads());
            assert_eq!(numbers(&page, Status::Started), started, "{:?} {view:?}", desk.reads());
            let first = desk.board(look(&anna, view.clone(), 1)).await.unwrap();
            assert_eq!(numbers(&first, Status::Started), started[..started.len().min(1)]);
        }
    }
}

#[tokio::test]
async fn an_order_reads_alike_from_everywhere_and_unknown_numbers_are_nobody() {
    let shop = workshop().await;
    six(&shop).await;
    let number = "A-4".parse().unwrap();
    let near = shop.desk.order(&number, None).await.unwrap().unwrap();
    for reads in [Reads::Redis, Reads::Postgres] {
        let desk = shop.another_reading(reads).await;
        let there = async || desk.snapshot(None).await.is_ok_and(|board| board.revision() == near.revision);
        floor::until("all changes are there", Duration::from_secs(5), there).await;
        let page = desk.order(&number, None).await.unwrap().unwrap();
        assert_eq!((page.entry, page.revision), (near.entry.clone(), near.revision), "{reads:?}");
    }
    assert!(shop.desk.order(&"A-99".parse().unwrap(), None).await.unwrap().is_none());
}

#[tokio::test]
async fn reads_of_the_board_and_of_actual_orders_ask_nobody() {
    let recorder = PrometheusBuilder::new().build_recorder();
    let counters = recorder.handle();
    let _guard = metrics::set_default_local_recorder(&recorder);
    let asked = || {
        let page = counters.render();
        let counted = page.lines().filter(|line| line.contains("origin=\"request\""));
        counted.map(|line| line.rsplit_once(' ').unwrap().1.parse::<f64>().unwrap()).sum::<f64>()
    };
    let shop = workshop().await;
    six(&shop).await;
    let signed_in = shop.desk.login("anna", "annaannaannaannaannaannaannaanna", "a").await.unwrap();
    let number = "A-4".parse().unwrap();
    let before = asked();
    assert!(before > 0.0, "{}", counters.render());
    for n in 0..2_000 {
        let actor = shop.desk.session(&signed_in.token).await.unwrap().unwrap();
        let view =
            if n % 10 == 0 { BoardView { rush: true, ..BoardView::default() } } else { BoardView::default() };
        shop.desk.board(look(&actor, view, 30)).await.unwrap();
        shop.desk.order(&number, None).await.unwrap().unwrap();
        // Refreshes and drains run meanwhile.
        tokio::task::yield_now().await;
    }
    assert_eq!(asked().to_bits(), before.to_bits());
}
