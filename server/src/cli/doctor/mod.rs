//! `verstak doctor`: what is configured, what of it works, and whether what is kept agrees with itself. It changes
//! nothing and repairs nothing: a server would, and there would be nothing to see.

mod models;
mod report;

use std::{process::ExitCode, sync::Arc, time::Duration};

use tokio::time::timeout;

use crate::{
    board::{self, Board, InRedis},
    clock::{SystemClock, SystemEntropy},
    config::Config,
    startup::{self, StartError, parts},
    store::{Postgres, postgres::migrate::Standing},
};
use report::Report;

/// Redis has this long to be connected to and to answer.
const PATIENCE: Duration = Duration::from_secs(3);
/// A comparison reads the whole board twice.
const COMPARING: Duration = Duration::from_secs(60);

/// Prints the configuration without its secrets, asks every part, and compares what is kept. A failure when something
/// is not as it should be.
///
/// # Errors
/// When the configuration cannot be used at all.
pub async fn run(config: &Config) -> Result<ExitCode, StartError> {
    println!("{config:#?}\n");
    let store = parts::store(&config.database)?;
    let bucket = parts::bucket(&config.models, Arc::new(SystemClock));
    let redis = config.redis.url.reveal().to_owned();
    let settings = board::Settings::new(redis, Arc::new(SystemClock), Arc::new(SystemEntropy));
    let board = Board::idle(settings, store.clone())?;
    let mut asked = vec![parts::database_part(store.clone()), parts::models_part(bucket.clone())];
    asked.extend(config.broker.url.as_ref().map(parts::broker_probe));
    asked.extend(config.telemetry.otlp_endpoint.as_ref().map(parts::traces_probe));
    let mut report = Report::default();
    let answers = board.reaches_redis(PATIENCE).await;
    report.line("redis", answers, if answers { "answers" } else { "does not answer" });
    for part in asked {
        let said = part.ask().await;
        report.line(part.name(), said.is_ok(), said.err().unwrap_or("answers"));
    }
    if config.broker.url.is_none() {
        report.line("broker", true, "none is configured: messages come over HTTP alone");
    }
    if config.telemetry.otlp_endpoint.is_none() {
        report.line("traces", true, "no collector is configured: they stay here");
    }
    match startup::files(&config.site) {
        Ok(_) => report.line("site", true, "is there"),
        Err(error) => report.line("site", false, error),
    }
    migrations(&store, &mut report).await;
    copies(&board, &mut report).await;
    models::look(&store, &bucket, &mut report).await;
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
            Standing::Differs => {
                "was changed after it ran, and `verstak migrate` goes no further: run the program that has it as it ran"
            }
            _ => "is of a newer version of this program, and keeps this one working",
        };
        report.detail(format_args!("{} {} {what}", it.version, it.name));
    }
}

/// Whether Redis says what the database says.
async fn copies(board: &Board, report: &mut Report) {
    let compared = match timeout(COMPARING, board.compare()).await {
        Ok(Ok(compared)) => compared,
        Ok(Err(error)) => return report.line("copies", false, format_args!("cannot be compared: {error}")),
        Err(_) => return report.line("copies", false, "cannot be compared within a minute"),
    };
    let (count, orders, revision) = (compared.count, compared.orders, compared.revision);
    let lacks = match compared.redis {
        InRedis::Whole => None,
        InRedis::Nothing => Some((true, "Redis has no board: no server has filled it")),
        InRedis::Unreadable => {
            Some((false, "what Redis has does not say of what it is: a server that runs fills it anew"))
        }
        InRedis::Away => Some((false, "Redis does not answer: whether it says the same is unknown")),
    };
    if let Some((well, why)) = lacks {
        return report.line("copies", well, format_args!("{orders} orders at {revision}; {why}"));
    }
    report.line(
        "copies",
        count == 0,
        format_args!("{count} differences among {orders} orders at {revision}"),
    );
    for it in compared.differences {
        report.detail(format_args!("{} in {:?}: {:?}", it.order, it.copy, it.fault));
    }
}
