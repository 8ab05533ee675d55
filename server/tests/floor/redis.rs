//! A Redis process of the test's own: it can be stopped, frozen, flushed and started again.

use std::{
    net::{TcpListener, TcpStream},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::Mutex,
    time::{Duration, Instant},
};

/// A `redis-server` on a free loopback port that keeps nothing on disk.
pub struct OwnRedis {
    port: u16,
    folder: PathBuf,
    options: Vec<String>,
    process: Mutex<Option<Child>>,
}

impl OwnRedis {
    /// Starts one.
    pub fn start() -> Self {
        Self::with(&[])
    }

    /// Starts one with more options.
    pub fn with(more: &[&str]) -> Self {
        Self::begin(|port, _| {
            let port = port.to_string();
            let usual = ["--port", &port, "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"];
            [&usual, more].concat().into_iter().map(str::to_owned).collect()
        })
    }

    /// Starts one with the options for this port and this folder.
    pub fn begin(options: impl FnOnce(u16, &Path) -> Vec<String>) -> Self {
        let (port, folder) = (free_port(), std::env::temp_dir().join(super::name()));
        std::fs::create_dir_all(&folder).unwrap();
        let options = options(port, &folder);
        let redis = Self { port, folder, options, process: Mutex::new(None) };
        redis.again();
        redis
    }

    /// Where it listens.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Its address.
    pub fn url(&self) -> String {
        format!("redis://127.0.0.1:{}", self.port)
    }

    /// Starts it (again), empty, on the same port.
    pub fn again(&self) {
        let mut command = Command::new("redis-server");
        command.args(&self.options).current_dir(&self.folder).stdout(Stdio::null()).stderr(Stdio::null());
        *self.process.lock().unwrap() = Some(command.spawn().expect("redis-server is on the path"));
        let begun = Instant::now();
        while TcpStream::connect(("127.0.0.1", self.port)).is_err() {
            assert!(begun.elapsed() < Duration::from_secs(10), "redis-server does not listen");
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    /// What it answers to a command given to `redis-cli`.
    pub fn told(&self, words: &[&str]) -> String {
        let mut command = Command::new("redis-cli");
        let answer = command.args(["-p", &self.port.to_string()]).args(words).output().unwrap();
        String::from_utf8(answer.stdout).unwrap()
    }

    /// Kills it, as a lost machine does.
    pub fn kill(&self) {
        self.signal("-KILL");
        self.process.lock().unwrap().take().unwrap().wait().unwrap();
    }

    /// Tells it to end (SIGTERM), as whoever restarts it does, and waits until it has.
    pub fn stop(&self) {
        self.signal("-TERM");
        self.process.lock().unwrap().take().unwrap().wait().unwrap();
    }

    /// Freezes (`true`) or thaws it: connections stay, nothing answers.
    pub fn freeze(&self, frozen: bool) {
        self.signal(if frozen { "-STOP" } else { "-CONT" });
    }

    fn signal(&self, signal: &str) {
        let id = self.process.lock().unwrap().as_ref().unwrap().id().to_string();
        assert!(Command::new("kill").args([signal, &id]).status().unwrap().success());
    }
}

/// A port of this machine that nobody has.
pub fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

impl Drop for OwnRedis {
    fn drop(&mut self) {
        if let Ok(Some(process)) = self.process.get_mut() {
            let _ = (process.kill(), process.wait());
        }
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}
