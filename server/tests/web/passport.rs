//! The passport: on the order's page, also of an order that has left the board, and as a sheet.
#![expect(clippy::unwrap_used, reason = "tests")]

use app::domain::Role;
use serde_json::{Value, json};

use crate::{
    site::{Browser, site, site_with},
    workshop::message::{approval, message},
};

const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";
const TRACED: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

/// Approved on the second of March, with its past, held by the shop in between; the workshop hears of it today.
fn late() -> Value {
    let mut message = approval("A-7");
    message["occurred_at"] = json!("2026-03-02T09:00:00Z");
    message["traceparent"] = json!(TRACED);
    message["order"]["history"] = json!([
        { "status": "INITIATED", "at": "2026-03-02T08:00:00Z" },
        { "status": "SUBMITTED", "at": "2026-03-02T08:15:00Z" },
        { "status": "PRICE_CALCULATED", "at": "2026-03-02T08:18:11Z" },
        { "status": "ON_HOLD", "at": "2026-03-02T08:20:00Z", "reason": "ждём <b>оплату</b>" },
        { "status": "RESUMED", "at": "2026-03-02T08:50:00Z" },
    ]);
    message
}

async fn ship(browser: &Browser, message: &Value) {
    let id = message["order"]["id"].as_str().unwrap();
    for (command, version) in [("take", "1"), ("complete", "2"), ("pack", "3"), ("ship", "4")] {
        assert_eq!(browser.press(command, id, version).await.status(), 200, "{command}");
    }
    assert_eq!(browser.board("").await["orders"], json!([]));
}

#[tokio::test]
async fn an_order_s_page_says_where_its_time_went_before_and_after_it_has_left_the_board() {
    let site = site().await;
    let anna = site.operator("anna").await;
    let message = late();
    assert_eq!(site.post(message.to_string()).await.status(), 201);
    let here = anna.page("/orders/A-7").await;
    for part in
        ["data-step=\"INITIATED\"", "data-step=\"received\"", "data-sum=\"whole\"", "data-sum=\"waiting\""]
    {
        assert!(here.contains(part), "{part}");
    }
    // What the renderer puts between texts is no part of them.
    let here = here.replace("<!>", "");
    assert!(here.contains("30\u{a0}мин · отложен"), "the hold before the approval");
    for (kind, word) in
        [("working", "работа"), ("waiting", "ожидание"), ("held", "отложен"), ("outside", "не у нас")]
    {
        let sample =
            here.split(&format!("data-key=\"{kind}\"")).nth(1).unwrap().split("</span>").next().unwrap();
        assert!(sample.contains(word), "the bar's key on {kind}: {sample}");
    }
    assert!(here.contains("между системами"), "the months until the workshop heard of it");
    assert!(here.contains("ждём &lt;b&gt;оплату"), "a reason is text");
    ship(&anna, &message).await;
    let gone = anna.page("/orders/A-7").await;
    for part in ["data-step=\"received\"", "data-step=\"SHIPPED\"", "data-sum=\"working\"", "Мастер anna"]
    {
        assert!(gone.contains(part), "{part}");
    }
    assert!(!gone.contains("ещё длится"), "the way has ended");
}

#[tokio::test]
async fn the_sheet_names_every_stage_to_the_second_and_every_message_and_its_trace() {
    let site = site_with(&["--trace_url", "http://traces.example/trace/{trace}"]).await;
    let anna = site.operator("anna").await;
    let message = late();
    assert_eq!(site.post(message.to_string()).await.status(), 201);
    ship(&anna, &message).await;
    let sheet = anna.page("/orders/A-7/passport").await;
    for (stage, time) in [("begun", "00:15:00"), ("pricing", "00:03:11"), ("paying", "00:30:00")] {
        let row = sheet.split("<tr ").find(|row| row.contains(&format!("data-stage=\"{stage}\"")));
        assert!(sheet.contains(time) && row.is_some(), "{stage} {time}");
    }
    assert!(sheet.contains("2 мар 2026, 11:18:11") || sheet.contains("2\u{a0}мар\u{a0}2026, 11:18:11"));
    assert!(sheet.contains(message["message_id"].as_str().unwrap()));
    let told: Vec<String> = sqlx::query_scalar("SELECT message_id::text FROM outbox ORDER BY id")
        .fetch_all(site.database.pool())
        .await
        .unwrap();
    assert_eq!(told.len(), 4);
    for message in told {
        assert!(sheet.contains(&message), "what the workshop told others carries its message too");
    }
    assert!(sheet.contains("class=\"barcode\""), "a scanner reads it");
    assert!(sheet.contains(&format!("http://traces.example/trace/{TRACE}")), "the shop's trace");
}

/// The sheet's steps, each with who did it and why.
fn steps(sheet: &str) -> Vec<[&str; 3]> {
    let table = sheet.split("data-table=\"steps\"").nth(1).unwrap().split("</table>").next().unwrap();
    table
        .split("data-step=\"")
        .skip(1)
        .map(|row| {
            let cell = |mark: &str| {
                let cell = row.split(mark).nth(1).unwrap();
                cell.split("<bdi>").nth(1).unwrap().split("</bdi>").next().unwrap()
            };
            [row.split('"').next().unwrap(), cell("data-who"), cell("data-why")]
        })
        .collect()
}

#[tokio::test]
async fn the_sheet_says_who_did_each_step_and_why_also_of_steps_that_begin_nothing() {
    let site = site().await;
    let anna = site.operator("anna").await;
    site.person("boss", Role::Supervisor).await;
    let boss = site.again("boss").await;
    let approved = late();
    assert_eq!(site.post(approved.to_string()).await.status(), 201);
    let id = approved["order"]["id"].as_str().unwrap();
    assert_eq!(anna.press("take", id, "1").await.status(), 200);
    assert_eq!(anna.press("release", id, "2").await.status(), 200);
    let bonus = [("id", id), ("version", "3"), ("request_id", "b-1"), ("amount", "500")];
    assert_eq!(boss.send("/api/bonus", &bonus).await.status(), 200);
    let mut over = message("CANCELLED", "A-7", 9);
    over["order"]["id"] = json!(id);
    assert!(site.post(over.to_string()).await.status().is_success());
    let sheet = anna.page("/orders/A-7/passport").await.replace("<!>", "");
    assert_eq!(
        steps(&sheet),
        [
            ["INITIATED", "клиент", ""],
            ["SUBMITTED", "клиент", ""],
            ["PRICE_CALCULATED", "расчёт цены", ""],
            ["ON_HOLD", "магазин", "ждём &lt;b&gt;оплату&lt;/b&gt;"],
            ["RESUMED", "магазин", ""],
            ["MANUFACTURING_APPROVED", "CRM", ""],
            ["MANUFACTURING_STARTED", "Мастер anna", ""],
            ["MANUFACTURING_APPROVED", "Мастер anna", "брак литья"],
            ["BONUS", "Мастер boss", "500.00 RUB"],
            ["CANCELLED", "CRM", ""],
        ]
    );
    assert!(sheet.contains("data-key=\"held\""), "the sheet's bar has its key too");
}

#[tokio::test]
async fn without_a_collector_a_trace_leads_supervisors_and_nobody_else_to_the_slow_ones() {
    let site = site().await;
    let anna = site.operator("anna").await;
    site.person("boss", Role::Supervisor).await;
    let boss = site.again("boss").await;
    assert_eq!(site.post(late().to_string()).await.status(), 201);
    let link = format!("/slow?trace={TRACE}#slow-traces");
    let sheet = boss.page("/orders/A-7/passport").await;
    assert!(sheet.contains(&format!("href=\"{link}\"")), "{sheet}");
    let sheet = anna.page("/orders/A-7/passport").await;
    assert!(sheet.contains(TRACE) && !sheet.contains("/slow?"), "who may not open it sees the trace's id");
    // Whether it is among the slow ones or not, the page says so.
    let found = boss.page(&link).await;
    assert!(
        found.contains(&format!("data-trace=\"{TRACE}\""))
            || found.contains("Этой трассы на этом сервере нет")
    );
    let gone = boss.page("/slow?trace=0").await;
    assert!(gone.contains("Этой трассы на этом сервере нет"), "{gone}");
}

#[tokio::test]
async fn an_unknown_order_has_no_sheet() {
    let site = site().await;
    let anna = site.operator("anna").await;
    for path in ["/orders/A-404/passport", "/orders/%2e%2e/passport", "/orders/я/passport"] {
        assert_eq!(anna.open(path).await.status(), 404, "{path}");
    }
}
