//! Times are told by the clock on the workshop's wall, which the environment sets. A program of its own: the clock is
//! the process's.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on says so")]

#[path = "../floor/mod.rs"]
mod floor;
#[path = "../site/mod.rs"]
#[expect(dead_code, reason = "all of the site is there for the tests of the web, other programs use a part")]
mod site;
#[path = "../workshop/mod.rs"]
mod workshop;

use std::{process::Command, time::Duration};

use site::site_with;
use workshop::message::whole;

/// What the program says to these words of its command line.
fn told(words: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_verstak")).args(words).output().unwrap();
    String::from_utf8(output.stdout).unwrap() + &String::from_utf8(output.stderr).unwrap()
}

#[tokio::test]
async fn pages_tell_times_by_the_clock_on_the_workshops_wall() {
    let site = site_with(&["--workshop_utc_offset", "+05:30"]).await;
    let anna = site.operator("anna").await;
    let mut order = whole("A-1");
    order["order"]["due_at"] = serde_json::json!("2026-12-13T20:00:00Z");
    assert_eq!(site.post(order.to_string()).await.status(), 201);
    let there = async || anna.board("").await["orders"].as_array().unwrap().len() == 1;
    floor::until("the order is on the board", Duration::from_secs(5), there).await;
    for page in ["/", "/orders/A-1"] {
        for (language, due) in
            [("ru", "14\u{a0}дек\u{a0}2026, 01:30"), ("en", "14\u{a0}Dec\u{a0}2026, 01:30")]
        {
            let answer = anna.open(&format!("/lang/{language}?back=%2F")).await;
            assert_eq!(answer.status(), 303);
            let html = anna.open(page).await.text().await.unwrap();
            assert!(html.contains(due), "{page} in {language} does not say {due}: {html}");
            assert!(html.contains("data-clock=\"330\""), "the browser is told the same");
        }
    }
}

#[test]
fn the_clock_is_explained_checked_and_listed() {
    assert!(told(&["serve", "--help"]).contains("WORKSHOP_UTC_OFFSET"));
    let doctor = |offset: &str| {
        let nowhere =
            ["--database_url", "postgres://app@127.0.0.1:1/none", "--redis_url", "redis://127.0.0.1:1"];
        told(&[&["doctor", "--workshop_utc_offset", offset][..], &nowhere[..]].concat())
    };
    assert!(doctor("-03:30").contains("utc_offset: -03:30"));
    assert!(doctor("Mars/Olympus").contains("must be an offset from UTC like +03:00"));
}
