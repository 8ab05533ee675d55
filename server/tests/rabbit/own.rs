//! A RabbitMQ process of the test's own, which keeps its data: it can be stopped, killed and started again.

use std::{
    io::{Read as _, Write as _},
    net::{TcpListener, TcpStream},
    path::PathBuf,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use crate::floor;

/// RabbitMQ takes seconds to start, on a busy machine many.
const PATIENCE: Duration = Duration::from_secs(120);

/// A broker on a free loopback port, with Erlang's port mapper beside it.
pub struct OwnRabbit {
    port: u16,
    ports: [u16; 2],
    folder: PathBuf,
    mapper: Child,
    process: Option<Child>,
}

/// Has every quorum queue of a broker choose its leader. RabbitMQ 3.10 may come back from a crash with queues that have none
/// (rabbitmq-server issue 10070), so this belongs to its start; a queue that has one keeps it. See docs/runbook.md.
const ELECT: &str =
    "[ra:trigger_election(amqqueue:get_pid(Q)) || Q <- rabbit_amqqueue:list_local_quorum_queues()].";

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

impl OwnRabbit {
    /// Starts one.
    pub fn start() -> Self {
        let folder = std::env::temp_dir().join(floor::name());
        std::fs::create_dir_all(&folder).unwrap();
        let (port, nodes, mapper_port) = (free_port(), free_port(), free_port());
        let settings = format!(
            "listeners.tcp.1 = 127.0.0.1:{port}\ndefault_user = verstak\ndefault_pass = secret\n\
             disk_free_limit.absolute = 50MB\n"
        );
        std::fs::write(folder.join("rabbitmq.conf"), settings).unwrap();
        std::fs::write(folder.join("enabled_plugins"), "[].\n").unwrap();
        let mut mapper = Command::new("epmd");
        mapper.args(["-port", &mapper_port.to_string(), "-address", "127.0.0.1"]);
        let mapper = mapper.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("epmd is on the path");
        let mut rabbit = Self { port, ports: [nodes, mapper_port], folder, mapper, process: None };
        rabbit.begin();
        rabbit
    }

    /// Its address.
    pub fn url(&self) -> String {
        format!("amqp://verstak:secret@127.0.0.1:{}/%2f", self.port)
    }

    /// Starts it again, with what it had, as the runbook has it started.
    pub fn again(&mut self) {
        self.begin();
        self.elect();
    }

    /// Its queues choose their leaders.
    pub fn elect(&self) {
        let mut command = Command::new("/usr/lib/rabbitmq/bin/rabbitmqctl");
        command.env("HOME", &self.folder).env("ERL_EPMD_ADDRESS", "127.0.0.1");
        command.env("ERL_EPMD_PORT", self.ports[1].to_string());
        command.args(["-n", &format!("test{}@localhost", self.port), "eval", ELECT]);
        let done = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status();
        assert!(done.is_ok_and(|status| status.success()), "RabbitMQ's queues can't be told to choose");
    }

    fn begin(&mut self) {
        let at = |name: &str| self.folder.join(name);
        let mut command = Command::new("/usr/lib/rabbitmq/bin/rabbitmq-server");
        command.current_dir(&self.folder).env("HOME", &self.folder).env("RABBITMQ_BASE", &self.folder);
        command.env("RABBITMQ_NODENAME", format!("test{}@localhost", self.port)).env("RABBITMQ_LOGS", "-");
        command.env("RABBITMQ_MNESIA_BASE", at("mnesia")).env("RABBITMQ_LOG_BASE", at("log"));
        command.env("RABBITMQ_CONFIG_FILE", at("rabbitmq.conf")).env("RABBITMQ_CONF_ENV_FILE", "/dev/null");
        command
            .env("RABBITMQ_ENABLED_PLUGINS_FILE", at("enabled_plugins"))
            .env("RABBITMQ_PID_FILE", at("pid"));
        command.env("RABBITMQ_DIST_PORT", self.ports[0].to_string());
        command.env("ERL_EPMD_PORT", self.ports[1].to_string()).env("ERL_EPMD_ADDRESS", "127.0.0.1");
        command.env("RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS", "-kernel inet_dist_use_interface {127,0,0,1}");
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        self.process = Some(command.spawn().expect("RabbitMQ is installed"));
        let begun = Instant::now();
        while !self.answers() {
            assert!(begun.elapsed() < PATIENCE, "RabbitMQ does not answer");
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// It listens a little before it is ready, and speaks only after the protocol's header.
    fn answers(&self) -> bool {
        let Ok(mut line) = TcpStream::connect(("127.0.0.1", self.port)) else { return false };
        line.set_read_timeout(Some(Duration::from_secs(2))).unwrap();
        line.write_all(b"AMQP\0\0\x09\x01").is_ok() && line.read_exact(&mut [0]).is_ok()
    }

    /// Stops it in order.
    pub fn stop(&mut self) {
        self.end("-TERM");
    }

    /// Kills it, as a lost machine does.
    pub fn kill(&mut self) {
        self.end("-KILL");
    }

    fn end(&mut self, signal: &str) {
        let Some(mut process) = self.process.take() else { return };
        // What was started is a script or the emulator itself; the file says which process is the broker.
        let pid = std::fs::read_to_string(self.folder.join("pid")).unwrap_or_default();
        for id in [pid.trim().to_owned(), process.id().to_string()] {
            if !id.is_empty() {
                let _ = Command::new("kill").args([signal, &id]).stderr(Stdio::null()).status();
            }
        }
        let begun = Instant::now();
        while TcpStream::connect(("127.0.0.1", self.port)).is_ok() {
            assert!(begun.elapsed() < PATIENCE, "RabbitMQ does not end");
            std::thread::sleep(Duration::from_millis(50));
        }
        process.wait().unwrap();
    }
}

impl Drop for OwnRabbit {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.process.as_mut().map(Child::kill);
        } else {
            self.kill();
        }
        let _ = self.mapper.kill();
        let _ = self.mapper.wait();
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}
