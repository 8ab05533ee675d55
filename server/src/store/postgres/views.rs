//! Views of the board that people gave a name to.

use app::domain::{SavedView, Timestamp, ViewName};
use uuid::Uuid;

use super::{Postgres, moment};
use crate::store::StoreError;

impl Postgres {
    /// A person's saved views, oldest first.
    ///
    /// # Errors
    /// When the database is away.
    #[tracing::instrument(skip_all)]
    pub async fn list_views(&self, user: Uuid) -> Result<Vec<SavedView>, StoreError> {
        const OPERATION: &str = "list views";
        super::counted();
        let rows: Vec<(Uuid, String, String)> = sqlx::query_as(include_str!("sql/list_views.sql"))
            .bind(user)
            .fetch_all(self.any())
            .await
            .map_err(StoreError::during(OPERATION))?;
        rows.into_iter()
            .map(|(id, name, query)| {
                let name = name.parse().map_err(|error| StoreError::unreadable(OPERATION, error))?;
                Ok(SavedView { id, name, view: app::address::view(&query) })
            })
            .collect()
    }

    /// Keeps a view. The constraints `saved_views_slot_range` (there are twelve), `saved_views_name_key` (the name is
    /// in use) and `saved_views_slot_key` (another press took the place) may refuse.
    ///
    /// # Errors
    /// When a constraint refuses, or the database is away.
    #[tracing::instrument(skip_all)]
    pub async fn save_view(&self, user: Uuid, view: &SavedView, now: Timestamp) -> Result<(), StoreError> {
        super::counted();
        sqlx::query(include_str!("sql/save_view.sql"))
            .bind(view.id)
            .bind(user)
            .bind(view.name.as_str())
            .bind(app::address::query(&view.view))
            .bind(moment::to_driver(now))
            .execute(self.any())
            .await
            .map_err(StoreError::during("save view"))?;
        Ok(())
    }

    /// Gives a view another name; `false`: this person has no such view.
    ///
    /// # Errors
    /// When `saved_views_name_key` refuses, or the database is away.
    #[tracing::instrument(skip_all)]
    pub async fn rename_view(&self, user: Uuid, id: Uuid, name: &ViewName) -> Result<bool, StoreError> {
        super::counted();
        let done = sqlx::query(include_str!("sql/rename_view.sql"))
            .bind(user)
            .bind(id)
            .bind(name.as_str())
            .execute(self.any())
            .await
            .map_err(StoreError::during("rename view"))?;
        Ok(done.rows_affected() == 1)
    }

    /// Forgets a view; `false`: this person has no such view.
    ///
    /// # Errors
    /// When the database is away.
    #[tracing::instrument(skip_all)]
    pub async fn delete_view(&self, user: Uuid, id: Uuid) -> Result<bool, StoreError> {
        super::counted();
        let done = sqlx::query(include_str!("sql/delete_view.sql"))
            .bind(user)
            .bind(id)
            .execute(self.any())
            .await
            .map_err(StoreError::during("delete view"))?;
        Ok(done.rows_affected() == 1)
    }
}
