//! People with a log-in.

use app::domain::{Role, Timestamp};
use time::OffsetDateTime;
use uuid::Uuid;

use super::{Postgres, moment};
use crate::store::StoreError;

/// A person as the database has them.
#[derive(Debug, Clone)]
pub struct Person {
    /// The account.
    pub id: Uuid,
    /// The log-in name.
    pub login: String,
    /// The name that others see.
    pub name: String,
    /// What they may do.
    pub role: Role,
    /// The password, hashed (PHC string).
    pub password_hash: String,
    /// May not sign in any more.
    pub disabled: bool,
    /// Up to when they have looked at the board.
    pub seen: Timestamp,
}

/// A person to be added.
#[derive(Debug, Clone)]
pub struct NewPerson<'a> {
    /// The account.
    pub id: Uuid,
    /// The log-in name.
    pub login: &'a str,
    /// The name that others see.
    pub name: &'a str,
    /// What they may do.
    pub role: Role,
    /// The password, hashed (PHC string).
    pub password_hash: &'a str,
    /// Whether the person belongs to the demo.
    pub demo: bool,
}

/// The role of that name, as a column has it.
pub(super) fn role(operation: &'static str, name: &str) -> Result<Role, StoreError> {
    Role::named(name).ok_or_else(|| {
        StoreError::unreadable(operation, std::io::Error::other("the role is not known to this program"))
    })
}

impl Postgres {
    /// The person of that log-in name.
    ///
    /// # Errors
    /// When the database is away.
    #[tracing::instrument(skip_all)]
    pub async fn find_person(&self, login: &str) -> Result<Option<Person>, StoreError> {
        const OPERATION: &str = "find person";
        type Row = (Uuid, String, String, String, String, bool, OffsetDateTime);
        super::counted();
        let row: Option<Row> = sqlx::query_as(include_str!("sql/find_person.sql"))
            .bind(login)
            .fetch_optional(self.any())
            .await
            .map_err(StoreError::during(OPERATION))?;
        row.map(|(id, login, name, role_name, password_hash, disabled, seen)| {
            let (role, seen) = (role(OPERATION, &role_name)?, moment::from_driver(seen));
            Ok(Person { id, login, name, role, password_hash, disabled, seen })
        })
        .transpose()
    }

    /// Adds a person. The constraint `users_login_key` refuses a log-in name that exists, others a malformed one.
    ///
    /// # Errors
    /// When the database is away or a constraint refuses.
    #[tracing::instrument(skip_all)]
    pub async fn add_person(&self, person: &NewPerson<'_>, now: Timestamp) -> Result<(), StoreError> {
        super::counted();
        sqlx::query(include_str!("sql/add_person.sql"))
            .bind(person.id)
            .bind(person.login)
            .bind(person.name)
            .bind(person.role.name())
            .bind(person.password_hash)
            .bind(person.demo)
            .bind(moment::to_driver(now))
            .execute(self.any())
            .await
            .map_err(StoreError::during("add person"))?;
        Ok(())
    }
}
