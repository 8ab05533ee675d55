//! The figures that a supervisor looks at first: each counts what it says, and nothing else.
#![expect(clippy::unwrap_used, reason = "tests")]

use std::time::Duration;

use app::{domain::Role, i18n::wall_clock};
use server::clock::{Clock as _, SystemClock};

use crate::{floor, site::site};

/// What a tile says.
fn figure<'a>(html: &'a str, mark: &str) -> Option<&'a str> {
    let (_, rest) = html.split_once(&format!("data-figure=\"{mark}\""))?;
    rest.split("<dd>").nth(1)?.split("</dd>").next()
}

/// The day by the clock on the wall.
fn today() -> i64 {
    (SystemClock.now().millis() + i64::from(wall_clock()) * 60_000).div_euclid(86_400_000)
}

/// Changes these orders as plain SQL does.
async fn change(pool: &sqlx::PgPool, what: &str, numbers: &[&str]) {
    let statement = format!("UPDATE orders SET {what}, version = version + 1 WHERE number = ANY($1)");
    let done = sqlx::query(sqlx::AssertSqlSafe(statement)).bind(numbers).execute(pool).await.unwrap();
    assert_eq!(done.rows_affected(), numbers.len() as u64);
}

#[tokio::test]
async fn the_tiles_count_what_is_past_its_date_what_is_old_and_what_was_shipped_today() {
    let site = site().await;
    let anna = site.operator("anna").await;
    site.person("boss", Role::Supervisor).await;
    let boss = site.again("boss").await;
    let (pool, late) = (site.database.pool(), "due_at = now() - interval '1 minute'");
    let began = today();
    for (number, steps) in [("S-1", 4), ("S-2", 4), ("T-1", 3)] {
        let id = site.order(number).await;
        change(pool, late, &[number]).await;
        for (at, command) in ["take", "complete", "pack", "ship"].into_iter().take(steps).enumerate() {
            let answer = anna.press(command, &id, &(at + 2).to_string()).await;
            assert_eq!(answer.status(), 200, "{number}: {command}");
        }
    }
    for number in ["A-1", "A-2", "A-3", "A-4", "A-5"] {
        floor::orders::approve(pool, number).await;
    }
    change(pool, late, &["A-1", "A-2"]).await;
    change(pool, "due_at = now() + interval '1 hour'", &["A-4"]).await;
    let old = "approved_at = now() - interval '22 days', status_since = now() - interval '22 days'";
    change(pool, old, &["A-4", "A-5"]).await;

    let page = async || boss.open("/flow").await.text().await.unwrap().replace("<!>", "");
    let counted = async || {
        let page = page().await;
        figure(&page, "overdue") == Some("3") && figure(&page, "shipped").is_some_and(|it| it != "0")
    };
    floor::until("everything is counted", Duration::from_secs(90), counted).await;
    let both = async || figure(&page().await, "shipped") == Some("2") || today() != began;
    floor::until("both that were shipped are counted", Duration::from_secs(90), both).await;
    let page = page().await;
    let told = ["overdue", "past-promise", "free-long"].map(|mark| figure(&page, mark).unwrap().to_owned());
    // Late are and T-1, which is packed and not shipped; S-1 and S-2 were, and have left.
    assert_eq!(told, ["3", "2", "2"], "{page}");
    assert_eq!(figure(&page, "cancelled"), None, "nothing was called off");
}
