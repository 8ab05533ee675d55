//! What PostgreSQL and Redis themselves say they were asked: a check on what the product counts.

use fred::{interfaces::ClientLike as _, types::InfoKind};

use super::{Database, shared::Shared};

/// Commands that this Redis has carried out since it began, those inside scripts included.
pub async fn commands(shared: &Shared) -> u64 {
    calls(shared, |_| true).await
}

/// Scripts that this Redis has run since it began.
pub async fn scripts(shared: &Shared) -> u64 {
    calls(shared, |command| command == "evalsha").await
}

async fn calls(shared: &Shared, counts: impl Fn(&str) -> bool) -> u64 {
    let told: String = shared.client.info(Some(InfoKind::CommandStats)).await.unwrap();
    let lines = told.lines().filter_map(|line| line.strip_prefix("cmdstat_")?.split_once(":calls="));
    let counted = lines.filter(|(command, _)| counts(command));
    counted.map(|(_, rest)| rest.split(',').next().unwrap().parse::<u64>().unwrap()).sum()
}

/// Transactions of this database so far, single statements included. PostgreSQL tells of them up to some seconds
/// late.
pub async fn transactions(database: &Database) -> u64 {
    let told = "SELECT xact_commit + xact_rollback FROM pg_stat_database WHERE datname = current_database()";
    let count: i64 = sqlx::query_scalar(told).fetch_one(database.pool()).await.unwrap();
    count.try_into().unwrap()
}
