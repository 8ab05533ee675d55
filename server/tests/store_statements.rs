//! Statements: every file is one that the database understands.

mod floor;

use std::path::Path;

use sqlx::{AssertSqlSafe, Executor as _, SqlSafeStr as _};

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
async fn migrating_again_changes_nothing_and_two_servers_may_migrate_at_once() {
    let database = floor::database().await;
    let other = database.another();
    let (here, there) = tokio::join!(database.store.migrate(), other.migrate());
    here.unwrap();
    there.unwrap();
}

#[tokio::test]
async fn every_migration_runs_on_a_database_that_is_in_use_and_loses_nothing() {
    let database = floor::empty_database().await;
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../migrations");
    let migrations = sqlx::migrate::Migrator::new(folder.clone()).await.unwrap();
    let mut samples = 0;
    for migration in migrations.iter() {
        let ran = sqlx::raw_sql(migration.sql.clone()).execute(database.pool()).await;
        assert!(ran.is_ok(), "{}: {:?}", migration.description, ran.err());
        if let Ok(sample) =
            std::fs::read_to_string(folder.join(format!("samples/{:04}.sql", migration.version)))
        {
            sqlx::raw_sql(AssertSqlSafe(sample)).execute(database.pool()).await.unwrap();
            samples += 1;
        }
    }
    assert!(samples > 3, "{samples}");
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
    assert_eq!(kept, (3, 1, 1), "orders, sessions, and one change of an actual order in the log");
}
