//! Senders that are too slow: told so in time, whoever they are, and never with an answer that blames the server.
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on says so")]

use std::time::Duration;

use futures_util::future::join_all;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    time::timeout,
};

use crate::site::{TOKEN, site};

/// Later than a slow body is given up, earlier than a request as a whole.
const BOUND: Duration = Duration::from_secs(14);

/// Sends a head that promises 100 bytes, and ten of them; what comes back until the server closes the connection.
async fn promise(host: &str, path: &str, headers: &str) -> String {
    let mut line = TcpStream::connect(host).await.unwrap();
    let head =
        format!("POST {path} HTTP/1.1\r\nhost: {host}\r\ncontent-length: 100\r\n{headers}\r\n0123456789");
    line.write_all(head.as_bytes()).await.unwrap();
    let mut answer = String::new();
    timeout(BOUND, line.read_to_string(&mut answer)).await.expect("the server ends the wait").unwrap();
    answer
}

#[tokio::test]
async fn a_body_that_comes_too_slowly_is_408_and_one_that_nobody_wants_holds_nothing_up() {
    let site = site().await;
    site.person("anna", app::domain::Role::Operator).await;
    let password = "anna".repeat(8);
    let fields = [("login", "anna"), ("password", &*password)];
    let signed_in = site.stranger().send("/api/login", &fields).await;
    let cookie = signed_in.headers()["set-cookie"].to_str().unwrap().split(';').next().unwrap().to_owned();
    let host = site.url.strip_prefix("http://").unwrap();
    let ours = format!("origin: {}\r\n", site.url);
    let plain = "accept: text/html\r\n";
    let cases = [
        (408, "/api/take", format!("{ours}cookie: {cookie}\r\n")),
        (408, "/api/take", format!("{ours}cookie: {cookie}\r\n{plain}")),
        (408, "/api/login", ours.clone()),
        (408, "/api/release", format!("{ours}{plain}")),
        (408, "/intake/orders", format!("authorization: Bearer {TOKEN}\r\n")),
        (401, "/intake/orders", String::new()),
    ];
    let answers = join_all(cases.iter().map(|(_, path, headers)| promise(host, path, headers))).await;
    for ((status, path, headers), answer) in cases.iter().zip(answers) {
        assert!(answer.starts_with(&format!("HTTP/1.1 {status} ")), "{path} {headers}: {answer}");
    }
}
