//! The program as it is run, for what only its environment or a process of its own can show.

use std::{
    process::{Child, Command, ExitStatus, Stdio},
    time::Duration,
};

use reqwest::{Client, Response};

use super::{redis::free_port, until};

/// What this process may have been told, and the program is not unless a test says so.
const UNTOLD: [&str; 4] = ["AMQP_URL", "OTEL_EXPORTER_OTLP_ENDPOINT", "SSL_CERT_DIR", "TRACE_URL"];

/// `verstak serve` on ports of its own; killed with the value.
pub struct Program {
    /// Where its pages are.
    pub url: String,
    /// Where its health and counters are.
    pub admin: String,
    /// Asks it, and nobody in between.
    pub client: Client,
    process: Child,
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = (self.process.kill(), self.process.wait());
    }
}

impl Program {
    /// Starts it on this database and Redis, with these variables besides. It need not listen yet.
    pub fn start(database: &str, redis: &str, variables: &[(&str, &str)]) -> Self {
        let address = || format!("127.0.0.1:{}", free_port());
        let (site, admin) = (address(), address());
        let mut program = Command::new(env!("CARGO_BIN_EXE_verstak"));
        program.arg("serve").stdout(Stdio::null()).stderr(Stdio::null());
        for name in UNTOLD {
            program.env_remove(name);
        }
        program.env("DATABASE_URL", database).env("REDIS_URL", redis);
        program.env("LEPTOS_SITE_ROOT", concat!(env!("CARGO_MANIFEST_DIR"), "/../public"));
        program.env("LEPTOS_SITE_ADDR", &site).env("ADMIN_ADDR", &admin).envs(variables.iter().copied());
        Self {
            url: format!("http://{site}"),
            admin: format!("http://{admin}"),
            client: Client::builder().no_proxy().build().unwrap(),
            process: program.spawn().unwrap(),
        }
    }

    /// Waits until it has its first board.
    pub async fn ready(&self) {
        let ready = async || self.told("/readyz").await.is_some_and(|answer| answer.status() == 200);
        until("the program's first board", Duration::from_secs(60), ready).await;
    }

    /// Tells it to stop (SIGTERM), as whoever runs it does.
    pub fn tell_to_stop(&self) {
        let id = self.process.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &id]).status().unwrap().success());
    }

    /// How it ended, which it has to within this time.
    pub async fn ended(&mut self, within: Duration) -> ExitStatus {
        let process = &mut self.process;
        until("the program has ended", within, async || process.try_wait().unwrap().is_some()).await;
        self.process.wait().unwrap()
    }

    /// The gauge or counter of this name and these labels (`name{key="value"}`); nothing while it is not there.
    pub async fn counted(&self, series: &str) -> Option<f64> {
        let text = self.told("/metrics").await?.text().await.ok()?;
        let line = text.lines().find_map(|line| line.strip_prefix(series)?.strip_prefix(' '));
        line.map(|value| value.parse().unwrap())
    }

    /// What it answers beside its pages; nothing while it does not listen.
    pub async fn told(&self, path: &str) -> Option<Response> {
        self.client.get(format!("{}{path}", self.admin)).send().await.ok()
    }
}
