//! A process that can be killed, frozen and started again. It ends with this program, however that ends.

use std::{
    fs::{File, OpenOptions},
    io::BufRead as _,
    os::unix::{fs::MetadataExt as _, process::ExitStatusExt as _},
    path::PathBuf,
    process::{Child, Command, Stdio},
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use crate::Failure;

/// What every process is given to start and to stop; far above what is needed.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// How a service is started.
#[derive(Debug, Clone, Default)]
pub struct Start {
    pub program: PathBuf,
    pub arguments: Vec<String>,
    pub environment: Vec<(String, String)>,
    pub folder: PathBuf,
    /// As the unprivileged user, where this program may choose.
    pub unprivileged: bool,
}

/// One of them.
pub struct Service {
    pub name: String,
    start: Start,
    log: PathBuf,
    child: Mutex<Option<Child>>,
}

/// Whether this program may change its user. PostgreSQL refuses to run as root.
pub fn is_root() -> bool {
    std::fs::metadata("/proc/self").is_ok_and(|it| it.uid() == 0)
}

impl Start {
    /// As a command that ends with the thread that starts it: only threads that live as long as this program may.
    pub fn command(&self) -> Command {
        let mut command = Command::new("setpriv");
        if self.unprivileged && is_root() {
            command.args(["--reuid", "nobody", "--regid", "nogroup", "--clear-groups"]);
        }
        command.args(["--pdeathsig", "KILL", "--"]).arg(&self.program).args(&self.arguments);
        command.envs(self.environment.iter().map(|(name, value)| (name, value)));
        command.current_dir(&self.folder).stdin(Stdio::null());
        command
    }

    /// Runs it to its end.
    ///
    /// # Errors
    /// When it fails, with what it said.
    pub fn run(&self) -> Result<String, Failure> {
        let done = self.command().output()?;
        let said = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        if done.status.success() {
            Ok(said(&done.stdout))
        } else {
            Err(format!("{}: {}", self.program.display(), said(&done.stderr)).into())
        }
    }
}

impl Service {
    /// Starts it; what it says goes to a file.
    pub fn start(name: &str, log: PathBuf, start: Start) -> Result<Self, Failure> {
        let service = Self { name: name.to_owned(), start, log, child: Mutex::default() };
        service.again()?;
        Ok(service)
    }

    /// Starts it once more.
    pub fn again(&self) -> Result<(), Failure> {
        let log: File = OpenOptions::new().create(true).append(true).open(&self.log)?;
        let child = self.start.command().stdout(log.try_clone()?).stderr(log).spawn()?;
        *self.child() = Some(child);
        Ok(())
    }

    fn child(&self) -> std::sync::MutexGuard<'_, Option<Child>> {
        self.child.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Its process.
    pub fn id(&self) -> Result<u32, Failure> {
        self.child().as_ref().map(Child::id).ok_or_else(|| format!("{} does not run", self.name).into())
    }

    /// Whether its process is there.
    pub fn lives(&self) -> bool {
        self.child().as_mut().is_some_and(|child| matches!(child.try_wait(), Ok(None)))
    }

    /// Sends it a signal.
    pub fn signal(&self, name: &str) -> Result<(), Failure> {
        let sent = Command::new("kill").args(["-s", name, &self.id()?.to_string()]).status()?;
        if sent.success() { Ok(()) } else { Err(format!("{} cannot be sent {name}", self.name).into()) }
    }

    /// Ends it by SIGKILL. Says whether it was that which ended it.
    pub async fn kill(&self) -> Result<bool, Failure> {
        self.signal("KILL")?;
        Ok(self.ended().await?.signal() == Some(9))
    }

    /// Asks it to end (SIGTERM), and how it did and after how long.
    pub async fn stop(&self) -> Result<(std::process::ExitStatus, Duration), Failure> {
        let begun = Instant::now();
        self.signal("TERM")?;
        Ok((self.ended().await?, begun.elapsed()))
    }

    async fn ended(&self) -> Result<std::process::ExitStatus, Failure> {
        let begun = Instant::now();
        while begun.elapsed() < PATIENCE {
            let status = match self.child().as_mut() {
                Some(child) => child.try_wait()?,
                None => return Err(format!("{} does not run", self.name).into()),
            };
            if let Some(status) = status {
                *self.child() = None;
                return Ok(status);
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        Err(format!("{} does not end", self.name).into())
    }

    /// How many lines of its log hold these words.
    pub fn said(&self, words: &str) -> Result<u64, Failure> {
        let log = std::io::BufReader::new(File::open(&self.log)?);
        // A line that a kill has cut may be no text.
        let lines = log.split(b'\n').map_while(Result::ok);
        Ok(lines.filter(|line| String::from_utf8_lossy(line).contains(words)).count() as u64)
    }

    /// Freezes it (`true`), or lets it go on. Says whether the kernel agrees that it is frozen.
    pub async fn freeze(&self, frozen: bool) -> Result<bool, Failure> {
        self.signal(if frozen { "STOP" } else { "CONT" })?;
        let begun = Instant::now();
        while frozen && begun.elapsed() < PATIENCE {
            if state(self.id()?) == Some('T') {
                return Ok(true);
            }
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        Ok(!frozen)
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        if let Some(mut child) = self.child().take() {
            let _ = (child.kill(), child.wait());
        }
    }
}

/// What the kernel says of a process: `R`, `S`, `T` for stopped, ….
pub fn state(id: u32) -> Option<char> {
    let text = std::fs::read_to_string(format!("/proc/{id}/stat")).ok()?;
    text.rsplit_once(')')?.1.trim_start().chars().next()
}

/// A port that is free now.
pub fn free_port() -> Result<u16, Failure> {
    Ok(std::net::TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}

/// Waits for a state.
///
/// # Errors
/// When it does not come.
pub async fn until(what: &str, mut holds: impl AsyncFnMut() -> bool) -> Result<(), Failure> {
    let begun = Instant::now();
    while !holds().await {
        if begun.elapsed() > PATIENCE {
            return Err(format!("not within {PATIENCE:?}: {what}").into());
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    Ok(())
}
