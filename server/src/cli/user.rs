//! `verstak user`: people.

use std::process::ExitCode;

use app::domain::Role;
use clap::Subcommand;

use crate::{
    clock::{Clock as _, SystemClock, SystemEntropy},
    config::{Database, Secret},
    desk::people::{PersonAsk, add_person, generated_password},
    startup::{StartError, parts},
};

/// What to do with a person.
#[derive(Debug, Subcommand)]
pub enum User {
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
        password: Option<Secret>,
        /// Where people are kept
        #[command(flatten)]
        database: Database,
    },
}

fn role(text: &str) -> Result<Role, String> {
    Role::named(text).ok_or_else(|| "must be operator, supervisor or admin".to_owned())
}

impl User {
    /// Does it.
    ///
    /// # Errors
    /// When the database is away, or the person cannot be added.
    pub async fn run(self) -> Result<ExitCode, StartError> {
        let Self::Add { login, role, name, password, database } = self;
        let made = password.is_none();
        let password =
            password.map_or_else(|| generated_password(&SystemEntropy), |it| it.reveal().to_owned());
        let name = name.unwrap_or_else(|| login.clone());
        let ask = PersonAsk { login, name, role, password, demo: false };
        add_person(&parts::store(&database)?, &SystemEntropy, SystemClock.now(), &ask).await?;
        println!("added {} ({})", ask.login, role.name());
        if made {
            println!("password: {}", ask.password);
        }
        Ok(ExitCode::SUCCESS)
    }
}
