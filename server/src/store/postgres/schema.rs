//! Whether the database is there, and has the form that this program needs.

use super::{
    Postgres,
    migrate::{has_no_table, newest},
};
use crate::store::StoreError;

/// The database's form, against what this program needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Schema {
    /// As needed, or newer (a newer server has been here; migrations keep older ones working).
    Ready,
    /// Migrations are missing.
    Behind,
}

impl Postgres {
    /// Asks the database for its form; this is also how it is asked whether it is there at all.
    ///
    /// # Errors
    /// When it is away.
    pub async fn schema(&self) -> Result<Schema, StoreError> {
        super::counted();
        let version: Result<i64, _> =
            sqlx::query_scalar(include_str!("sql/schema_version.sql")).fetch_one(self.any()).await;
        match version {
            Ok(version) if version >= newest() => Ok(Schema::Ready),
            Ok(_) => Ok(Schema::Behind),
            Err(error) if has_no_table(&error) => Ok(Schema::Behind),
            Err(error) => Err(StoreError::during("ask for the schema")(error)),
        }
    }
}
