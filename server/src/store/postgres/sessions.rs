//! Sessions: only a hash of the secret is kept. The table's trigger tells every server when one ends.

use app::domain::{Actor, Timestamp};
use sqlx::postgres::PgListener;
use time::OffsetDateTime;
use uuid::Uuid;

use super::{Postgres, moment, people};
use crate::store::StoreError;

/// SHA-256 of a session's secret.
pub type TokenHash = [u8; 32];

/// A session that is alive.
#[derive(Debug, Clone)]
pub struct LiveSession {
    /// Which.
    pub hash: TokenHash,
    /// Until when.
    pub expires_at: Timestamp,
    /// Whose.
    pub actor: Actor,
    /// Up to when that person has looked at the board.
    pub seen: Timestamp,
}

/// What servers tell each other of sessions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Heard {
    /// This one has ended.
    Ended(TokenHash),
    /// This person has looked at the board up to this moment.
    Seen(Uuid, Timestamp),
}

/// Word of sessions, on a connection of its own.
#[derive(Debug)]
pub struct Endings {
    listener: PgListener,
}

impl Endings {
    /// Waits for the next word; `None`: the connection was lost for a while, so anything may have ended unheard.
    ///
    /// # Errors
    /// When the connection cannot be made again.
    pub async fn next(&mut self) -> Result<Option<Heard>, StoreError> {
        loop {
            let heard = self.listener.try_recv().await.map_err(StoreError::during("listen to sessions"))?;
            let Some(heard) = heard else { return Ok(None) };
            // A server of another release may say what this one does not know.
            if let Some(heard) = read(heard.payload()) {
                return Ok(Some(heard));
            }
        }
    }
}

fn read(payload: &str) -> Option<Heard> {
    if let Some(seen) = payload.strip_prefix("seen ") {
        let (user, at) = seen.split_once(' ')?;
        return Some(Heard::Seen(user.parse().ok()?, at.parse().ok()?));
    }
    // The digest of a model and the hash of a secret are written alike: 64 hexadecimal digits.
    payload.parse::<app::domain::ModelDigest>().ok().map(|digest| Heard::Ended(digest.0))
}

impl Postgres {
    /// Opens a session; `false`: the person was disabled or got another password since theirs was checked.
    ///
    /// # Errors
    /// When the database is away.
    #[tracing::instrument(skip_all)]
    pub async fn open_session(
        &self,
        session: &LiveSession,
        now: Timestamp,
        checked_hash: &str,
    ) -> Result<bool, StoreError> {
        super::counted();
        let done = sqlx::query(include_str!("sql/open_session.sql"))
            .bind(session.hash.as_slice())
            .bind(session.actor.user)
            .bind(moment::to_driver(now))
            .bind(moment::to_driver(session.expires_at))
            .bind(checked_hash)
            .execute(self.any())
            .await
            .map_err(StoreError::during("open session"))?;
        Ok(done.rows_affected() == 1)
    }

    /// Which of these sessions are alive.
    ///
    /// # Errors
    /// When the database is away.
    #[tracing::instrument(skip_all)]
    pub async fn live_sessions(
        &self,
        hashes: &[TokenHash],
        now: Timestamp,
    ) -> Result<Vec<LiveSession>, StoreError> {
        const OPERATION: &str = "read sessions";
        type Row = (Vec<u8>, OffsetDateTime, OffsetDateTime, Uuid, String, String, String);
        super::counted();
        let asked: Vec<&[u8]> = hashes.iter().map(<[u8; 32]>::as_slice).collect();
        let rows: Vec<Row> = sqlx::query_as(include_str!("sql/live_sessions.sql"))
            .bind(asked)
            .bind(moment::to_driver(now))
            .fetch_all(self.any())
            .await
            .map_err(StoreError::during(OPERATION))?;
        rows.into_iter()
            .map(|(hash, expires_at, seen, user, login, name, role)| {
                let hash = TokenHash::try_from(hash.as_slice())
                    .map_err(|error| StoreError::unreadable(OPERATION, error))?;
                let role = people::role(OPERATION, &role)?;
                let actor = Actor { user, login, name, role };
                let (expires_at, seen) = (moment::from_driver(expires_at), moment::from_driver(seen));
                Ok(LiveSession { hash, expires_at, actor, seen })
            })
            .collect()
    }

    /// Ends a session everywhere; one that is not there is ended already.
    ///
    /// # Errors
    /// When the database is away.
    #[tracing::instrument(skip_all)]
    pub async fn end_session(&self, hash: &TokenHash) -> Result<(), StoreError> {
        super::counted();
        sqlx::query(include_str!("sql/end_session.sql"))
            .bind(hash.as_slice())
            .execute(self.any())
            .await
            .map_err(StoreError::during("end session"))?;
        Ok(())
    }

    /// Deletes sessions that have run out; how many.
    ///
    /// # Errors
    /// When the database is away.
    #[tracing::instrument(skip_all)]
    pub async fn forget_sessions(&self, now: Timestamp) -> Result<u64, StoreError> {
        super::counted();
        let done = sqlx::query(include_str!("sql/forget_sessions.sql"))
            .bind(moment::to_driver(now))
            .execute(self.any())
            .await
            .map_err(StoreError::during("forget sessions"))?;
        Ok(done.rows_affected())
    }

    /// Listens for sessions that end.
    ///
    /// # Errors
    /// When the database is away.
    #[tracing::instrument(skip_all)]
    pub async fn session_endings(&self) -> Result<Endings, StoreError> {
        super::counted();
        let listener = self.listener("sessions").await.map_err(StoreError::during("listen to sessions"))?;
        Ok(Endings { listener })
    }
}
