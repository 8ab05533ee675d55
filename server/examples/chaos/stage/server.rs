//! A server process, and the lines by which it alone reaches PostgreSQL, Redis, S3 and RabbitMQ.

use std::{net::SocketAddr, path::PathBuf};

use super::{
    Place, Stage,
    service::{Service, Start, free_port, until},
};
use crate::{
    Failure,
    http::{Answer, Connection},
    proxy::Proxy,
};

/// The lines of one server.
pub struct Lines {
    pub postgres: Proxy,
    pub redis: Proxy,
    pub s3: Proxy,
    pub broker: Option<Proxy>,
}

impl Lines {
    /// Whole ones.
    pub async fn of(stage: &Stage) -> Result<Self, Failure> {
        let to = |port: u16| Proxy::to(format!("127.0.0.1:{port}"));
        let broker = match &stage.broker {
            Some(url) => Some(Proxy::to(host(url)?.to_owned()).await?),
            None => None,
        };
        Ok(Self {
            postgres: to(stage.postgres.port).await?,
            redis: to(stage.redis.port).await?,
            s3: to(stage.s3_port).await?,
            broker,
        })
    }
}

/// `host:port` of an address.
fn host(url: &str) -> Result<&str, Failure> {
    let rest = url.rsplit_once('@').map_or(url, |(_, rest)| rest);
    Ok(rest.split('/').next().ok_or("an address without a host")?)
}

/// The same address by way of another port.
fn by_way(url: &str, port: u16) -> Result<String, Failure> {
    Ok(url.replace(host(url)?, &format!("127.0.0.1:{port}")))
}

/// One of the servers.
pub struct Server {
    pub number: u8,
    pub service: Service,
    pub site: SocketAddr,
    pub admin: SocketAddr,
    pub lines: Lines,
    /// What its clock reads besides the real time, where it can be stepped.
    pub clock: Option<PathBuf>,
}

impl Server {
    /// Starts one, with its first board complete.
    pub async fn start(stage: &Stage, number: u8, root: &str) -> Result<Self, Failure> {
        let lines = Lines::of(stage).await?;
        let (site, admin) = (free_port()?, free_port()?);
        let mut environment = stage.environment(&stage.postgres.url(lines.postgres.port), lines.s3.port);
        let mut set = |name: &str, value: String| environment.push((name.to_owned(), value));
        set("REDIS_URL", stage.redis.url(lines.redis.port));
        set("LEPTOS_SITE_ADDR", format!("127.0.0.1:{site}"));
        set("ADMIN_ADDR", format!("127.0.0.1:{admin}"));
        set("LEPTOS_SITE_ROOT", root.to_owned());
        set("LEPTOS_HASH_FILES", "true".to_owned());
        set("LEPTOS_HASH_FILE_NAME", format!("{root}/hash.txt"));
        set("RUST_LOG", std::env::var("RUST_LOG").unwrap_or_else(|_| "warn".to_owned()));
        if let (Some(url), Some(line)) = (&stage.broker, &lines.broker) {
            set("AMQP_URL", by_way(url, line.port)?);
        }
        let clock = clock(stage, number)?;
        if let Some((library, file)) = &clock {
            set("LD_PRELOAD", library.display().to_string());
            set("FAKETIME_TIMESTAMP_FILE", file.display().to_string());
            set("FAKETIME_CACHE_DURATION", "1".to_owned());
            set("FAKETIME_DONT_FAKE_MONOTONIC", "1".to_owned());
        }
        let start = Start { environment, ..stage.program(&["serve"])? };
        let name = format!("server-{number}");
        let service = Service::start(&name, stage.place.log(&name), start)?;
        let address = |port: u16| SocketAddr::from(([127, 0, 0, 1], port));
        let (site, admin) = (address(site), address(admin));
        let clock = clock.map(|(_, file)| file);
        let server = Self { number, service, site, admin, lines, clock };
        server.ready().await?;
        Ok(server)
    }

    /// Waits until it has its first board.
    pub async fn ready(&self) -> Result<(), Failure> {
        until("a server is ready", async || self.tell("/readyz").await.is_ok()).await
    }

    /// What its admin side says.
    pub async fn tell(&self, path: &str) -> Result<String, Failure> {
        Ok(String::from_utf8(self.ask(path).await?.body)?)
    }

    async fn ask(&self, path: &str) -> Result<Answer, Failure> {
        let request = format!("GET {path} HTTP/1.1\r\nHost: {}\r\n\r\n", self.admin);
        let answer = Connection::open(self.admin).await?.ask(request.as_bytes()).await?;
        if answer.status == 200 {
            Ok(answer)
        } else {
            Err(format!("{path} answers {}", answer.status).into())
        }
    }

    /// The sum of a counter or gauge over its labels.
    ///
    /// # Errors
    /// When the server does not tell it: nobody knows then what it is.
    pub async fn counted(&self, name: &str) -> Result<f64, Failure> {
        let text = self.tell("/metrics").await?;
        let ours = |line: &&str| line.strip_prefix(name).is_some_and(|rest| rest.starts_with(['{', ' ']));
        let values: Vec<f64> =
            text.lines().filter(ours).filter_map(|line| line.rsplit_once(' ')?.1.parse().ok()).collect();
        if values.is_empty() {
            return Err(format!("{name} is not told").into());
        }
        Ok(values.iter().sum())
    }
}

/// Clocks are stepped for the last server alone, where `libfaketime` is installed.
fn clock(stage: &Stage, number: u8) -> Result<Option<(PathBuf, PathBuf)>, Failure> {
    if number != 2 {
        return Ok(None);
    }
    // Each kind of machine has its libraries in a folder of its own.
    let folders = std::fs::read_dir("/usr/lib")?.flatten().map(|it| it.path());
    let library = folders.map(|it| it.join("faketime/libfaketime.so.1")).find(|it| it.exists());
    let Some(library) = library else { return Ok(None) };
    let file = stage.place.folder("clock")?.join("offset");
    std::fs::write(&file, "+0")?;
    Ok(Some((library, file)))
}

/// A site of a few files: nobody looks at the pages with a browser.
pub fn site(place: &Place) -> Result<String, Failure> {
    let root = place.folder("site")?;
    std::fs::create_dir_all(root.join("pkg"))?;
    for (name, text) in [
        ("pkg/verstak.abc.js", "1"),
        ("hash.txt", "js: abc\nwasm: abc\ncss: abc\n"),
        ("client.js", "1"),
        ("sw.js", "1"),
        ("sw-off.js", "1"),
    ] {
        std::fs::write(root.join(name), text)?;
    }
    Ok(root.display().to_string())
}
