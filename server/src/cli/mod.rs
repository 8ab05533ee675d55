//! The command line.

mod doctor;
mod reconcile;
mod seed;
mod user;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::{
    broker,
    config::{Config, Database},
    lifecycle::Lifecycle,
    startup::{self, StartError},
    telemetry::Telemetry,
};

/// The operators' board of a jewellery workshop.
#[derive(Debug, Parser)]
#[command(name = "verstak", version)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serves the board until it is told to stop (SIGTERM or Ctrl-C; a second time: at once)
    Serve(Box<Config>),
    /// Brings the database to the form that this version needs
    Migrate(Database),
    /// Fills an empty database with believable orders and models
    Seed(seed::Seed),
    /// Manages people
    #[command(subcommand)]
    User(user::User),
    /// Compares the source's list of approved orders with ours, and puts right what can be put right
    Reconcile(reconcile::Reconcile),
    /// Shows the configuration without its secrets, and asks every part whether it works
    Doctor(Box<Config>),
}

/// Runs the program; errors are told on standard error, with their causes.
#[must_use]
pub fn main() -> ExitCode {
    // First of all, because the first connection decides which provider there is.
    let _chosen_before = rustls::crypto::aws_lc_rs::default_provider().install_default();
    let cli = Cli::parse();
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return failed(&error),
    };
    let ended = runtime.block_on(run(cli.command));
    // Blocking work that does not end (a name look-up) must not hold the process.
    runtime.shutdown_background();
    match ended {
        Ok(code) => code,
        Err(error) => failed(&error),
    }
}

async fn run(command: Command) -> Result<ExitCode, StartError> {
    match command {
        Command::Serve(config) => {
            let _telemetry = Telemetry::install(&config.telemetry, &[broker::SILENCE])?;
            let lifecycle = Lifecycle::default();
            let boards = lifecycle.aside("board").map_err(StartError::BeginThread)?;
            startup::start_beside(&config, &lifecycle, &boards).await?;
            lifecycle.until_told().await.map_err(StartError::ListenForSignals)?;
            lifecycle.stop().await;
            tracing::info!("stopped");
            Ok(ExitCode::SUCCESS)
        }
        Command::Migrate(database) => {
            startup::parts::store(&database)?.migrate().await.map_err(StartError::Database)?;
            println!("the database is up to date");
            Ok(ExitCode::SUCCESS)
        }
        Command::Seed(seed) => seed.run().await,
        Command::User(user) => user.run().await,
        Command::Reconcile(reconcile) => reconcile.run().await,
        Command::Doctor(config) => doctor::run(&config).await,
    }
}

/// Tells what failed and why, cause by cause.
fn failed(error: &dyn std::error::Error) -> ExitCode {
    let mut text = format!("verstak: {error}");
    let mut cause = error.source();
    while let Some(error) = cause {
        text.push_str(&format!("\n  because: {error}"));
        cause = error.source();
    }
    eprintln!("{text}");
    ExitCode::FAILURE
}
