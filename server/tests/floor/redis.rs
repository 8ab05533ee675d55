//! A Redis process of the test's own: it can be stopped, frozen, flushed and started again.

use std::{
    net::{TcpListener, TcpStream},
    path::PathBuf,
    process::{Child, Command, Stdio},
    sync::Mutex,
    time::{Duration, Instant},
};

/// A `redis-server` on a free loopback port that keeps nothing on disk.
pub struct OwnRedis {
    port: u16,
    folder: PathBuf,
    process: Mutex<Option<Child>>,
}

impl OwnRedis {
    /// Starts one.
    pub fn start() -> Self {
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let folder = std::env::temp_dir().join(super::name());
        std::fs::create_dir_all(&folder).unwrap();
        let redis = Self { port, folder, process: Mutex::new(None) };
        redis.again();
        redis
    }

    /// Its address.
    pub fn url(&self) -> String {
        format!("redis://127.0.0.1:{}", self.port)
    }

    /// Starts it (again), empty, on the same port.
    pub fn again(&self) {
        let mut command = Command::new("redis-server");
        command.args(["--port", &self.port.to_string(), "--bind", "127.0.0.1", "--save", ""]);
        command.args(["--appendonly", "no", "--maxmemory-policy", "noeviction"]);
        command.arg("--dir").arg(&self.folder).stdout(Stdio::null()).stderr(Stdio::null());
        *self.process.lock().unwrap() = Some(command.spawn().expect("redis-server is on the path"));
        let begun = Instant::now();
        while TcpStream::connect(("127.0.0.1", self.port)).is_err() {
            assert!(begun.elapsed() < Duration::from_secs(10), "redis-server does not listen");
            std::thread::sleep(Duration::from_millis(5));
        }
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

impl Drop for OwnRedis {
    fn drop(&mut self) {
        if let Ok(Some(process)) = self.process.get_mut() {
            let _ = (process.kill(), process.wait());
        }
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}
