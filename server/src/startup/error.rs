//! Why the program cannot do what it was asked to: what happened, and what to do now.

use crate::{
    board, broker,
    desk::people::{AddPersonError, HashError},
    seed::SeedError,
    store::StoreError,
    telemetry::TelemetryError,
};

/// Why the program cannot do what it was asked to.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// Logs or traces.
    #[error("telemetry cannot be set up")]
    Telemetry(#[from] TelemetryError),
    /// Counters.
    #[error("the counters cannot be set up")]
    Meter(#[from] metrics_exporter_prometheus::BuildError),
    /// The database is away or refused.
    #[error("the database does not do what is needed; is DATABASE_URL right, and is it running?")]
    Database(#[source] StoreError),
    /// The address of Redis.
    #[error("REDIS_URL cannot be used")]
    Redis(#[from] board::BadAddress),
    /// The address of RabbitMQ.
    #[error("AMQP_URL cannot be used")]
    Broker(#[from] broker::BadAddress),
    /// No tables, or old ones.
    #[error("the database is not prepared for this version: run `verstak migrate` first")]
    NotMigrated,
    /// The site's folder.
    #[error("the built site cannot be read from {root}: build it, or set LEPTOS_SITE_ROOT")]
    ReadSite {
        /// Where it was looked for.
        root: String,
        /// The system's word.
        #[source]
        source: std::io::Error,
    },
    /// A port that is taken.
    #[error("{variable}={address} cannot be listened on: choose another port, or stop what uses it")]
    Listen {
        /// The variable that names it.
        variable: &'static str,
        /// The address.
        address: std::net::SocketAddr,
        /// The system's word.
        #[source]
        source: std::io::Error,
    },
    /// No thread to be had.
    #[error("the system has no thread for the board's own work")]
    BeginThread(#[source] std::io::Error),
    /// Signals.
    #[error("the system does not tell of signals")]
    ListenForSignals(#[source] std::io::Error),
    /// The source's list.
    #[error("the list {} cannot be read", path.display())]
    ReadList {
        /// Where it was looked for.
        path: std::path::PathBuf,
        /// The system's word.
        #[source]
        source: std::io::Error,
    },
    /// A person who cannot be added.
    #[error("the person was not added")]
    AddPerson(#[from] AddPersonError),
    /// The demo's people cannot be given a password.
    #[error("the demo's password cannot be used")]
    HashPassword(#[from] HashError),
    /// Demo data.
    #[error("the demo was not made")]
    Seed(#[from] SeedError),
}
