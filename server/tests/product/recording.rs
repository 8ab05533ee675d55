//! What a server records, and how that is changed while it runs.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on says so")]

use std::time::Duration;

use reqwest::StatusCode;

use crate::floor::{self, program::Program};

/// Nobody's Redis, S3 or broker is there.
async fn started(database: &str, variables: &[(&str, &str)]) -> Program {
    let program = Program::start(database, "redis://127.0.0.1:1", variables);
    let lives = async || program.told("/livez").await.is_some();
    floor::until("the program lives", Duration::from_secs(30), lives).await;
    program
}

/// Whether a page that a person opens is recorded now.
async fn records(program: &Program) -> bool {
    let page = program.client.get(format!("{}/login", program.url)).header("accept", "text/html");
    let answer = page.send().await.unwrap();
    answer.headers()["server-timing"].to_str().unwrap().contains("trace;")
}

async fn set(program: &Program, share: &'static str) -> StatusCode {
    let told = program.client.put(format!("{}/trace-share", program.admin)).body(share);
    told.send().await.unwrap().status()
}

#[tokio::test]
async fn the_share_of_traces_is_changed_without_a_restart() {
    let database = floor::database().await;
    let program = started(&database.url, &[("RUST_LOG", "info,server::board=debug")]).await;
    assert!(records(&program).await);
    assert_eq!(set(&program, "0").await, 200);
    assert!(!records(&program).await);
    for wrong in ["2", "-1", "all of it", ""] {
        assert_eq!(set(&program, wrong).await, 422, "{wrong}");
    }
    assert!(!records(&program).await, "what is refused changes nothing");
    assert_eq!(set(&program, "0.25").await, 200);
    assert!(records(&program).await);
    let told = program.told("/trace-share").await.unwrap();
    assert_eq!(told.text().await.unwrap(), "0.25\n");
}

#[tokio::test]
async fn a_server_that_was_started_without_traces_says_so() {
    let database = floor::database().await;
    let program = started(&database.url, &[("TRACE_SHARE", "0")]).await;
    assert!(!records(&program).await);
    assert_eq!(set(&program, "1").await, 409);
    assert!(!records(&program).await);
}
