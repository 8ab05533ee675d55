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
