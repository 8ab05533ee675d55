//! `verstak doctor`: what is configured, what of it works, and whether what is kept agrees with itself. It changes
//! nothing that a server would not change by itself.

mod models;
mod report;

use std::{process::ExitCode, sync::Arc, time::Duration};

use tokio::time::timeout;

use crate::{
    board::{self, Board},
    clock::{SystemClock, SystemEntropy},
    config::Config,
    lifecycle::Lifecycle,
    startup::{self, StartError, parts},
    store::{Postgres, postgres::migrate::Standing},
};
use report::Report;

/// The board has this long to become whole.
const PATIENCE: Duration = Duration::from_secs(3);
/// A comparison reads the whole board three times.
const COMPARING: Duration = Duration::from_secs(60);

/// Prints the configuration without its secrets, asks every part, and compares what is kept. A failure when something
/// is not as it should be.
///
/// # Errors
/// When the configuration cannot be used at all.
pub async fn run(config: &Config) -> Result<ExitCode, StartError> {
    println!("{config:#?}\n");
    let life = Lifecycle::default();
    let store = parts::store(&config.database)?;
    let bucket = parts::bucket(&config.models);
    let redis = config.redis.url.reveal().to_owned();
    let settings = board::Settings::new(redis, Arc::new(SystemClock), Arc::new(SystemEntropy));
    let board = Board::start(settings, store.clone(), &life.background, &life.stopping)?;
    let whole = timeout(PATIENCE, board.revisions().wait_for(|at| at.epoch > 0)).await.is_ok();
    let mut asked = vec![
        parts::database_part(store.clone()),
        parts::redis_part(board.clone()),
        parts::models_part(bucket.clone()),
    ];
    asked.extend(config.broker.url.as_ref().map(parts::broker_probe));
    let mut report = Report::default();
    for part in asked {
        let said = part.ask().await;
        report.line(part.name(), said.is_ok(), said.err().unwrap_or("answers"));
    }
    if config.broker.url.is_none() {
        report.line("broker", true, "none is configured: messages come over HTTP alone");
    }
    match startup::files(&config.site) {
        Ok(_) => report.line("site", true, "is there"),
        Err(error) => report.line("site", false, error),
    }
    migrations(&store, &mut report).await;
    digests(&board, whole, &mut report).await;
    models::look(&store, &bucket, &mut report).await;
    life.stop().await;
    Ok(if report.is_well() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Which migrations the database has.
async fn migrations(store: &Postgres, report: &mut Report) {
    let migrations = match store.migrations().await {
        Ok(migrations) => migrations,
        Err(error) => return report.line("migrations", false, format_args!("cannot be read: {error}")),
    };
    let done = migrations.iter().filter(|it| it.standing == Standing::Done).count();
    let ours = migrations.iter().filter(|it| it.standing != Standing::Unknown).count();
    report.line("migrations", done == ours, format_args!("{done} of {ours} are done"));
    for it in migrations.iter().filter(|it| it.standing != Standing::Done) {
        let what = match it.standing {
            Standing::Missing => "is missing: run `verstak migrate`",
            Standing::Differs => "was changed after it ran",
            _ => "is of a newer version of this program",
        };
        report.detail(format_args!("{} {} {what}", it.version, it.name));
    }
}

/// Whether the database, Redis and the board in memory say the same.
async fn digests(board: &Board, whole: bool, report: &mut Report) {
    report.line("board", whole, if whole { "is whole" } else { "is not whole within 3 s" });
    if !whole {
        return;
    }
    let compared = match timeout(COMPARING, board.compare()).await {
        Ok(Ok(compared)) => compared,
        Ok(Err(error)) => return report.line("copies", false, format_args!("cannot be compared: {error}")),
        Err(_) => return report.line("copies", false, "cannot be compared within a minute"),
    };
    let redis = if compared.redis { "Redis" } else { "Redis had no whole board" };
    report.line(
        "copies",
        compared.count == 0 && compared.redis,
        format_args!(
            "{} differences among {} orders at {} (database, {redis}, memory)",
            compared.count, compared.orders, compared.revision
        ),
    );
    for it in compared.differences {
        report.detail(format_args!("{} in {:?}: {:?}", it.order, it.copy, it.fault));
    }
}
