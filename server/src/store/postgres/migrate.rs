//! Brings the database to the form that this program needs.

use super::Postgres;
use crate::store::StoreError;

static MIGRATIONS: sqlx::migrate::Migrator = sqlx::migrate!("../migrations");

/// The newest migration that this program brings.
pub(super) fn newest() -> i64 {
    MIGRATIONS.iter().map(|migration| migration.version).max().unwrap_or_default()
}

/// A migration, and whether the database has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Migration {
    /// Its number.
    pub version: i64,
    /// Its name.
    pub name: String,
    /// Where it stands.
    pub standing: Standing,
}

/// Where a migration stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// The database has it, as this program brings it.
    Done,
    /// The database lacks it.
    Missing,
    /// The database has it with another text: it was changed after it ran, or is another program's.
    Differs,
    /// The database has it and this program does not know it: a newer version was here.
    Unknown,
}

/// Whether there is no table of migrations yet (42P01).
pub(super) fn has_no_table(error: &sqlx::Error) -> bool {
    error.as_database_error().is_some_and(|error| error.code().as_deref() == Some("42P01"))
}

impl Postgres {
    /// Every migration that this program or the database knows.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn migrations(&self) -> Result<Vec<Migration>, StoreError> {
        super::counted();
        let asked = sqlx::query_as(include_str!("sql/applied_migrations.sql")).fetch_all(self.any()).await;
        let done: Vec<(i64, Vec<u8>, bool)> = match asked {
            Ok(done) => done,
            Err(error) if has_no_table(&error) => Vec::new(),
            Err(error) => return Err(StoreError::during("read migrations")(error)),
        };
        let standing = |known: &sqlx::migrate::Migration| match done
            .iter()
            .find(|(version, ..)| *version == known.version)
        {
            Some((_, checksum, true)) if *checksum == *known.checksum => Standing::Done,
            Some((_, _, true)) => Standing::Differs,
            _ => Standing::Missing,
        };
        let ours = MIGRATIONS.iter().map(|known| Migration {
            version: known.version,
            name: known.description.to_string(),
            standing: standing(known),
        });
        let theirs = done.iter().filter(|(version, ..)| !MIGRATIONS.version_exists(*version));
        let theirs = theirs.map(|(version, ..)| Migration {
            version: *version,
            name: String::new(),
            standing: Standing::Unknown,
        });
        Ok(ours.chain(theirs).collect())
    }

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
