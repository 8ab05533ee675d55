//! Writes a planned demo workshop. Used by `verstak seed` only.

use serde::Serialize;
use uuid::Uuid;

use super::Postgres;
use crate::store::StoreError;

/// What a database holds, as far as the demo data must know.
#[derive(Debug, Clone, Copy, PartialEq, Eq, sqlx::FromRow)]
pub struct Contents {
    /// Orders of any kind.
    pub orders: i64,
    /// People who are not of the demo.
    pub people: i64,
    /// People of the demo.
    pub demo_people: i64,
}

/// A person of the demo workshop.
#[derive(Debug, Clone)]
pub struct DemoPerson {
    /// Identity.
    pub id: Uuid,
    /// Log-in name.
    pub login: &'static str,
    /// Shown name.
    pub name: &'static str,
    /// Role.
    pub role: &'static str,
}

impl Postgres {
    /// What the database holds.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn contents(&self) -> Result<Contents, StoreError> {
        sqlx::query_as(include_str!("sql/fill_contents.sql"))
            .fetch_one(self.any())
            .await
            .map_err(StoreError::during("look for demo data"))
    }

    /// Adds a person of the demo workshop, or gives the one that is there the new password.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn add_demo_person(
        &self,
        person: &DemoPerson,
        password_hash: &str,
    ) -> Result<Uuid, StoreError> {
        sqlx::query_scalar(include_str!("sql/fill_person.sql"))
            .bind(person.id)
            .bind(person.login)
            .bind(person.name)
            .bind(person.role)
            .bind(password_hash)
            .fetch_one(self.any())
            .await
            .map_err(StoreError::during("add demo person"))
    }

    /// Adds orders with their past in one transaction; keep it to a few hundred, each writes the board's log.
    ///
    /// # Errors
    /// When the database is away or refuses; nothing is added then.
    pub async fn add_demo_orders(
        &self,
        orders: &[impl Serialize],
        steps: &[impl Serialize],
    ) -> Result<u64, StoreError> {
        let failed = StoreError::during;
        let mut transaction = self.pool().begin().await.map_err(failed("begin demo orders"))?;
        let added = sqlx::query(include_str!("sql/fill_orders.sql"))
            .bind(sqlx::types::Json(orders))
            .execute(&mut *transaction)
            .await
            .map_err(failed("add demo orders"))?;
        sqlx::query(include_str!("sql/fill_history.sql"))
            .bind(sqlx::types::Json(steps))
            .execute(&mut *transaction)
            .await
            .map_err(failed("add demo history"))?;
        sqlx::query(include_str!("sql/fill_noted.sql"))
            .bind(sqlx::types::Json(orders))
            .execute(&mut *transaction)
            .await
            .map_err(failed("note demo cancellations"))?;
        transaction.commit().await.map_err(failed("commit demo orders"))?;
        Ok(added.rows_affected())
    }
}
