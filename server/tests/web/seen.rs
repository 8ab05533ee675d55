//! What is new to somebody: the watermark moves forward alone, on every server, and the board shows what lies after it.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on says so")]

use std::time::Duration;

use app::{
    backend::{Backend, BoardAsk},
    domain::{Actor, BoardPage, BoardView, Command, Role, Timestamp},
};
use serde_json::{Value, json};
use server::{desk::Desk, store::Postgres};

use crate::{
    floor,
    site::{self, header, site},
    workshop::{message::approval, press_once, workshop},
};

async fn look(desk: &Desk, actor: &Actor) -> BoardPage {
    let ask =
        BoardAsk { actor: actor.clone(), view: BoardView::default(), at_least: None, limit: 50, skip: 0 };
    desk.board(ask).await.unwrap()
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

/// Signs in, so that the desk knows the person's watermark; who they are.
async fn sign_in(desk: &Desk, login: &str) -> Actor {
    desk.login(login, &login.repeat(8), "10.0.0.1").await.unwrap().actor
}

async fn stored(store: &Postgres) -> Timestamp {
    let seen: String = sqlx::query_scalar("SELECT wire_time(seen_at) FROM users WHERE login = 'anna'")
        .fetch_one(store.pool())
        .await
        .unwrap();
    at(&seen)
}

/// Anna is new herself, so nothing is new to her; then time passes.
async fn years_ago(store: &Postgres) {
    sqlx::query("UPDATE users SET seen_at = '2026-01-01T00:00:00Z'").execute(store.pool()).await.unwrap();
}

#[tokio::test]
async fn a_watermark_never_moves_back_whatever_comes_late() {
    let shop = workshop().await;
    shop.person("anna", Role::Operator).await;
    years_ago(&shop.database.store).await;
    let other = shop.another().await;
    let anna = sign_in(&shop.desk, "anna").await;
    sign_in(&other, "anna").await;
    let newest = at("2026-03-09T00:00:00Z");
    // Forty words of two devices at two servers, in no order.
    let words = (0..40).map(|n: u32| {
        let (desk, anna) = (if n.is_multiple_of(2) { &shop.desk } else { &other }, anna.clone());
        async move { desk.look(&anna, at(&format!("2026-03-0{}T00:00:00Z", n * 7 % 9 + 1))).await.unwrap() }
    });
    let answers = futures_util::future::join_all(words).await;
    assert!(answers.iter().all(|seen| *seen <= newest));
    assert_eq!(stored(&shop.database.store).await, newest);
    for desk in [&shop.desk, &other] {
        let stale = desk.look(&anna, at("2026-02-01T00:00:00Z")).await.unwrap();
        assert!(stale >= at("2026-03-01T00:00:00Z"), "{stale}");
        let heard = async || desk.seen(&anna) == Some(newest);
        floor::until("both servers know the same", Duration::from_secs(5), heard).await;
    }
    assert_eq!(stored(&shop.database.store).await, newest);
}

#[tokio::test]
async fn nobody_has_seen_what_is_yet_to_come() {
    let shop = workshop().await;
    shop.person("anna", Role::Operator).await;
    let anna = sign_in(&shop.desk, "anna").await;
    let seen = shop.desk.look(&anna, at("9999-01-01T00:00:00Z")).await.unwrap();
    assert!(seen <= shop.desk.now(), "{seen}");
    shop.clock.pass(Duration::from_secs(60));
    let mut message = approval("A-1");
    message["occurred_at"] = json!(shop.desk.now().to_string());
    shop.post(&message).await;
    let new = async || look(&shop.desk, &anna).await.totals.new == 1;
    floor::until("the order is new", Duration::from_secs(5), new).await;
}

#[tokio::test]
async fn another_server_knows_by_word_and_without_word_by_asking() {
    let shop = workshop().await;
    shop.person("anna", Role::Operator).await;
    years_ago(&shop.database.store).await;
    let other = shop.another().await;
    let anna = sign_in(&shop.desk, "anna").await;
    sign_in(&other, "anna").await;
    assert_eq!(other.seen(&anna), Some(at("2026-01-01T00:00:00Z")));

    let first = at("2026-02-01T00:00:00Z");
    shop.desk.look(&anna, first).await.unwrap();
    let heard = async || other.seen(&anna) == Some(first);
    floor::until("the other server hears of it", Duration::from_secs(5), heard).await;

    let unheard = "UPDATE users SET seen_at = '2026-03-01T00:00:00Z'";
    sqlx::query(unheard).execute(shop.database.pool()).await.unwrap();
    assert_eq!(other.seen(&anna), Some(first));
    other.recheck_sessions().await.unwrap();
    assert_eq!(other.seen(&anna), Some(at("2026-03-01T00:00:00Z")));
}

#[tokio::test]
async fn new_is_what_came_after_i_looked_and_is_not_in_my_hands() {
    let shop = workshop().await;
    shop.person("anna", Role::Operator).await;
    shop.person("boris", Role::Operator).await;
    years_ago(&shop.database.store).await;
    let (anna, boris) = (sign_in(&shop.desk, "anna").await, sign_in(&shop.desk, "boris").await);
    let mut ids = Vec::new();
    for n in 1..=5 {
        let mut message = approval(&format!("A-{n}"));
        message["occurred_at"] = json!(format!("2026-02-0{n}T00:00:00Z"));
        shop.post(&message).await;
        ids.push(message["order"]["id"].as_str().unwrap().parse().unwrap());
    }
    press_once(&shop.desk, &anna, Command::Take, ids[4], 1).await.unwrap();
    press_once(&shop.desk, &boris, Command::Take, ids[3], 1).await.unwrap();
    shop.desk.look(&anna, at("2026-02-02T00:00:00Z")).await.unwrap();
    let there = async || shop.desk.cache().near().unwrap().revision().rev == 7;
    floor::until("all changes are on the board", Duration::from_secs(5), there).await;

    let page = look(&shop.desk, &anna).await;
    assert_eq!(page.seen, at("2026-02-02T00:00:00Z"));
    assert_eq!((page.totals.new, page.totals.newest), (2, Some(at("2026-02-04T00:00:00Z"))));
    let view = BoardView { new: true, ..BoardView::default() };
    let ask = BoardAsk { actor: anna, view, at_least: None, limit: 50, skip: 0 };
    let shown = shop.desk.board(ask).await.unwrap();
    let numbers: Vec<_> =
        shown.columns.iter().flat_map(|column| &column.cards).map(|card| card.number.to_string()).collect();
    assert_eq!(numbers, ["A-3", "A-4"]);
    assert_eq!(look(&shop.desk, &boris).await.totals.new, 4, "each has their own watermark");
}

#[tokio::test]
async fn looking_costs_one_statement_and_looking_again_none() {
    let shop = workshop().await;
    let meter = floor::meter::Meter::begin();
    shop.person("anna", Role::Operator).await;
    years_ago(&shop.database.store).await;
    let anna = sign_in(&shop.desk, "anna").await;
    let asked = || meter.sum("store_statements_total", &["origin=\"request\""]);
    let before = asked();
    let until = at("2026-02-01T00:00:00Z");
    for _ in 0..100 {
        assert_eq!(shop.desk.look(&anna, until).await.unwrap(), until);
    }
    assert!((asked() - before - 1.0).abs() < f64::EPSILON, "{} statements", asked() - before);
    shop.database.away(true).await;
    assert_eq!(shop.desk.look(&anna, until).await, Ok(until));
    assert!(shop.desk.look(&anna, at("2026-02-02T00:00:00Z")).await.is_err());
    assert_eq!(look(&shop.desk, &anna).await.seen, until, "the board goes on by what is known");
}

#[tokio::test]
async fn what_is_new_is_the_same_on_the_page_and_for_programs() {
    let site = site().await;
    let anna = site.operator("anna").await;
    for number in ["A-1", "A-2", "A-3"] {
        site.order(number).await;
    }
    let numbers = |board: &Value| -> Vec<String> {
        let orders = board["orders"].as_array().unwrap().iter();
        orders.map(|order| order["number"].as_str().unwrap().to_owned()).collect()
    };
    let all = async || anna.board("?new=1").await["orders"].as_array().unwrap().len() == 3;
    floor::until("three are new", Duration::from_secs(5), all).await;
    let board = anna.board("?new=1").await;
    let second = board["orders"][1]["approved_at"].as_str().unwrap();
    let html = anna.open("/").await.text().await.unwrap();
    assert!(html.contains("<title>(3) "), "the tab counts");
    assert_eq!(html.matches("mark fresh").count(), 3);

    let answer = anna.send("/api/seen", &[("until", second)]).await;
    assert_eq!(answer.status(), 200);
    assert_eq!(answer.json::<Value>().await.unwrap(), json!({ "seen": second }));
    let board = anna.board("?new=1").await;
    assert_eq!(numbers(&board), ["A-3"]);
    let html = anna.open("/?new=1").await.text().await.unwrap();
    assert!(html.contains("<title>(1) ") && html.contains("data-order=\"A-3\""));
    assert!(!html.contains("data-order=\"A-1\""));

    // The button is a form: without a script it leads back to its page.
    let newest = board["orders"][0]["approved_at"].as_str().unwrap();
    assert!(html.contains(&format!("name=\"until\" value=\"{newest}\"")));
    let back = anna.submit("/?new=1", "/api/seen", &[("until", newest)]).await;
    assert_eq!((back.status().as_u16(), header(back.headers(), "location")), (303, "/?new=1"));
    assert_eq!(site::flash(&back), Value::Null);
    assert_eq!(anna.board("?new=1").await["orders"], json!([]));
    let other = site.again("anna").await;
    assert_eq!(other.board("?new=1").await["orders"], json!([]), "also on another device");
}

#[tokio::test]
async fn a_word_that_is_none_is_refused_and_nobody_speaks_for_another() {
    let site = site().await;
    let (anna, boris) = (site.operator("anna").await, site.operator("boris").await);
    site.order("A-1").await;
    let new = async || anna.board("?new=1").await["orders"].as_array().unwrap().len() == 1;
    floor::until("one is new", Duration::from_secs(5), new).await;
    for until in ["", "now", "<script>", "2026-02-30T00:00:00Z", "-1", "9999999999999999999"] {
        let refused = anna.send("/api/seen", &[("until", until)]).await;
        assert_eq!(refused.status(), 422, "{until}");
        assert!(!refused.text().await.unwrap().contains("<script>"));
    }
    assert_eq!(anna.send("/api/seen", &[]).await.status(), 422);
    assert_eq!(site.stranger().send("/api/seen", &[("until", "2026-01-01T00:00:00Z")]).await.status(), 401);
    assert_eq!(boris.send("/api/seen", &[("until", "9999-12-31T00:00:00Z")]).await.status(), 200);
    assert_eq!(boris.board("?new=1").await["orders"], json!([]));
    assert_eq!(anna.board("?new=1").await["orders"][0]["number"], "A-1");

    site.database.away(true).await;
    let failed = anna.submit("/", "/api/seen", &[("until", "2999-01-01T00:00:00Z")]).await;
    assert_eq!(failed.status(), 303);
    let html = anna.open("/").await.text().await.unwrap();
    assert!(html.contains("могло не записаться"), "what happened is told on the board");
    site.database.away(false).await;
}
