//! The variables, each documented where it is declared.

use std::net::SocketAddr;

use clap::{ArgAction, Args, ValueEnum};

use super::{Address, Proxies, Secret, Share, UtcOffset};

/// PostgreSQL, the truth.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Database")]
pub struct Database {
    /// Address of PostgreSQL, postgres://user:password@host:port/database
    #[arg(id = "database_url", long, env = "DATABASE_URL", hide_env_values = true)]
    pub url: Address,
    /// Connections of this process at most
    #[arg(id = "database_connections", long, env = "DATABASE_CONNECTIONS", default_value_t = 16)]
    pub connections: u32,
}

/// Redis, the board's shared cache.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Cache")]
pub struct Redis {
    /// Address of Redis, redis://user:password@host:port, or rediss:// for TLS. Behind Sentinels:
    /// redis-sentinel://:password@sentinel:26379?sentinelServiceName=NAME&sentinelPassword=…&node=sentinel2:26379, where
    /// user and password are the servers'. A cluster: redis-cluster://host:port?node=host2:port2. These two by TLS:
    /// rediss-sentinel:// and rediss-cluster://. TLS trusts the system's certificates, or those in SSL_CERT_FILE
    #[arg(id = "redis_url", long, env = "REDIS_URL", hide_env_values = true)]
    pub url: Address,
}

/// From where reads are answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Reads {
    /// From the snapshot in this process.
    Near,
    /// From Redis, on every request.
    Redis,
    /// From the database, on every request.
    Off,
}

/// How reads are answered.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Cache")]
pub struct Cache {
    /// From where the board is read: the process's own snapshot, Redis, or the database
    #[arg(id = "cache", long, env = "CACHE", value_enum, default_value_t = Reads::Near)]
    pub reads: Reads,
}

/// S3, the store of 3D models.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Models")]
pub struct Models {
    /// Address of the S3 service, http://host:port
    #[arg(id = "s3_endpoint", long, env = "S3_ENDPOINT", hide_env_values = true)]
    pub endpoint: Option<Address>,
    /// The bucket that holds the customers' models
    #[arg(id = "s3_bucket", long, env = "S3_BUCKET", default_value = "models")]
    pub bucket: String,
    /// The region to sign for
    #[arg(id = "s3_region", long, env = "S3_REGION", default_value = "us-east-1")]
    pub region: String,
    /// The name of the key that may read the bucket
    #[arg(
        id = "aws_access_key_id",
        long,
        env = "AWS_ACCESS_KEY_ID",
        default_value = "",
        hide_env_values = true
    )]
    pub key_id: Secret,
    /// The key
    #[arg(
        id = "aws_secret_access_key",
        long,
        env = "AWS_SECRET_ACCESS_KEY",
        default_value = "",
        hide_env_values = true
    )]
    pub key: Secret,
}

/// RabbitMQ.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Messages")]
pub struct Broker {
    /// Address of RabbitMQ, amqp:// or amqps://user:password@host:port/vhost; without it messages come over
    /// HTTP alone and news wait in the outbox
    #[arg(id = "amqp_url", long, env = "AMQP_URL", hide_env_values = true)]
    pub url: Option<Address>,
}

/// Order messages over HTTP.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Messages")]
pub struct Intake {
    /// The token that `POST /intake/orders` must bring; without it every message is refused
    #[arg(id = "intake_token", long, env = "INTAKE_TOKEN", hide_env_values = true)]
    pub token: Option<Secret>,
}

/// On or off.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Switch {
    /// As usual.
    On,
    /// Switched off.
    Off,
}

/// Listeners, and what browsers are told.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Web")]
pub struct Web {
    /// Where the pages are served
    #[arg(id = "leptos_site_addr", long, env = "LEPTOS_SITE_ADDR", default_value = "127.0.0.1:3000")]
    pub listen: SocketAddr,
    /// Where metrics and health are served; must not be reachable from outside
    #[arg(id = "admin_addr", long, env = "ADMIN_ADDR", default_value = "127.0.0.1:3080")]
    pub admin: SocketAddr,
    /// The address that people type; https makes cookies `Secure` and `__Host-`
    #[arg(id = "public_url", long, env = "PUBLIC_URL")]
    pub public_url: Option<Address>,
    /// Proxies whose `X-Forwarded-For` is believed: addresses and ranges, with commas
    #[arg(id = "trusted_proxies", long, env = "TRUSTED_PROXIES", default_value = "")]
    pub trusted_proxies: Proxies,
    /// off: `/sw.js` unregisters the service worker in every browser and deletes its caches
    #[arg(id = "worker", long, env = "WORKER", value_enum, default_value_t = Switch::On)]
    pub worker: Switch,
}

impl Web {
    /// Whether people reach this server by https.
    #[must_use]
    pub fn is_https(&self) -> bool {
        self.public_url.as_ref().is_some_and(|url| url.scheme() == "https")
    }
}

/// The workshop's wall.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Web")]
pub struct Workshop {
    /// How far the clock on the workshop's wall is ahead of UTC; pages tell all times by it. Daylight saving is not
    /// known: where clocks change in spring and autumn, change this and restart
    #[arg(
        id = "workshop_utc_offset",
        long,
        env = "WORKSHOP_UTC_OFFSET",
        default_value = "+03:00",
        allow_hyphen_values = true
    )]
    pub utc_offset: UtcOffset,
}

/// The built site: the browser's program, styles and files. The build tool sets these.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Site (set by the build)")]
pub struct Site {
    /// The folder of the built site
    #[arg(id = "leptos_site_root", long, env = "LEPTOS_SITE_ROOT", default_value = "target/site")]
    pub root: String,
    /// The folder in it of the browser's program
    #[arg(id = "leptos_site_pkg_dir", long, env = "LEPTOS_SITE_PKG_DIR", default_value = "pkg")]
    pub pkg_dir: String,
    /// The name of the browser's program
    #[arg(id = "leptos_output_name", long, env = "LEPTOS_OUTPUT_NAME", default_value = "verstak")]
    pub output_name: String,
    /// Whether the program's files carry hashes in their names
    #[arg(
        id = "leptos_hash_files",
        long,
        env = "LEPTOS_HASH_FILES",
        action = ArgAction::Set,
        default_value_t = false
    )]
    pub hash_files: bool,
    /// The list of these hashes; relative to the server program
    #[arg(id = "leptos_hash_file_name", long, env = "LEPTOS_HASH_FILE_NAME", default_value = "hash.txt")]
    pub hash_file: String,
    /// The port of the development tool's reload signal
    #[arg(id = "leptos_reload_port", long, env = "LEPTOS_RELOAD_PORT", default_value_t = 3001)]
    pub reload_port: u32,
    /// Set by the development tool: files are read anew for every request
    #[arg(id = "leptos_watch", long, env = "LEPTOS_WATCH", hide = true)]
    pub watch: Option<String>,
}

/// Logs and traces.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Telemetry")]
pub struct Telemetry {
    /// Where traces go (OTLP over gRPC), http://host:4317; without it they stay here
    #[arg(id = "otel_exporter_otlp_endpoint", long, env = "OTEL_EXPORTER_OTLP_ENDPOINT")]
    pub otlp_endpoint: Option<Address>,
    /// Of how many requests a trace is recorded, from 0 to 1; commands, messages and pages always are, except with 0:
    /// then nothing is traced
    #[arg(id = "trace_share", long, env = "TRACE_SHARE", default_value = "0.05")]
    pub trace_share: Share,
    /// Traces that take at least so many milliseconds are kept in memory for the page /slow
    #[arg(id = "slow_trace_ms", long, env = "SLOW_TRACE_MS", default_value = "50")]
    pub slow_trace_ms: u64,
    /// Where people look at a trace, with {trace} in the place of its id, as in
    /// http://localhost:16686/trace/{trace}; the passport's sheet links there
    #[arg(id = "trace_url", long, env = "TRACE_URL")]
    pub trace_url: Option<Address>,
    /// What is logged: levels by module, as in `info,server::board=debug`
    #[arg(id = "rust_log", long, env = "RUST_LOG", default_value = "info")]
    pub log: String,
}
