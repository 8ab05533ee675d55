//! What browsers measure, pages that people find slow, and the promise over HTTP: who may send and ask, and how much.
#![expect(clippy::unwrap_used, reason = "tests")]

use std::{collections::BTreeSet, time::Duration};

use app::{
    domain::{Role, slow::Route},
    pages::App,
};
use leptos_axum::generate_route_list;
use reqwest::{Client, Response};
use serde_json::{Value, json};

use crate::{
    floor,
    site::{Browser, Site, TOKEN, site},
};

const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";

fn page() -> Value {
    json!({
        "path": "/orders/A-1", "device": "tablet", "about": "Chromium 150, 8 × CPU", "trace": TRACE,
        "timings": { "first_byte": 40.0, "server": 12.5, "download": 3.0, "largest_paint": 900.0, "model": 4200.0,
                     "model_file": 300.0, "model_store": 120.0 },
    })
}

async fn post(browser: &Browser, path: &str, body: &str) -> Response {
    let url = browser.form(path, &[]).build().unwrap();
    let origin = url.headers()["origin"].to_str().unwrap().to_owned();
    let ask = browser.ask("POST", path).header("origin", origin).header("content-type", "application/json");
    ask.body(body.to_owned()).send().await.unwrap()
}

#[tokio::test]
async fn every_page_of_the_router_is_counted_under_its_own_route_and_everything_else_under_one_name() {
    let pages: BTreeSet<_> = generate_route_list(App).iter().map(|page| page.path().to_owned()).collect();
    let (rest, known): (BTreeSet<_>, BTreeSet<_>) =
        Route::ALL.into_iter().map(|route| route.name().to_owned()).partition(|name| name == "other");
    assert_eq!(known, pages);
    assert_eq!(rest.len(), 1);
    let site = site().await;
    let anna = site.operator("anna").await;
    for path in ["/orders/A-1/anna", "/nowhere"] {
        let mut page = page();
        page["path"] = json!(path);
        page["device"] = json!("phone");
        assert_eq!(post(&anna, "/api/vitals", &page.to_string()).await.status(), 204);
    }
    let counted = site.get_admin("/metrics").await.text().await.unwrap();
    assert!(
        counted.contains("browser_first_byte_seconds_count{route=\"other\",device=\"phone\"} "),
        "{counted}"
    );
    let figures =
        counted.lines().filter(|line| line.starts_with("browser_") || line.starts_with("slow_reports"));
    for line in figures {
        let route = line.split("{route=\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap();
        assert!(route == "other" || known.contains(route), "{line}");
    }
}

#[tokio::test]
async fn a_slow_page_is_kept_with_where_its_time_went_and_shown_to_supervisors_only() {
    let site = site().await;
    let anna = site.operator("anna").await;
    site.person("boss", Role::Supervisor).await;
    let boss = site.again("boss").await;
    let answer = post(&anna, "/api/slow", &page().to_string()).await;
    assert_eq!(answer.status(), 200);
    let line: Value = answer.json().await.unwrap();
    assert!(line["line"].as_str().unwrap().contains("3,9"), "drawing the model took longest: {line}");
    assert_eq!(anna.open("/slow").await.status(), 403);
    let shown = boss.open("/slow").await.text().await.unwrap();
    for part in ["data-report", "/orders/A-1", "Chromium 150, 8 × CPU", TRACE, "data-part=\"model_draw\""] {
        assert!(shown.contains(part), "{part}: {shown}");
    }
    assert!(!shown.contains("anna") && !shown.contains("Мастер anna"), "who it was is nobody's business");
    let counted = site.get_admin("/metrics").await.text().await.unwrap();
    assert!(
        counted.contains("slow_reports_total{route=\"/orders/{number}\",device=\"tablet\"} "),
        "{counted}"
    );
}

/// What follows a mark in a page's HTML, up to an end.
fn after<'a>(html: &'a str, mark: &str, end: &str) -> Option<&'a str> {
    html.split_once(mark)?.1.split(end).next()
}

#[tokio::test]
async fn a_supervisor_sees_all_that_was_measured_of_a_slow_page_and_how_reports_spread_over_pages_and_devices()
 {
    let site = site().await;
    let anna = site.operator("anna").await;
    site.person("boss", Role::Supervisor).await;
    let boss = site.again("boss").await;
    let mut unmeasured = page();
    unmeasured["path"] = json!("/");
    unmeasured["device"] = json!("phone");
    unmeasured["timings"] = json!({});
    let mut other = page();
    other["path"] = json!("/orders/A-2");
    other["timings"]["database"] = json!(8.0);
    for report in [page(), unmeasured, other] {
        assert_eq!(post(&anna, "/api/slow", &report.to_string()).await.status(), 200);
    }
    for (language, server, model, nothing) in [
        ("ru", "12\u{a0}мс", "4,2\u{a0}с", "Браузер ничего не измерил"),
        ("en", "12\u{a0}ms", "4.2\u{a0}s", "The browser measured nothing"),
    ] {
        assert_eq!(boss.open(&format!("/lang/{language}?back=%2F")).await.status(), 303);
        let shown = boss.open("/slow").await.text().await.unwrap().replace("<!>", "");
        let of = |path: &str| {
            let path = format!("<bdi>{path}</bdi>");
            shown.split("data-report").skip(1).find(|report| report.contains(&path)).unwrap()
        };
        let timings = after(of("/orders/A-1"), "<details", "</details>").unwrap();
        assert!(!timings.split('>').next().unwrap().contains("open"), "folded, and opened without a script");
        let told = |name: &str| {
            after(after(timings, &format!("data-timing=\"{name}\""), "</div>")?, "<dd>", "</dd>")
        };
        assert_eq!((told("server"), told("model")), (Some(server), Some(model)), "{timings}");
        for name in ["first_byte", "download", "largest_paint", "model_file", "model_store"] {
            assert!(told(name).is_some(), "{name}: {timings}");
        }
        assert_eq!((told("database"), told("interaction")), (None, None), "what was not measured: {timings}");
        assert!(of("/orders/A-2").contains("data-timing=\"database\""));
        assert!(of("/").contains(nothing) && !of("/").contains("<details"), "{shown}");

        let sum = after(&shown, "data-table=\"reports-sum\"", "</table>").unwrap();
        let row = |route: &str| after(sum, &format!("data-route=\"{route}\""), "</tr>");
        let spread = |route: &str| {
            let row = row(route).unwrap();
            let cell = |device: &str| after(row, &format!("data-device=\"{device}\""), "</td>").unwrap();
            let of = |device: &str| cell(device).split('>').nth(1).unwrap();
            (after(row, "data-count=\"", "\"").unwrap(), ["phone", "tablet", "desktop"].map(of))
        };
        assert_eq!(spread("/orders/{number}"), ("2", ["0", "2", "0"]), "{sum}");
        assert_eq!(spread("/"), ("1", ["1", "0", "0"]), "{sum}");
        assert_eq!(spread("all"), ("3", ["1", "2", "0"]), "{sum}");
        assert_eq!(row("/flow"), None, "what nobody complained of");
    }
}

#[tokio::test]
async fn figures_are_counted_by_route_and_device_and_what_is_no_figure_is_refused() {
    let site = site().await;
    let anna = site.operator("anna").await;
    assert_eq!(post(&anna, "/api/vitals", &page().to_string()).await.status(), 204);
    let counted = site.get_admin("/metrics").await.text().await.unwrap();
    for name in ["browser_largest_paint_seconds", "browser_model_ready_seconds", "browser_first_byte_seconds"]
    {
        assert!(
            counted.contains(&format!("{name}_count{{route=\"/orders/{{number}}\",device=\"tablet\"}} ")),
            "{name}: {counted}"
        );
    }
    let changed = |change: &dyn Fn(&mut Value)| {
        let mut page = page();
        change(&mut page);
        page.to_string()
    };
    let refused = [
        "{}".to_owned(),
        "not JSON".to_owned(),
        changed(&|page| page["who"] = json!("anna")),
        changed(&|page| page["device"] = json!("watch")),
        changed(&|page| page["path"] = json!("orders")),
        changed(&|page| page["path"] = json!("/\0")),
        changed(&|page| page["about"] = json!("x".repeat(201))),
        changed(&|page| page["trace"] = json!("<script>")),
        changed(&|page| page["timings"]["server"] = json!(-1)),
        changed(&|page| page["timings"]["server"] = json!(1e9)),
        changed(&|page| page["timings"]["password"] = json!(1)),
    ];
    for path in ["/api/vitals", "/api/slow"] {
        for body in &refused {
            assert_eq!(post(&anna, path, body).await.status(), 422, "{path}: {body}");
        }
        assert_eq!(post(&anna, path, &" ".repeat(2_049)).await.status(), 413, "{path}");
        let stranger = site.stranger();
        assert_eq!(post(&stranger, path, &page().to_string()).await.status(), 401, "{path}");
        let foreign = anna.ask("POST", path).header("origin", "https://evil.example").body("{}");
        assert_eq!(foreign.send().await.unwrap().status(), 403, "{path}");
    }
}

#[tokio::test]
async fn one_person_s_figures_have_a_limit_and_nobody_else_s_are_less_for_it() {
    let site = site().await;
    let (anna, boris) = (site.operator("anna").await, site.operator("boris").await);
    // A minute may end meanwhile; two of them are enough for twice the limit.
    let mut refused = 0;
    for _ in 0..25 {
        let status = post(&anna, "/api/slow", &page().to_string()).await.status();
        assert!(status == 200 || status == 429, "{status}");
        refused += u32::from(status == 429);
    }
    assert!(refused >= 5, "{refused} of 25");
    assert_eq!(post(&boris, "/api/slow", &page().to_string()).await.status(), 200);
    assert_eq!(post(&anna, "/api/vitals", &page().to_string()).await.status(), 204);
}

async fn by_token(site: &Site, path: &str, token: &str) -> Response {
    let client = Client::builder().no_proxy().build().unwrap();
    client.get(format!("{}{path}", site.url)).bearer_auth(token).send().await.unwrap()
}

#[tokio::test]
async fn the_promise_is_for_people_who_are_signed_in_and_for_the_shop() {
    let site = site().await;
    let anna = site.operator("anna").await;
    site.order("A-1").await;
    let answer = anna.get("/api/promise").send().await.unwrap();
    assert_eq!(answer.status(), 200);
    let answer: Value = answer.json().await.unwrap();
    assert_eq!(
        (&answer["ready"], &answer["order"]),
        (&Value::Null, &Value::Null),
        "four weeks say nothing yet"
    );
    assert_eq!(answer["kept"].as_array().unwrap().len(), 3);
    let answer = by_token(&site, "/api/promise?order=A-1", TOKEN).await;
    assert_eq!(answer.status(), 200);
    assert_eq!(answer.json::<Value>().await.unwrap()["order"], "A-1");
    for path in ["/api/promise?order=A-9", "/api/promise?order=%00"] {
        assert_eq!(anna.get(path).send().await.unwrap().status(), 404, "{path}");
    }
    assert_eq!(by_token(&site, "/api/promise", "not-the-shop").await.status(), 401);
    assert_eq!(site.stranger().get("/api/promise").send().await.unwrap().status(), 401);
    // The token opens nothing else of what people see.
    assert_eq!(by_token(&site, "/api/board", TOKEN).await.status(), 401);
}

#[tokio::test]
async fn a_bonus_is_given_by_supervisors_only() {
    let site = site().await;
    let anna = site.operator("anna").await;
    site.person("boss", Role::Supervisor).await;
    let boss = site.again("boss").await;
    let id = site.order("A-1").await;
    let fields = |amount| {
        [("id", id.clone()), ("version", "1".into()), ("request_id", "b-1".into()), ("amount", amount)]
    };
    let give = async |browser: &Browser, amount: &str| {
        let fields = fields(amount.to_owned());
        let fields = fields.each_ref().map(|(name, value)| (*name, value.as_str()));
        browser.send("/api/bonus", &fields).await.status().as_u16()
    };
    assert_eq!(give(&anna, "500").await, 403);
    assert_eq!(give(&site.stranger(), "500").await, 401);
    for wrong in ["-1", "x", "1000000000"] {
        assert_eq!(give(&boss, wrong).await, 422, "{wrong}");
    }
    assert_eq!(give(&boss, "500").await, 200);
    assert_eq!(give(&boss, "500").await, 200, "the same press again");
    let seen = async || anna.page("/").await.contains("class=\"bonus\"");
    floor::until("everybody sees it", Duration::from_secs(5), seen).await;
    assert!(!anna.open("/orders/A-1").await.text().await.unwrap().contains("action=\"/api/bonus\""));
    assert!(boss.open("/orders/A-1").await.text().await.unwrap().contains("action=\"/api/bonus\""));
}

#[tokio::test]
async fn what_was_passed_over_and_has_no_room_above_the_board_is_one_press_away() {
    let site = site().await;
    let anna = site.operator("anna").await;
    for number in ["A-1", "A-2", "A-3", "A-4", "A-5"] {
        floor::orders::approve(site.database.pool(), number).await;
    }
    sqlx::query(
        "UPDATE orders SET approved_at = now() - interval '4 days', status_since = now() - interval '4 days',
                           version = version + 1",
    )
    .execute(site.database.pool())
    .await
    .unwrap();
    let more = async || anna.open("/").await.text().await.unwrap().contains("class=\"more\"");
    floor::until("the five are passed over", Duration::from_secs(20), more).await;
    let page = anna.open("/").await.text().await.unwrap();
    let rest = page.split("class=\"more\"").nth(1).unwrap().split("</li>").next().unwrap();
    let link = rest.split("href=\"").nth(1).unwrap().split('"').next().unwrap().replace("&amp;", "&");
    assert_eq!(link, "/?status=MANUFACTURING_APPROVED&sort=due");
    let column = anna.open(&link).await.text().await.unwrap();
    for number in ["A-1", "A-2", "A-3", "A-4", "A-5"] {
        assert!(column.contains(&format!("/orders/{number}\"")), "{number}");
    }
}
