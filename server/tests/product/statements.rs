//! Statements: every file is one that the database understands.

use std::path::{Path, PathBuf};

use sqlx::{AssertSqlSafe, Executor as _, SqlSafeStr as _};

use crate::floor;

/// Migrations that have no sample, because they add a function and nothing that rows could be of.
const ADDS_NO_DATA: [i64; 5] = [5, 19, 21, 22, 23];

#[tokio::test]
async fn the_database_prepares_every_statement() {
    let database = floor::database().await;
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/store/postgres/sql");
    let mut prepared = 0;
    for file in std::fs::read_dir(folder).unwrap() {
        let path = file.unwrap().path();
        let statement = std::fs::read_to_string(&path).unwrap();
        let outcome = database.pool().prepare(AssertSqlSafe(statement).into_sql_str()).await;
        assert!(outcome.is_ok(), "{}: {:?}", path.display(), outcome.err());
        prepared += 1;
    }
    assert!(prepared > 20, "{prepared}");
}

#[tokio::test]
async fn two_servers_may_migrate_an_empty_database_at_once_and_migrating_again_changes_nothing() {
    let database = floor::empty_database().await;
    let other = database.another();
    let (here, there) = tokio::join!(database.store.migrate(), other.migrate());
    here.unwrap();
    there.unwrap();
    let applied = async || -> Vec<(i64, bool, time::OffsetDateTime)> {
        sqlx::query_as("SELECT version, success, installed_on FROM _sqlx_migrations ORDER BY version")
            .fetch_all(database.pool())
            .await
            .unwrap()
    };
    let once = applied().await;
    let known = sqlx::migrate::Migrator::new(migrations()).await.unwrap();
    let known: Vec<_> = known.iter().map(|migration| (migration.version, true)).collect();
    assert_eq!(once.iter().map(|row| (row.0, row.1)).collect::<Vec<_>>(), known, "each once");
    database.store.migrate().await.unwrap();
    assert_eq!(applied().await, once);
}

fn migrations() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../migrations")
}

#[tokio::test]
async fn every_migration_runs_on_a_database_that_is_in_use_and_loses_nothing() {
    let database = floor::empty_database().await;
    let folder = migrations();
    let migrations = sqlx::migrate::Migrator::new(folder.clone()).await.unwrap();
    for migration in migrations.iter() {
        let ran = sqlx::raw_sql(migration.sql.clone()).execute(database.pool()).await;
        assert!(ran.is_ok(), "{}: {:?}", migration.description, ran.err());
        let sample = std::fs::read_to_string(folder.join(format!("samples/{:04}.sql", migration.version)));
        if ADDS_NO_DATA.contains(&migration.version) {
            assert!(sample.is_err(), "{}: has a sample after all", migration.description);
            continue;
        }
        let sample = sample.unwrap_or_else(|error| {
            panic!("{} {}: needs a sample: {error}", migration.version, migration.description)
        });
        sqlx::raw_sql(AssertSqlSafe(sample)).execute(database.pool()).await.unwrap();
    }
    let seen: bool = sqlx::query_scalar("SELECT bool_and(seen_at IS NOT NULL) FROM users")
        .fetch_one(database.pool())
        .await
        .unwrap();
    assert!(seen, "everybody who was there before has a watermark");
    let kept: (i64, i64, i64) = sqlx::query_as(
        "SELECT (SELECT count(*) FROM orders), (SELECT count(*) FROM sessions), (SELECT rev FROM board_clock)",
    )
    .fetch_one(database.pool())
    .await
    .unwrap();
    assert_eq!(kept, (3, 1, 2), "orders, sessions, and the changes of an actual order in the log");
}
