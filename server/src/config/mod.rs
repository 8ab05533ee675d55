//! Configuration: one struct per concern, read once from the environment. `verstak serve --help` lists it all.

mod address;
mod network;
mod offset;
mod secret;
mod sections;
mod share;

pub use address::Address;
pub use network::{Network, Proxies};
pub use offset::UtcOffset;
pub use secret::Secret;
pub use sections::{
    Broker, Cache, Database, Intake, Models, Reads, Redis, Site, Switch, Telemetry, Web, Workshop,
};
pub use share::Share;

/// Everything that `serve` and `doctor` need.
#[derive(Debug, Clone, clap::Args)]
pub struct Config {
    /// The database.
    #[command(flatten)]
    pub database: Database,
    /// The shared cache.
    #[command(flatten)]
    pub redis: Redis,
    /// The store of models.
    #[command(flatten)]
    pub models: Models,
    /// The broker.
    #[command(flatten)]
    pub broker: Broker,
    /// The listeners and what browsers are told.
    #[command(flatten)]
    pub web: Web,
    /// The workshop's wall.
    #[command(flatten)]
    pub workshop: Workshop,
    /// The built site.
    #[command(flatten)]
    pub site: Site,
    /// Messages over HTTP.
    #[command(flatten)]
    pub intake: Intake,
    /// From where reads are answered.
    #[command(flatten)]
    pub cache: Cache,
    /// Logs and traces.
    #[command(flatten)]
    pub telemetry: Telemetry,
}
