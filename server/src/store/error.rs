//! What can go wrong with the database, named by the operation that failed.

/// A failed operation on PostgreSQL.
#[derive(Debug, thiserror::Error)]
#[error("{operation} failed")]
pub struct StoreError {
    /// What was being done, in the imperative: "take order", "read log".
    pub operation: &'static str,
    /// The driver's word.
    #[source]
    pub source: sqlx::Error,
}

impl StoreError {
    /// Names the operation of a driver's error: `.map_err(StoreError::during("take order"))`.
    pub fn during(operation: &'static str) -> impl FnOnce(sqlx::Error) -> Self {
        move |source| Self { operation, source }
    }

    /// The database answered with something that this program cannot read.
    pub fn unreadable(
        operation: &'static str,
        error: impl std::error::Error + Send + Sync + 'static,
    ) -> Self {
        Self { operation, source: sqlx::Error::Decode(Box::new(error)) }
    }

    /// Whether trying again later makes sense: the database could not be asked, or had no time to answer.
    #[must_use]
    pub fn is_away(&self) -> bool {
        match &self.source {
            sqlx::Error::Io(_)
            | sqlx::Error::PoolTimedOut
            | sqlx::Error::PoolClosed
            | sqlx::Error::WorkerCrashed
            | sqlx::Error::Protocol(_)
            | sqlx::Error::Tls(_)
            | sqlx::Error::BeginFailed => true,
            // 57P01..57P03: shut down, crashed, starting up; 57014: statement time-out; 55P03: lock time-out;
            // 40xxx: deadlock, serialization; 08xxx: connection; 53xxx: out of connections, disk, memory;
            // 25P03: idle time-out; 25006: a standby answers.
            sqlx::Error::Database(error) => error.code().is_some_and(|code| {
                ["57P", "08", "53", "40"].iter().any(|class| code.starts_with(class))
                    || ["57014", "55P03", "25P03", "25006"].contains(&code.as_ref())
            }),
            _ => false,
        }
    }

    /// Whether what was to be written is itself the reason (22: data, 23: constraints, 54: limits), so that the
    /// same again would be refused again. Everything else may be the database's own trouble.
    #[must_use]
    pub fn blames_the_data(&self) -> bool {
        match &self.source {
            sqlx::Error::Database(error) => {
                error.code().is_some_and(|code| ["22", "23", "54"].iter().any(|it| code.starts_with(it)))
            }
            _ => false,
        }
    }

    /// The name of the constraint that refused the change.
    #[must_use]
    pub fn constraint(&self) -> Option<&str> {
        match &self.source {
            sqlx::Error::Database(error) => error.constraint(),
            _ => None,
        }
    }
}
