//! Reads of signed-in people ask nobody: neither PostgreSQL nor Redis.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on says so")]

mod floor;
mod site;
mod workshop;

use site::site;

#[tokio::test]
async fn ten_thousand_reads_issue_no_statement_and_no_command() {
    let site = site().await;
    let meter = floor::meter::Meter::begin();
    let anna = site.operator("anna").await;
    for number in ["A-1", "A-2", "A-3"] {
        site.order(number).await;
    }
    let id = site.order("A-4").await;
    assert_eq!(anna.press("take", &id, "1").await.status(), 200);
    // The first request of a session may cost a statement.
    assert_eq!(anna.open("/").await.status(), 200);

    let origin = ["origin=\"request\""];
    let asked = || {
        let (sql, redis) = ("store_statements_total", "board_redis_commands_total");
        (meter.sum(sql, &origin), meter.sum(redis, &origin))
    };
    let background = || meter.sum("store_statements_total", &["origin=\"background\""]);
    let (before, went_on) = (asked(), background());
    assert!(before.0 > 0.0, "the counter counts: the log-in and the command were asked of the database");
    let read = async |path: &str, times: usize| {
        for _ in 0..times {
            let answer = anna.get(path).header("accept", "text/html").send().await.unwrap();
            assert_eq!(answer.status(), 200, "{path}");
            answer.bytes().await.unwrap();
        }
    };
    read("/api/board", 5_000).await;
    read("/api/board?mine=1", 2_000).await;
    read("/api/models", 1_700).await;
    read("/", 300).await;
    read("/orders/A-1", 500).await;
    read("/orders/A-4", 500).await;
    assert_eq!(asked(), before);
    assert!(background() > went_on, "the refresh went on meanwhile");
}
