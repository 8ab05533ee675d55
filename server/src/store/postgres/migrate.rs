//! Brings the database to the form that this program needs.

use super::Postgres;
use crate::store::StoreError;

static MIGRATIONS: sqlx::migrate::Migrator = sqlx::migrate!("../migrations");

/// The newest migration that this program brings.
pub(super) fn newest() -> i64 {
    MIGRATIONS.iter().map(|migration| migration.version).max().unwrap_or_default()
}

impl Postgres {
    /// Runs what is missing, one server at a time (sqlx holds an advisory lock meanwhile).
    ///
    /// # Errors
    /// When the database is away or a migration fails; the failed one leaves nothing behind.
    pub async fn migrate(&self) -> Result<(), StoreError> {
        MIGRATIONS.run(self.pool()).await.map_err(|error| StoreError {
            operation: "migrate",
            source: sqlx::Error::Migrate(Box::new(error)),
        })
    }
}
