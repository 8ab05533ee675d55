//! A PostgreSQL cluster of the test's own, and a standby of it that can take over.

use std::{
    net::TcpListener as StdListener,
    os::unix::fs::MetadataExt as _,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::Mutex,
    time::Duration,
};

use sqlx::{Connection as _, PgConnection};

/// Starting, copying and promoting take a second or two each; far less than this.
const BOUND: Duration = Duration::from_secs(60);

/// A PostgreSQL with all its data in a folder that goes with it.
pub struct Cluster {
    port: u16,
    folder: PathBuf,
    process: Mutex<Option<Child>>,
}

impl Cluster {
    /// A new one, empty.
    pub async fn start() -> Self {
        let cluster = Self::at_a_free_port();
        let data = cluster.data();
        run(cluster
            .program("initdb")
            .args(["-N", "-U", "postgres", "--auth=trust", "-E", "UTF8", "-D"])
            .arg(&data));
        cluster.begin().await;
        cluster
    }

    /// A standby that follows this one.
    pub async fn standby(&self) -> Self {
        let standby = Self::at_a_free_port();
        let mut copy = standby.program("pg_basebackup");
        copy.args(["-h", "127.0.0.1", "-U", "postgres", "-p"]).arg(self.port.to_string());
        run(copy.args(["-R", "-X", "stream", "-c", "fast", "--no-sync", "-D"]).arg(standby.data()));
        standby.begin().await;
        standby
    }

    fn at_a_free_port() -> Self {
        let port = StdListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let folder = std::env::temp_dir().join(super::name());
        std::fs::create_dir_all(&folder).unwrap();
        if is_root() {
            run(Command::new("chown").arg("nobody:nogroup").arg(&folder));
        }
        Self { port, folder, process: Mutex::new(None) }
    }

    fn data(&self) -> PathBuf {
        self.folder.join("data")
    }

    /// One of PostgreSQL's programs, as a user whom PostgreSQL accepts.
    fn program(&self, name: &str) -> Command {
        let program = programs().join(name);
        let mut command = if is_root() {
            let mut command = Command::new("setpriv");
            command.args(["--reuid", "nobody", "--regid", "nogroup", "--clear-groups", "--"]).arg(program);
            command
        } else {
            Command::new(program)
        };
        command.current_dir(&self.folder).stdout(Stdio::null()).stderr(Stdio::null());
        command
    }

    async fn begin(&self) {
        let mut postgres = self.program("postgres");
        postgres.arg("-D").arg(self.data()).args(["-p", &self.port.to_string()]);
        for setting in
            ["listen_addresses=127.0.0.1", "unix_socket_directories=", "fsync=off", "shared_buffers=16MB"]
        {
            postgres.args(["-c", setting]);
        }
        *self.process.lock().unwrap() = Some(postgres.spawn().unwrap());
        let answers = async || PgConnection::connect(&self.url(self.port)).await.is_ok();
        super::until("PostgreSQL answers", BOUND, answers).await;
    }

    /// Its address, by way of this port.
    pub fn url(&self, port: u16) -> String {
        format!("postgres://postgres@127.0.0.1:{port}/postgres")
    }

    /// Where it listens.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Carries out one statement here, whatever the door says, and tells its one value as text.
    pub async fn ask(&self, statement: &'static str) -> String {
        let mut line = PgConnection::connect(&self.url(self.port)).await.unwrap();
        sqlx::query_scalar(statement).fetch_one(&mut line).await.unwrap()
    }

    /// Waits until this standby has everything that the primary has written.
    pub async fn catches_up(&self, primary: &Self) {
        let written: u64 = position(&primary.ask("SELECT pg_current_wal_lsn()::text").await);
        let there = async || position(&self.ask("SELECT pg_last_wal_replay_lsn()::text").await) >= written;
        super::until("the standby has caught up", BOUND, there).await;
    }

    /// Cuts this standby off from its primary: it stays as it is.
    pub async fn hears_no_more(&self) {
        let mut line = PgConnection::connect(&self.url(self.port)).await.unwrap();
        let deaf = "ALTER SYSTEM SET primary_conninfo = ''";
        sqlx::raw_sql(deaf).execute(&mut line).await.unwrap();
        sqlx::raw_sql("SELECT pg_reload_conf()").execute(&mut line).await.unwrap();
        let cut = async || self.ask("SELECT count(*)::text FROM pg_stat_wal_receiver").await == "0";
        super::until("the standby is cut off", BOUND, cut).await;
    }

    /// Makes this standby the primary.
    pub async fn promote(&self) {
        assert_eq!(self.ask("SELECT pg_promote(true, 60)::text").await, "true");
    }

    /// Is lost, with every connection.
    pub fn kill(&self) {
        let mut process = self.process.lock().unwrap().take().unwrap();
        // "Immediate" (SIGQUIT): killing the first process alone would leave its children a moment.
        run(Command::new("kill").args(["-QUIT", &process.id().to_string()]));
        process.wait().unwrap();
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        if self.process.lock().is_ok_and(|process| process.is_some()) {
            self.kill();
        }
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

/// `16/B374D848` as a number.
fn position(text: &str) -> u64 {
    let (high, low) = text.split_once('/').unwrap();
    (u64::from_str_radix(high, 16).unwrap() << 32) + u64::from_str_radix(low, 16).unwrap()
}

fn run(command: &mut Command) {
    assert!(command.status().unwrap().success(), "{command:?}");
}

fn is_root() -> bool {
    std::fs::metadata("/proc/self").unwrap().uid() == 0
}

/// The newest that the system has.
fn programs() -> PathBuf {
    let versions = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let number = |path: &Path| path.file_name()?.to_str()?.parse::<u32>().ok();
    let newest = versions.map(|entry| entry.path()).max_by_key(|path| number(path));
    newest.map(|path| path.join("bin")).filter(|bin| bin.join("postgres").exists()).unwrap_or_default()
}
