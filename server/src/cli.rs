//! The command line.

use std::process::ExitCode;

use app::domain::Role;
use clap::{Parser, Subcommand};

use crate::{
    config::{Config, Database, Models},
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
    Seed(Seed),
    /// Manages people
    #[command(subcommand)]
    User(User),
    /// Shows the configuration without its secrets, and asks every part whether it works
    Doctor(Box<Config>),
}

#[derive(Debug, clap::Args)]
struct Seed {
    /// How many orders
    #[arg(long)]
    orders: u32,
    /// The same number makes the same orders
    #[arg(long, default_value_t = 1)]
    seed: u64,
    #[command(flatten)]
    database: Database,
    #[command(flatten)]
    models: Models,
}

#[derive(Debug, Subcommand)]
enum User {
    /// Adds a person. The password is VERSTAK_PASSWORD, or a random one that is printed once
    Add {
        /// The name to log in with: a-z 0-9 . _ -
        #[arg(long)]
        login: String,
        /// operator, supervisor or admin
        #[arg(long, value_parser = role)]
        role: Role,
        /// The name that others see; the log-in name by default
        #[arg(long)]
        name: Option<String>,
        /// The password
        #[arg(long, env = "VERSTAK_PASSWORD", hide_env_values = true, hide = true)]
        password: Option<crate::config::Secret>,
        #[command(flatten)]
        database: Database,
    },
}

fn role(text: &str) -> Result<Role, String> {
    Role::named(text).ok_or_else(|| "must be operator, supervisor or admin".to_owned())
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
            let _telemetry = Telemetry::install(&config.telemetry)?;
            let lifecycle = Lifecycle::default();
            startup::start(&config, &lifecycle).await?;
            lifecycle.until_told().await.map_err(StartError::ListenForSignals)?;
            lifecycle.stop().await;
            tracing::info!("stopped");
            Ok(ExitCode::SUCCESS)
        }
        Command::Migrate(database) => {
            startup::store(&database)?.migrate().await.map_err(StartError::Database)?;
            println!("the database is up to date");
            Ok(ExitCode::SUCCESS)
        }
        Command::Seed(seed) => startup::seed(&seed.database, &seed.models, seed.orders, seed.seed).await,
        Command::User(User::Add { login, role, name, password, database }) => {
            startup::add_user(&database, &login, name.as_deref(), role, password).await
        }
        Command::Doctor(config) => startup::doctor(&config).await,
    }
}

/// Tells what failed and why, cause by cause.
#[expect(clippy::print_stderr, reason = "this is the program's last word to the person at the terminal")]
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
