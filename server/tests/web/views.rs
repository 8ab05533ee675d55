//! Saved views: plain forms, each person's own, twelve at most; and the picker of operators.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on says so")]

use std::time::Duration;

use crate::{
    floor,
    site::{Browser, header, site},
};

async fn save(browser: &Browser, name: &str, view: &str) -> u16 {
    browser.send("/api/save_view", &[("name", name), ("view", view)]).await.status().as_u16()
}

/// The id of the view of that name, from the form that renames it.
async fn id(browser: &Browser, name: &str) -> String {
    let html = browser.page("/views").await;
    let entry = html.split(&format!("data-view=\"{name}\"")).nth(1).unwrap();
    let field = entry.split("name=\"id\" value=\"").nth(1).unwrap();
    field.split('"').next().unwrap().to_owned()
}

#[tokio::test]
async fn a_view_is_kept_found_again_renamed_and_forgotten_by_plain_forms() {
    let site = site().await;
    let anna = site.operator("anna").await;
    let here = "/views?rush=1&q=%D0%BA%D0%BE%D0%BB%D1%8C%D1%86%D0%BE&sort=due";
    let html = anna.page(here).await;
    assert!(html.contains("Срочные · «кольцо» · По сроку"), "{html}");
    let view = html.split("name=\"view\" value=\"").nth(1).unwrap().split('"').next().unwrap();
    let view = view.replace("&amp;", "&");
    let kept = anna.submit(here, "/api/save_view", &[("name", " К  пятнице "), ("view", &view)]).await;
    assert_eq!((kept.status().as_u16(), header(kept.headers(), "location")), (303, here));

    let html = site.again("anna").await.page("/views").await;
    let link = "/?rush=1&amp;q=%D0%BA%D0%BE%D0%BB%D1%8C%D1%86%D0%BE&amp;sort=due";
    assert!(html.contains(link) && html.contains("К пятнице"), "on another device, too: {html}");

    let id = id(&anna, "К пятнице").await;
    let renamed = anna.submit("/views", "/api/rename_view", &[("id", &id), ("name", "Завтра")]).await;
    assert_eq!(renamed.status(), 303);
    let html = anna.page("/views").await;
    assert!(html.contains("data-view=\"Завтра\"") && html.contains(link) && !html.contains("К пятнице"));
    assert_eq!(anna.submit("/views", "/api/delete_view", &[("id", &id)]).await.status(), 303);
    assert!(!anna.page("/views").await.contains("Завтра"));
}

#[tokio::test]
async fn names_are_each_person_s_own_and_hostile_ones_stay_text() {
    let site = site().await;
    let (anna, boris) = (site.operator("anna").await, site.operator("boris").await);
    assert_eq!(save(&anna, "Мои", "mine=1").await, 200);
    assert_eq!(save(&anna, "\u{202e}Мои\u{200b} ", "rush=1").await, 422, "what looks the same is the same");
    assert_eq!(save(&boris, "Мои", "mine=1").await, 200);
    for nameless in ["", "   ", "\u{200b}", "\0", &"я".repeat(41)] {
        assert_eq!(save(&anna, nameless, "").await, 422, "{nameless:?}");
    }
    let attack = "</title><script>alert(1)</script>\"'";
    assert_eq!(save(&anna, attack, "q=<script>&next=//evil.example&sort=pay").await, 200);
    let html = anna.page("/views").await;
    assert!(!html.contains("<script>alert") && html.contains("&lt;script&gt;"), "{html}");
    assert!(html.contains("/?q=%3Cscript%3E&amp;sort=pay") && !html.contains("evil"), "{html}");

    // A refusal is told in words, and what is another's is not there.
    let told = anna.submit("/views", "/api/save_view", &[("name", "Мои"), ("view", "")]).await;
    assert_eq!(told.status(), 303);
    assert!(anna.page("/views").await.contains("Вид с таким именем у вас уже есть"));
    let foreign = id(&boris, "Мои").await;
    for (path, fields) in [
        ("/api/rename_view", &[("id", foreign.as_str()), ("name", "x")][..]),
        ("/api/delete_view", &[("id", foreign.as_str())]),
    ] {
        assert_eq!(anna.send(path, fields).await.status(), 404, "{path}");
        assert_eq!(anna.send(path, &[("id", "x"), ("name", "x")]).await.status(), 422, "{path}");
        assert_eq!(site.stranger().send(path, fields).await.status(), 401, "{path}");
        let elsewhere = anna.form(path, fields).header("sec-fetch-site", "cross-site");
        assert_eq!(elsewhere.send().await.unwrap().status(), 403, "{path}");
    }
    assert!(boris.page("/views").await.contains("data-view=\"Мои\""));
}

#[tokio::test]
async fn twelve_views_are_enough_however_fast_they_come() {
    let site = site().await;
    let anna = site.operator("anna").await;
    for n in 1..=9 {
        assert_eq!(save(&anna, &format!("Вид {n}"), "mine=1").await, 200);
    }
    let names: Vec<_> = (10..=15).map(|n| format!("Вид {n}")).collect();
    let rest = futures_util::future::join_all(names.iter().map(|name| save(&anna, name, "free=1"))).await;
    let kept = rest.iter().filter(|status| **status == 200).count();
    let rows: i64 =
        sqlx::query_scalar("SELECT count(*) FROM saved_views").fetch_one(site.database.pool()).await.unwrap();
    assert!((1..=3).contains(&kept) && rows == 9 + i64::try_from(kept).unwrap(), "{rest:?}");
    for n in 20..24 {
        save(&anna, &format!("Вид {n}"), "").await;
    }
    let html = anna.page("/views").await;
    assert_eq!(html.matches("data-view=").count(), 12);
    assert_eq!(save(&anna, "Ещё", "").await, 422);
    let first = id(&anna, "Вид 1").await;
    assert_eq!(anna.send("/api/delete_view", &[("id", &first)]).await.status(), 200);
    assert_eq!(save(&anna, "Ещё", "").await, 200, "a free place is used again");
}

#[tokio::test]
async fn the_picker_names_who_has_orders_and_keeps_the_rest_of_the_view() {
    let site = site().await;
    let (anna, boris) = (site.operator("anna").await, site.operator("boris").await);
    for (number, by) in [("A-1", &anna), ("A-2", &anna), ("A-3", &boris)] {
        let id = site.order(number).await;
        assert_eq!(by.press("take", &id, "1").await.status(), 200);
    }
    site.order("A-4").await;
    let there = async || anna.board("?operator=boris").await["orders"][0]["number"] == "A-3";
    floor::until("the orders are on the board", Duration::from_secs(5), there).await;
    let html = anna.page("/views?rush=1&operator=boris").await;
    let picker = html.split("class=\"holders\"").nth(1).unwrap();
    let (first, second) = (picker.find("data-operator=\"anna\""), picker.find("data-operator=\"boris\""));
    assert!(first.is_some() && first < second, "most orders first: {picker}");
    assert!(picker.contains("href=\"/?rush=1&amp;operator=anna\"") && picker.contains("href=\"/?rush=1\""));
    assert_eq!(picker.matches("aria-current").count(), 1);
    let board = anna.page("/?operator=boris").await;
    assert!(board.contains("data-order=\"A-3\"") && !board.contains("data-order=\"A-1\""));
}

#[tokio::test]
async fn the_page_stands_without_the_database_and_says_what_is_missing() {
    let site = site().await;
    let anna = site.operator("anna").await;
    anna.page("/").await;
    site.database.away(true).await;
    assert!(anna.page("/views?mine=1").await.contains("Сохранённые виды сейчас не прочитать"));
    let failed = anna.submit("/views", "/api/save_view", &[("name", "x"), ("view", "mine=1")]).await;
    assert_eq!(failed.status(), 303);
    assert!(anna.page("/views").await.contains("могло не записаться"));
    site.database.away(false).await;
}
