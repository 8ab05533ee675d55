//! The source's list against ours: over HTTP and on the command line, told in words and as JSON, put right on request.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on says so")]

use std::{io::Write as _, process::Command, time::Duration};

use reqwest::Client;
use serde_json::{Value, json};

use crate::{
    floor,
    site::{Site, TOKEN, site},
    workshop::message::{approval, message, whole},
};

async fn compare(site: &Site, query: &str, lines: &[Value]) -> (u16, Value) {
    let body: String = lines.iter().map(|line| format!("{line}\n")).collect();
    post(site, query, body).await
}

async fn post(site: &Site, query: &str, body: String) -> (u16, Value) {
    let client = Client::builder().no_proxy().build().unwrap();
    let post = client.post(format!("{}/intake/reconcile{query}", site.url)).bearer_auth(TOKEN).body(body);
    let answer = post.send().await.unwrap();
    (answer.status().as_u16(), answer.json().await.unwrap())
}

fn version(of: &Value, version: i64, title: &str) -> Value {
    let mut next = message("MANUFACTURING_APPROVED", "x", 0);
    next["order"] = of["order"].clone();
    next["order"]["source_version"] = json!(version);
    next["order"]["title"] = json!(title);
    next
}

fn found<'a>(report: &'a Value, number: &str) -> &'a Value {
    let all = report["differences"].as_array().unwrap();
    all.iter().find(|it| it["number"] == number).unwrap_or(&Value::Null)
}

async fn count(site: &Site, statement: &'static str) -> i64 {
    sqlx::query_scalar(statement).fetch_one(site.database.pool()).await.unwrap()
}

/// A workshop that has seen a little, and the source's list of it: the same, missing here, newer there, other facts,
/// shipped here, started here, unknown there.
async fn differing(site: &Site) -> Vec<Value> {
    let anna = site.operator("anna").await;
    let [same, newer, other, shipped, started, unknown] =
        ["A-SAME", "A-NEWER", "A-OTHER", "A-SHIPPED", "A-STARTED", "A-UNKNOWN"].map(whole);
    for order in [&same, &newer, &other, &shipped, &started, &unknown] {
        assert_eq!(site.post(order.to_string()).await.status(), 201);
    }
    let id = |order: &Value| order["order"]["id"].as_str().unwrap().to_owned();
    for (command, version) in [("take", "1"), ("complete", "2"), ("pack", "3"), ("ship", "4")] {
        assert_eq!(anna.press(command, &id(&shipped), version).await.status(), 200);
    }
    assert_eq!(anna.press("take", &id(&started), "1").await.status(), 200);
    vec![
        // One line as the order alone, the others as messages.
        same["order"].clone(),
        approval("A-MISSING"),
        version(&newer, 9, "Серьги"),
        version(&other, 7, "Брошь"),
        version(&shipped, 7, "Кольцо «Ветвь»"),
        started["order"].clone(),
        message("PRICE_CALCULATED", "A-PRICED", 2),
    ]
}

#[tokio::test]
async fn the_difference_is_told_and_nothing_is_changed_until_that_is_asked_for() {
    let site = site().await;
    let list = differing(&site).await;
    let before = count(&site, "SELECT rev FROM board_clock").await;
    let (status, report) = compare(&site, "", &list).await;
    assert_eq!(status, 200);
    assert_eq!((&report["listed"], &report["ours"]), (&json!(7), &json!(5)), "{report}");
    assert_eq!((&report["same"], &report["further"]), (&json!(3), &json!(1)), "{report}");
    let counts =
        json!({ "missing_here": 1, "unknown_there": 1, "status": 1, "source_version": 1, "facts": 2 });
    assert_eq!(report["counts"], counts, "{report}");
    for (number, differs, fields, remedy) in [
        ("A-MISSING", json!(["missing_here"]), json!([]), "apply"),
        ("A-NEWER", json!(["source_version", "facts"]), json!(["title"]), "apply"),
        ("A-OTHER", json!(["facts"]), json!(["title"]), "ask"),
        ("A-SHIPPED", json!(["status"]), json!([]), "ask"),
        ("A-UNKNOWN", json!(["unknown_there"]), json!([]), "ask"),
    ] {
        let difference = found(&report, number);
        assert_eq!((&difference["differs"], &difference["fields"]), (&differs, &fields), "{number}");
        assert_eq!(
            (&difference["remedy"], &difference["outcome"]),
            (&json!(remedy), &Value::Null),
            "{number}"
        );
        assert!(difference["text"].as_str().unwrap().starts_with(&format!("{number}: ")), "{difference}");
    }
    assert_eq!(
        found(&report, "A-SHIPPED")["text"].as_str().unwrap().matches("shipped here, approved at").count(),
        1
    );
    assert_eq!(count(&site, "SELECT rev FROM board_clock").await, before);
    assert_eq!(compare(&site, "?apply=false", &list).await.1["applied"], false);
    assert_eq!(compare(&site, "?apply=perhaps", &list).await.0, 422);
}

#[tokio::test]
async fn what_can_be_put_right_is_put_right_once_and_is_on_the_board() {
    let site = site().await;
    let list = differing(&site).await;
    let (status, report) = compare(&site, "?apply=true", &list).await;
    assert_eq!((status, &report["applied"], &report["left"]), (200, &json!(true), &json!(0)));
    assert_eq!(found(&report, "A-MISSING")["outcome"], "accepted");
    assert_eq!(found(&report, "A-NEWER")["outcome"], "updated");
    assert!(found(&report, "A-MISSING")["text"].as_str().unwrap().ends_with("taken in"));
    assert_eq!(found(&report, "A-OTHER")["outcome"], Value::Null, "a message could not put it right");
    let anna = site.again("anna").await;
    let there = async || {
        let board = anna.board("?q=A-").await;
        let orders = board["orders"].as_array().unwrap();
        orders.iter().any(|it| it["number"] == "A-MISSING")
            && orders.iter().any(|it| it["number"] == "A-NEWER" && it["title"] == "Серьги")
    };
    floor::until("both are on the board", Duration::from_secs(5), there).await;
    // Once more: nothing is left but what somebody has to ask about.
    let seen = count(&site, "SELECT count(*) FROM inbox").await;
    let (_, report) = compare(&site, "?apply=true", &list).await;
    assert_eq!(report["differences"].as_array().unwrap().len(), 3, "{report}");
    assert_eq!(count(&site, "SELECT count(*) FROM inbox").await, seen);
    assert_eq!(count(&site, "SELECT count(*) FROM orders WHERE number = 'A-MISSING'").await, 1);
    let metrics = site.get_admin("/metrics").await.text().await.unwrap();
    assert!(metrics.contains("reconcile_differences{differs=\"unknown_there\"} 1"), "{metrics}");
}

#[tokio::test]
async fn a_lost_cancellation_is_put_right_and_a_taken_number_is_told() {
    let site = site().await;
    let called_off = whole("A-1");
    site.post(called_off.to_string()).await;
    let mut cancelled = called_off["order"].clone();
    cancelled["status"] = json!("CANCELLED");
    cancelled["source_version"] = json!(8);
    let mut late = version(&called_off, 6, "Кольцо «Ветвь»");
    late["order"]["source_version"] = json!(6);
    let (_, report) = compare(&site, "", &[late["order"].clone()]).await;
    assert_eq!(found(&report, "A-1")["remedy"], "ask", "an older list changes nothing: {report}");
    let (_, report) = compare(&site, "?apply=true", &[cancelled]).await;
    assert_eq!(found(&report, "A-1")["outcome"], "accepted");
    assert_eq!(count(&site, "SELECT count(*) FROM orders WHERE status = 'CANCELLED'").await, 1);
    let (_, report) = compare(&site, "?apply=true", &[approval("A-1")]).await;
    assert_eq!(found(&report, "A-1")["outcome"], "number_taken");
}

#[tokio::test]
async fn a_list_with_bad_lines_is_refused_as_a_whole_and_every_bad_line_is_named() {
    let site = site().await;
    let mut broken = approval("A-2")["order"].clone();
    broken["quantity"] = json!("many");
    let (good, other) = (approval("A-1"), approval("A-3"));
    let body = format!("{good}\n\n{broken}\nnot JSON\n{other}\n");
    let (status, said) = post(&site, "?apply=true", body).await;
    assert_eq!((status, &said["bad_lines"]), (422, &json!(2)), "{said}");
    assert_eq!(
        (&said["errors"][0]["line"], &said["errors"][0]["fields"][0]["field"]),
        (&json!(3), &json!("quantity"))
    );
    assert_eq!(
        (&said["errors"][1]["line"], &said["errors"][1]["fields"][0]["field"]),
        (&json!(4), &json!("line"))
    );
    assert_eq!(count(&site, "SELECT count(*) FROM orders").await, 0, "nothing was half done");
    assert_eq!(post(&site, "", "\n".repeat(33 << 20)).await.0, 413);
    let client = Client::builder().no_proxy().build().unwrap();
    let stranger = client.post(format!("{}/intake/reconcile?apply=true", site.url)).body(good.to_string());
    assert_eq!(stranger.send().await.unwrap().status(), 401);
    assert_eq!(post(&site, "", String::new()).await.1["listed"], 0);
    site.database.away(true).await;
    assert_eq!(post(&site, "?apply=true", good.to_string()).await.0, 503);
    site.database.away(false).await;
}

/// The program on a file: its exit code, and what it prints.
fn run(site: &Site, lines: &[Value], more: &[&str]) -> (i32, String, String) {
    let path = std::env::temp_dir().join(floor::name());
    let mut file = std::fs::File::create(&path).unwrap();
    for line in lines {
        writeln!(file, "{line}").unwrap();
    }
    let done = Command::new(env!("CARGO_BIN_EXE_verstak"))
        .arg("reconcile")
        .arg(&path)
        .args(more)
        .args(["--database_url", &site.database.url])
        .output()
        .unwrap();
    std::fs::remove_file(path).unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (done.status.code().unwrap(), text(done.stdout), text(done.stderr))
}

#[tokio::test]
async fn the_command_line_says_the_same_and_its_exit_code_says_whether_all_is_well() {
    let site = site().await;
    let list = differing(&site).await;
    let (code, said, _) = run(&site, &list, &[]);
    assert_eq!(code, 1, "{said}");
    assert!(said.contains("A-UNKNOWN: approved here, not in the source's list"), "{said}");
    assert!(
        said.contains(
            "7 orders in the list, 5 on the board; 3 agree (1 of them further along here), 5 differ"
        )
    );
    let (_, json, _) = run(&site, &list, &["--json"]);
    let report: Value = serde_json::from_str(&json).unwrap();
    assert_eq!(report["differences"].as_array().unwrap().len(), 5);
    let (code, said, _) = run(&site, &list, &["--apply"]);
    assert!(code == 1 && said.contains("A-MISSING") && said.contains("taken in"), "{said}");
    let (_, said, _) = run(&site, &list, &["--apply"]);
    assert!(!said.contains("A-MISSING"), "{said}");
    // Other servers' boards learn of it from the log.
    let anna = site.again("anna").await;
    let there = async || anna.board("?q=A-MISSING").await["orders"][0]["number"] == "A-MISSING";
    floor::until("the order is on the board", Duration::from_secs(5), there).await;
    let (code, _, complaint) = run(&site, &[json!({ "number": "A 1" })], &["--apply"]);
    assert!(code == 2 && complaint.contains("line 1: number must be 1 to 32"), "{complaint}");
    assert!(complaint.contains("nothing was changed"), "{complaint}");
}
