//! Servers of the measurement's own, as real processes: started, killed and started again.

use std::{
    env,
    net::{SocketAddr, TcpListener},
    process::{Child, Command, Stdio},
    time::Duration,
};

use tokio::time::{Instant, sleep};

use crate::{
    Failure,
    http::Connection,
    process::Process,
    site::{Person, Site},
};

/// A server has this long until its first board.
const PATIENCE: Duration = Duration::from_secs(60);

/// One server; it keeps its addresses over its lives.
pub struct Server {
    pub address: SocketAddr,
    admin: SocketAddr,
    amqp: String,
    log: std::path::PathBuf,
    child: Child,
}

fn free() -> Result<SocketAddr, Failure> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?)
}

impl Server {
    /// Starts one on the services that the environment names; `VERSTAK_PROGRAM` is the program, and its log goes to
    /// `BENCH_LOG`.
    pub async fn start(name: &str, amqp: &str) -> Result<Self, Failure> {
        let (address, admin) = (free()?, free()?);
        let log = std::path::Path::new(&env::var("BENCH_LOG")?).join(format!("{name}.log"));
        let child = spawn(address, admin, amqp, &log)?;
        let server = Self { address, admin, amqp: amqp.to_owned(), log, child };
        server.ready().await?;
        Ok(server)
    }

    async fn ready(&self) -> Result<(), Failure> {
        let until = Instant::now() + PATIENCE;
        let request = format!("GET /readyz HTTP/1.1\r\nHost: {}\r\n\r\n", self.admin);
        while Instant::now() < until {
            if let Ok(mut line) = Connection::open(self.admin).await
                && line.ask(request.as_bytes()).await.is_ok_and(|answer| answer.status == 200)
            {
                return Ok(());
            }
            sleep(Duration::from_millis(50)).await;
        }
        Err(format!("a server is not ready after {PATIENCE:?}; its log: {}", self.log.display()).into())
    }

    /// As other measurements know it.
    pub fn site(&self) -> Site {
        Site { address: self.address, admin: self.admin, process: Process(self.child.id()) }
    }

    /// Kills it as a lost machine does, and starts it again; returns before it is ready.
    pub fn kill_and_start(&mut self) -> Result<(), Failure> {
        self.child.kill()?;
        self.child.wait()?;
        self.child = spawn(self.address, self.admin, &self.amqp, &self.log)?;
        Ok(())
    }

    /// Sends a form until it is answered, by this server or the other: a press that was not answered is sent again.
    pub async fn press(servers: &[Site], person: &Person, path: &str, body: &str) -> Result<u16, Failure> {
        let until = Instant::now() + Duration::from_secs(120);
        for site in servers.iter().cycle() {
            if let Ok(answer) = site.ask(&site.form(Some(person), path, body)).await
                && answer.status != 503
            {
                return Ok(answer.status);
            }
            if Instant::now() >= until {
                break;
            }
            sleep(Duration::from_millis(50)).await;
        }
        Err(format!("{path} was not answered").into())
    }
}

fn spawn(
    address: SocketAddr,
    admin: SocketAddr,
    amqp: &str,
    log: &std::path::Path,
) -> Result<Child, Failure> {
    let file = std::fs::OpenOptions::new().create(true).append(true).open(log)?;
    let mut command = Command::new(env::var("VERSTAK_PROGRAM")?);
    command.arg("serve").env("LEPTOS_SITE_ADDR", address.to_string()).env("ADMIN_ADDR", admin.to_string());
    command.env("AMQP_URL", amqp).env("PUBLIC_URL", format!("http://{address}"));
    command.stdin(Stdio::null()).stderr(file.try_clone()?).stdout(file);
    Ok(command.spawn()?)
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
