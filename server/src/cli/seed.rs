//! `verstak seed`: the demo workshop.

use std::{process::ExitCode, sync::Arc};

use crate::{
    clock::{Clock as _, SystemClock, SystemEntropy},
    config::{Database, Models, Secret},
    desk::people::{generated_password, hash_password},
    seed::{Ask, Filled, fill},
    startup::{StartError, parts},
};

/// Files as heavy as customers send them; a debug build would take minutes to make and to measure those.
const MOST_DETAIL: f64 = if cfg!(debug_assertions) { 0.3 } else { 1.0 };

/// What to fill the database with.
#[derive(Debug, clap::Args)]
pub struct Seed {
    /// How many orders are on the board, about: so many come in a week, and leave it
    #[arg(long)]
    orders: u32,
    /// For how many weeks they have been coming: what the flow page and the promise are worked out from
    #[arg(long, default_value_t = 8)]
    weeks: u32,
    /// How detailed the models are: 1 makes files of up to 20 MB, as heavy as customers send them
    #[arg(long, default_value_t = MOST_DETAIL)]
    detail: f64,
    /// The same number makes the same orders
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// The demo people's password; without it a random one is made, and printed once
    #[arg(id = "demo_password", long, env = "VERSTAK_DEMO_PASSWORD", hide_env_values = true)]
    password: Option<Secret>,
    #[command(flatten)]
    database: Database,
    #[command(flatten)]
    models: Models,
}

impl Seed {
    /// Fills an empty database; in one that is filled already the demo's people only get the password.
    ///
    /// # Errors
    /// When a service is away, or the database is somebody's and was never the demo's.
    pub async fn run(&self) -> Result<ExitCode, StartError> {
        let password = self
            .password
            .as_ref()
            .map_or_else(|| generated_password(&SystemEntropy), |password| password.reveal().to_owned());
        let ask = Ask {
            orders: self.orders,
            weeks: self.weeks,
            seed: self.seed,
            now: SystemClock.now(),
            password_hash: hash_password(&password, &SystemEntropy)?,
            most_detail: self.detail,
        };
        let bucket = parts::bucket(&self.models, Arc::new(SystemClock));
        match fill(&parts::store(&self.database)?, &bucket, &ask).await? {
            Filled::Fresh(orders) => println!("made {orders} orders"),
            Filled::Already => println!(
                "the demo is there already: its people have the password, and nothing else was changed"
            ),
        }
        if self.password.is_none() {
            println!("the demo people's password: {password}");
        }
        Ok(ExitCode::SUCCESS)
    }
}
