//! `verstak doctor`: what is configured, and what of it works.

use std::{process::ExitCode, time::Duration};

use tokio::time::timeout;

use crate::{
    board::{self, Board},
    clock::{SystemClock, SystemEntropy},
    config::Config,
    lifecycle::Lifecycle,
    startup::{self, StartError, parts},
};

/// The board has this long to say whether it reaches Redis.
const PATIENCE: Duration = Duration::from_secs(3);

/// Prints the configuration without its secrets and asks every part. A failure when one does not work.
///
/// # Errors
/// When the configuration cannot be used at all.
pub async fn run(config: &Config) -> Result<ExitCode, StartError> {
    println!("{config:#?}");
    let life = Lifecycle::default();
    let store = parts::store(&config.database)?;
    let redis = config.redis.url.reveal().to_owned();
    let settings =
        board::Settings::new(redis, std::sync::Arc::new(SystemClock), std::sync::Arc::new(SystemEntropy));
    let board = Board::start(settings, store.clone(), &life.background, &life.stopping)?;
    let complete = timeout(PATIENCE, board.revisions().wait_for(|at| at.epoch > 0)).await.is_ok();
    let mut asked = vec![
        parts::database_part(store),
        parts::redis_part(board),
        parts::models_part(parts::bucket(&config.models)),
    ];
    asked.extend(config.broker.url.as_ref().map(parts::broker_probe));
    let mut healthy = complete;
    println!("board: {}", if complete { "ok" } else { "not complete within 3 s" });
    for part in asked {
        let said = part.ask().await;
        healthy &= said.is_ok();
        println!("{}: {}", part.name(), said.err().unwrap_or("ok"));
    }
    match startup::files(&config.site) {
        Ok(_) => println!("site: ok"),
        Err(error) => {
            healthy = false;
            println!("site: {error}");
        }
    }
    life.stop().await;
    Ok(if healthy { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
