//! A Redis of the suite's own, asked in its own protocol on a connection for each command: what a client library
//! makes of a broken line is one of the things that are tested.

use tokio::{
    io::{AsyncBufRead, AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader},
    net::TcpStream,
    time::timeout,
};

use super::{
    Place,
    service::{PATIENCE, Service, Start, free_port, until},
};
use crate::Failure;

/// The board's keys in the product's own schema.
pub const BOARD: &str = "{board}:v2:o";
pub const STREAM: &str = "{board}:v2:s";

/// It.
pub struct Redis {
    pub service: Service,
    pub port: u16,
    password: String,
}

/// An answer.
#[derive(Debug, Clone, PartialEq)]
pub enum Reply {
    Nothing,
    Text(String),
    Number(i64),
    Many(Vec<Reply>),
}

impl Redis {
    /// Starts an empty one that keeps nothing on disk.
    pub async fn start(place: &Place) -> Result<Self, Failure> {
        let (folder, port, password) = (place.folder("redis")?, free_port()?, place.secret());
        let settings = folder.join("redis.conf");
        let text = format!(
            "bind 127.0.0.1\nport {port}\ndir {}\nsave \"\"\nappendonly no\nmaxmemory-policy noeviction\n\
             requirepass {password}\nenable-debug-command local\n",
            folder.display()
        );
        std::fs::write(&settings, text)?;
        place.give_away(&settings)?;
        let start = Start {
            program: "redis-server".into(),
            arguments: vec![settings.display().to_string()],
            folder,
            unprivileged: true,
            ..Start::default()
        };
        let service = Service::start("redis", place.log("redis"), start)?;
        let redis = Self { service, port, password };
        redis.answers().await?;
        Ok(redis)
    }

    /// Its address by way of this port.
    pub fn url(&self, port: u16) -> String {
        format!("redis://default:{}@127.0.0.1:{port}", self.password)
    }

    /// Waits until it answers.
    pub async fn answers(&self) -> Result<(), Failure> {
        until("Redis answers", async || self.ask(&["PING"]).await.is_ok()).await
    }

    /// Sends one command and reads its answer.
    pub async fn ask(&self, command: &[&str]) -> Result<Reply, Failure> {
        timeout(PATIENCE, self.asked(command)).await?
    }

    async fn asked(&self, command: &[&str]) -> Result<Reply, Failure> {
        let mut line = BufReader::new(TcpStream::connect(("127.0.0.1", self.port)).await?);
        for words in [&["AUTH", &self.password], command] {
            let mut text = format!("*{}\r\n", words.len());
            for word in words {
                text.push_str(&format!("${}\r\n{word}\r\n", word.len()));
            }
            line.write_all(text.as_bytes()).await?;
            let reply = read(&mut line).await?;
            if std::ptr::eq(words, command) {
                return Ok(reply);
            }
        }
        Err("no command".into())
    }

    /// A count among what it tells of itself; 0 where it does not name it.
    pub async fn counted(&self, section: &str, name: &str) -> Result<u64, Failure> {
        let Reply::Text(text) = self.ask(&["INFO", section]).await? else { return Ok(0) };
        let count = text.lines().find_map(|line| line.strip_prefix(name)?.trim().parse().ok());
        Ok(count.unwrap_or(0))
    }

    /// A number that a command answers.
    pub async fn number(&self, command: &[&str]) -> Result<i64, Failure> {
        match self.ask(command).await? {
            Reply::Number(number) => Ok(number),
            other => Err(format!("{command:?} answers {other:?}").into()),
        }
    }
}

/// Reads one answer; an error of Redis is an error.
async fn read(line: &mut (impl AsyncBufRead + Unpin + Send)) -> Result<Reply, Failure> {
    let mut head = String::new();
    line.read_line(&mut head).await?;
    let head = head.trim_end();
    let (kind, rest) = head.split_at_checked(1).ok_or("Redis ended the connection")?;
    match kind {
        "+" => Ok(Reply::Text(rest.to_owned())),
        "-" => Err(format!("Redis: {rest}").into()),
        ":" => Ok(Reply::Number(rest.parse()?)),
        "$" => {
            let Ok(length) = usize::try_from(rest.parse::<i64>()?) else { return Ok(Reply::Nothing) };
            let mut text = vec![0; length + 2];
            line.read_exact(&mut text).await?;
            text.truncate(length);
            Ok(Reply::Text(String::from_utf8(text)?))
        }
        "*" => {
            let Ok(length) = usize::try_from(rest.parse::<i64>()?) else { return Ok(Reply::Nothing) };
            let mut many = Vec::with_capacity(length);
            for _ in 0..length {
                many.push(Box::pin(read(line)).await?);
            }
            Ok(Reply::Many(many))
        }
        _ => Err(format!("Redis says {head}").into()),
    }
}
