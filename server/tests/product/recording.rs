//! What a server records, and how that is changed while it runs.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on says so")]

use std::{
    net::TcpListener,
    process::{Child, Command, Stdio},
    time::Duration,
};

use reqwest::{Client, StatusCode};

use crate::floor;

/// The program as it is run, with nobody's Redis, S3 or broker.
struct Program {
    process: Child,
    site: u16,
    admin: u16,
    client: Client,
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = (self.process.kill(), self.process.wait());
    }
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

impl Program {
    async fn start(database: &str, variables: &[(&str, &str)]) -> Self {
        let (site, admin) = (free_port(), free_port());
        let mut program = Command::new(env!("CARGO_BIN_EXE_verstak"));
        program.arg("serve").stdout(Stdio::null()).stderr(Stdio::null());
        program.env("DATABASE_URL", database).env("REDIS_URL", "redis://127.0.0.1:1").env_remove("AMQP_URL");
        program.env("LEPTOS_SITE_ROOT", concat!(env!("CARGO_MANIFEST_DIR"), "/../public"));
        program.env("LEPTOS_SITE_ADDR", format!("127.0.0.1:{site}"));
        program.env("ADMIN_ADDR", format!("127.0.0.1:{admin}")).envs(variables.iter().copied());
        let client = Client::builder().no_proxy().build().unwrap();
        let started = Self { process: program.spawn().unwrap(), site, admin, client };
        let lives = async || started.client.get(started.of_admin("/livez")).send().await.is_ok();
        floor::until("the program lives", Duration::from_secs(30), lives).await;
        started
    }

    fn of_admin(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.admin)
    }

    /// Whether a page that a person opens is recorded now.
    async fn records(&self) -> bool {
        let page =
            self.client.get(format!("http://127.0.0.1:{}/login", self.site)).header("accept", "text/html");
        let answer = page.send().await.unwrap();
        answer.headers()["server-timing"].to_str().unwrap().contains("trace;")
    }

    async fn set(&self, share: &'static str) -> StatusCode {
        self.client.put(self.of_admin("/trace-share")).body(share).send().await.unwrap().status()
    }
}

#[tokio::test]
async fn the_share_of_traces_is_changed_without_a_restart() {
    let database = floor::database().await;
    let program = Program::start(&database.url, &[("RUST_LOG", "info,server::board=debug")]).await;
    assert!(program.records().await);
    assert_eq!(program.set("0").await, 200);
    assert!(!program.records().await);
    for wrong in ["2", "-1", "all of it", ""] {
        assert_eq!(program.set(wrong).await, 422, "{wrong}");
    }
    assert!(!program.records().await, "what is refused changes nothing");
    assert_eq!(program.set("0.25").await, 200);
    assert!(program.records().await);
    let told = program.client.get(program.of_admin("/trace-share")).send().await.unwrap();
    assert_eq!(told.text().await.unwrap(), "0.25\n");
}

#[tokio::test]
async fn a_server_that_was_started_without_traces_says_so() {
    let database = floor::database().await;
    let program = Program::start(&database.url, &[("TRACE_SHARE", "0")]).await;
    assert!(!program.records().await);
    assert_eq!(program.set("1").await, 409);
    assert!(!program.records().await);
}
