//! The page of figures: for supervisors, whole without a script, and its tables as CSV.
#![expect(clippy::unwrap_used, reason = "tests")]

use std::time::Duration;

use app::domain::Role;
use serde_json::json;

use crate::{
    floor,
    site::{Browser, Site, header, site},
    workshop::message::approval,
};

async fn supervisor(site: &Site) -> Browser {
    site.person("boss", Role::Supervisor).await;
    site.again("boss").await
}

async fn text(browser: &Browser, path: &str) -> String {
    let answer = browser.open(path).await;
    assert_eq!(answer.status(), 200, "{path}");
    answer.text().await.unwrap()
}

#[tokio::test]
async fn figures_are_for_supervisors_and_admins_and_the_menu_leads_only_them_there() {
    let site = site().await;
    let (anna, boss) = (site.operator("anna").await, supervisor(&site).await);
    site.person("root", Role::Admin).await;
    let root = site.again("root").await;
    for path in ["/flow", "/flow?hours=48", "/flow/days.csv", "/flow/none.csv"] {
        let refused = anna.open(path).await;
        assert_eq!(refused.status(), 403, "{path}");
        assert!(refused.text().await.unwrap().contains("Только для старших смены"), "{path}");
        assert_eq!(anna.get(path).send().await.unwrap().status(), 403, "a program, {path}");
        assert_eq!(site.stranger().open(path).await.status(), 303, "{path}");
    }
    for browser in [&boss, &root] {
        assert!(text(browser, "/flow").await.contains("data-flow"));
        assert!(text(browser, "/").await.contains("data-flow-link"));
    }
    assert!(!text(&anna, "/").await.contains("data-flow-link"));
    assert_eq!(boss.open("/flow/none.csv").await.status(), 404);
}

#[tokio::test]
async fn the_page_tells_everything_in_words_and_figures_and_its_charts_need_neither_script_nor_colour() {
    let site = site().await;
    let (anna, boss) = (site.operator("anna").await, supervisor(&site).await);
    let id = site.order("A-1").await;
    site.order("A-2").await;
    for (command, version) in [("take", "1"), ("complete", "2"), ("pack", "3"), ("ship", "4")] {
        assert_eq!(anna.press(command, &id, version).await.status(), 200, "{command}");
    }
    let figures = async || {
        let page = text(&boss, "/flow").await;
        page.contains("data-stage=\"packing\"") && page.contains("data-login=\"anna\"")
    };
    floor::until("the histories are counted", Duration::from_secs(90), figures).await;
    let page = text(&boss, "/flow").await;
    for part in [
        "data-status=\"MANUFACTURING_APPROVED\" data-count=\"1\"",
        "data-figure=\"overdue\"",
        "data-figure=\"past-promise\"",
        "data-figure=\"free-long\"",
        "data-figure=\"arrived\"",
        "data-table=\"efficiency\"",
        "data-band=\"free\"",
        "data-table=\"ages\"",
        "data-table=\"worst\"",
        "data-order=\"A-1\"",
    ] {
        assert!(page.contains(part), "{part}");
    }
    let main = page.split("<main").nth(1).unwrap().split("</main>").next().unwrap();
    assert!(
        !main.contains("<script") && !main.contains("style="),
        "nothing that a policy or a printer would drop"
    );
    let fillings: Vec<_> = main.split("url(#").skip(1).filter_map(|part| part.split(')').next()).collect();
    assert!(fillings.len() > 3, "kinds of time are hatched, not only coloured");
    for filling in fillings {
        assert_eq!(main.matches(&format!("id=\"{filling}\"")).count(), 1, "{filling} is drawn once");
    }
    let english = boss.get("/flow?hours=48").header("accept", "text/html").header("accept-language", "en");
    let english = english.send().await.unwrap().text().await.unwrap();
    let samples = [
        (&page, "flow-stages", ["Половина не дольше", "верхняя полоса: эти 7 дней"]),
        (&page, "flow-diagram", ["Свободен", "Ушли"]),
        (&english, "flow-stages", ["Half take at most", "upper bar: these 7 days"]),
        (&english, "flow-diagram", ["Free", "Left"]),
    ];
    for (page, section, words) in samples {
        let section = page.split(&format!("<h2 id=\"{section}\"")).nth(1).unwrap();
        let key = section.split("class=\"legend\"").nth(1).unwrap().split("</p>").next().unwrap();
        for word in words {
            assert!(key.contains(&format!("\u{a0}{word}")), "{word}: {key}");
        }
    }
}

#[tokio::test]
async fn tables_are_safe_to_open_in_a_spreadsheet() {
    let site = site().await;
    let boss = supervisor(&site).await;
    let mut message = approval("A-1");
    message["order"]["title"] = json!("=HYPERLINK(\"http://evil.example\";\"кольцо\")");
    assert_eq!(site.post(message.to_string()).await.status(), 201);
    let counted = async || {
        let answer = boss.get("/flow/orders.csv").header("accept-language", "ru").send().await.unwrap();
        assert_eq!(header(answer.headers(), "content-type"), "text/csv; charset=utf-8");
        assert!(
            header(answer.headers(), "content-disposition")
                .starts_with("attachment; filename=\"verstak-orders")
        );
        answer.text().await.unwrap().contains("A-1")
    };
    floor::until("the order is counted", Duration::from_secs(30), counted).await;
    let table = boss.get("/flow/orders.csv").send().await.unwrap().text().await.unwrap();
    assert!(table.starts_with("\u{feff}number;title;status"), "{table}");
    assert!(table.contains("\"'=HYPERLINK(\"\"http://evil.example\"\";\"\"кольцо\"\")\""), "{table}");
    for name in ["stages", "days", "people"] {
        let answer =
            boss.get(&format!("/flow/{name}.csv")).header("accept-language", "en").send().await.unwrap();
        assert_eq!(answer.status(), 200, "{name}");
        assert!(answer.text().await.unwrap().lines().next().unwrap().contains(','), "{name}");
    }
}

/// When each step was and, where that was later, when it was noted here.
const STEPS: [(&str, &str, Option<&str>); 8] = [
    ("INITIATED", "08:00:00", None),
    ("SUBMITTED", "08:10:00", None),
    ("PRICE_CALCULATED", "08:13:20", None),
    ("MANUFACTURING_APPROVED", "09:00:00", Some("10:00:05")),
    ("MANUFACTURING_STARTED", "11:00:00", None),
    ("MANUFACTURING_COMPLETED", "12:00:00", None),
    ("PACKAGING", "12:30:00", None),
    ("SHIPPED", "13:00:07", None),
];

#[tokio::test]
async fn the_passport_says_to_the_second_how_long_each_system_had_the_order() {
    let site = site().await;
    let anna = site.operator("anna").await;
    let order = floor::orders::approve(site.database.pool(), "A-1").await;
    floor::orders::set_status(site.database.pool(), order, "SHIPPED").await;
    for (status, at, noted) in STEPS {
        let own = !["INITIATED", "SUBMITTED", "PRICE_CALCULATED", "MANUFACTURING_APPROVED"].contains(&status);
        sqlx::query(
            "INSERT INTO order_history (order_id, status, at, source, operator_id, noted_at)
             SELECT $1, $2, ('2026-11-02T' || $3 || 'Z')::timestamptz, CASE WHEN $4 THEN 'mes' ELSE 'shop' END,
                    CASE WHEN $4 THEN u.id END, ('2026-11-02T' || $5 || 'Z')::timestamptz
             FROM users u WHERE u.login = 'anna'",
        )
        .bind(order.0)
        .bind(status)
        .bind(at)
        .bind(own)
        .bind(noted)
        .execute(site.database.pool())
        .await
        .unwrap();
    }
    let page = text(&anna, "/orders/A-1/passport").await.replace("<!>", "");
    for (system, time) in
        [("shop", "00:13:20"), ("crm", "00:46:40"), ("between", "01:00:05"), ("mes", "03:00:02")]
    {
        let row = page.split(&format!("data-system=\"{system}\"")).nth(1).unwrap();
        let row = row.split("</tr>").next().unwrap();
        assert!(row.contains(&format!(">{time}<")), "{system}: {row}");
    }
}
