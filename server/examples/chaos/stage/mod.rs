//! Everything that a run needs, of its own: PostgreSQL, Redis, S3, the server processes, and the lines between them.

pub mod postgres;
pub mod redis;
pub mod server;
pub mod service;

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use ::server::clock::{Entropy as _, SystemEntropy};
use server::Server;
use service::{Service, Start, free_port, is_root, until};
use tokio::net::TcpStream;

use crate::Failure;
use postgres::Postgres;
use redis::Redis;

/// Megabytes that are left on PostgreSQL's own disk before it runs full.
const LEFT: u64 = 32;

/// Files that the shop's customers sent, by their keys.
pub const MODELS: [(&str, &[u8]); 5] = [
    ("plain.glb", include_bytes!("../../../src/model/tests/files/plain.glb")),
    ("packed.glb", include_bytes!("../../../src/model/tests/files/gltfpack.glb")),
    ("draco.glb", include_bytes!("../../../src/model/tests/files/draco.glb")),
    ("meshopt.glb", include_bytes!("../../../src/model/tests/files/meshopt.glb")),
    ("quantized.glb", include_bytes!("../../../src/model/tests/files/quantized.glb")),
];

/// How large the stage is.
#[derive(Debug, Clone, clap::Args)]
pub struct Size {
    /// Server processes
    #[arg(long, default_value_t = 3)]
    pub servers: u8,
    /// Boards that live in this program, fed from the same PostgreSQL and Redis
    #[arg(long, default_value_t = 2)]
    pub boards: u8,
    /// Actual orders at the start
    #[arg(long, default_value_t = 150)]
    pub orders: u32,
    /// People at benches
    #[arg(long, default_value_t = 50)]
    pub operators: usize,
    /// A folder for all data and logs; it must exist
    #[arg(long)]
    pub folder: PathBuf,
    /// The folder of `verstak` and `examples/s3`; by default where this program was built
    #[arg(long)]
    pub programs: Option<PathBuf>,
    /// Without fsync: for a quick run
    #[arg(long)]
    pub hasty: bool,
    /// A disk of PostgreSQL's own, in megabytes: a tmpfs that is mounted for it, and that may run full. To be used in a
    /// name space of its own (`unshare --mount`), with which it goes
    #[arg(long)]
    pub disk: Option<u64>,
    /// RabbitMQ, where one runs
    #[arg(long, env = "AMQP_URL", hide_env_values = true)]
    pub amqp: Option<String>,
}

/// Where things lie.
#[derive(Debug, Clone)]
pub struct Place {
    folder: PathBuf,
}

impl Place {
    /// A new folder that a service may enter and nobody else.
    pub fn folder(&self, name: &str) -> Result<PathBuf, Failure> {
        let folder = self.folder.join(name);
        std::fs::create_dir_all(&folder)?;
        self.give_away(&folder)?;
        Ok(folder)
    }

    /// Gives a folder a file system of its own.
    fn mount(&self, name: &str, megabytes: u64) -> Result<(), Failure> {
        let folder = self.folder(name)?;
        mount(&format!("size={megabytes}m,mode=0700"), &folder)?;
        self.give_away(&folder)
    }

    /// Lets the services' user have it.
    pub fn give_away(&self, path: &Path) -> Result<(), Failure> {
        if is_root() && !Command::new("chown").arg("nobody:nogroup").arg(path).status()?.success() {
            return Err(format!("{} cannot be given away", path.display()).into());
        }
        Ok(())
    }

    /// Where a process writes what it says.
    pub fn log(&self, name: &str) -> PathBuf {
        self.folder.join(format!("{name}.log"))
    }

    /// A password.
    pub fn secret(&self) -> String {
        let mut bytes = [0; 12];
        SystemEntropy.fill(&mut bytes);
        bytes.iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

/// The stage.
pub struct Stage {
    pub place: Place,
    pub postgres: Postgres,
    pub redis: Redis,
    /// Ends with the stage.
    _s3: Service,
    pub s3_port: u16,
    pub servers: Vec<Server>,
    pub password: String,
    pub token: String,
    pub broker: Option<String>,
    /// Megabytes of PostgreSQL's own disk.
    disk: Option<u64>,
    programs: PathBuf,
    keys: [String; 2],
}

impl Stage {
    /// Builds it: everything runs and is filled when this returns.
    pub async fn build(size: &Size) -> Result<Self, Failure> {
        let place = Place { folder: size.folder.canonicalize()? };
        let programs = match &size.programs {
            Some(folder) => folder.clone(),
            None => beside(&std::env::current_exe()?).ok_or("where are the programs?")?,
        };
        if let Some(megabytes) = size.disk {
            place.mount("postgres", megabytes)?;
        }
        let (postgres, redis) = (Postgres::start(&place, !size.hasty).await?, Redis::start(&place).await?);
        let keys = [place.secret(), place.secret()];
        let (s3, s3_port) = store(&place, &programs, &keys).await?;
        let (password, token) = (place.secret(), place.secret());
        let broker = size.amqp.clone();
        let mut stage = Self {
            place,
            postgres,
            redis,
            _s3: s3,
            s3_port,
            servers: Vec::new(),
            password,
            token,
            broker,
            disk: size.disk,
            programs,
            keys,
        };
        stage.program(&["migrate"])?.run()?;
        let mut first = stage.program(&["user", "add", "--login", "hand1", "--role", "operator"])?;
        first.environment.push(("VERSTAK_PASSWORD".to_owned(), stage.password.clone()));
        first.run()?;
        stage.postgres.add_people(size.operators).await?;
        stage.postgres.add_orders(size.orders).await?;
        let site = server::site(&stage.place)?;
        for number in 0..size.servers {
            let server = Server::start(&stage, number, &site).await?;
            stage.servers.push(server);
        }
        Ok(stage)
    }

    /// Leaves PostgreSQL's own disk only a little more than what is on it.
    pub fn shrink_disk(&self) -> Result<(), Failure> {
        let folder = self.postgres.folder();
        let used = Command::new("df").args(["--block-size=1M", "--output=used"]).arg(folder).output()?.stdout;
        let used = String::from_utf8_lossy(&used);
        let used: u64 = used.split_whitespace().last().ok_or("a disk without size")?.parse()?;
        mount(&format!("remount,size={}m", used + LEFT), folder)
    }

    /// Gives it back its size.
    pub fn widen_disk(&self) -> Result<(), Failure> {
        let size = self.disk.ok_or("PostgreSQL has no disk of its own")?;
        mount(&format!("remount,size={size}m"), self.postgres.folder())
    }

    /// The product's program with the addresses of the services themselves.
    pub fn program(&self, arguments: &[&str]) -> Result<Start, Failure> {
        Ok(Start {
            program: self.programs.join("verstak"),
            arguments: arguments.iter().map(|it| (*it).to_owned()).collect(),
            environment: self.environment(&self.postgres.url(self.postgres.port), self.s3_port),
            folder: self.place.folder.clone(),
            unprivileged: false,
        })
    }

    fn environment(&self, database: &str, s3: u16) -> Vec<(String, String)> {
        [
            ("DATABASE_URL", database),
            ("S3_ENDPOINT", &format!("http://127.0.0.1:{s3}")),
            ("S3_BUCKET", "models"),
            ("AWS_ACCESS_KEY_ID", &self.keys[0]),
            ("AWS_SECRET_ACCESS_KEY", &self.keys[1]),
            ("INTAKE_TOKEN", &self.token),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .to_vec()
    }
}

/// Mounts a file system in memory there, or changes the one that is.
fn mount(options: &str, folder: &Path) -> Result<(), Failure> {
    let mut mount = Command::new("mount");
    mount.args(["-t", "tmpfs", "-o", options, "verstak-chaos"]).arg(folder);
    if mount.status()?.success() { Ok(()) } else { Err(format!("mount refuses {options}").into()) }
}

/// `target/release` of `target/release/examples/chaos`.
fn beside(program: &Path) -> Option<PathBuf> {
    Some(program.parent()?.parent()?.to_path_buf())
}

async fn store(place: &Place, programs: &Path, keys: &[String; 2]) -> Result<(Service, u16), Failure> {
    let (folder, port) = (place.folder("s3")?, free_port()?);
    let start = Start {
        program: programs.join("examples/s3"),
        arguments: ["--addr", &format!("127.0.0.1:{port}"), "--data", &folder.display().to_string()]
            .into_iter()
            .chain(["--bucket", "models"])
            .map(str::to_owned)
            .collect(),
        environment: [("AWS_ACCESS_KEY_ID", &keys[0]), ("AWS_SECRET_ACCESS_KEY", &keys[1])]
            .map(|(name, value)| (name.to_owned(), value.clone()))
            .to_vec(),
        folder,
        unprivileged: false,
    };
    for (name, bytes) in MODELS {
        std::fs::create_dir_all(start.folder.join("models"))?;
        std::fs::write(start.folder.join("models").join(name), bytes)?;
    }
    let s3 = Service::start("s3", place.log("s3"), start)?;
    until("S3 answers", async || TcpStream::connect(("127.0.0.1", port)).await.is_ok()).await?;
    Ok((s3, port))
}
