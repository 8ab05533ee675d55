//! Log-in, log-out, and whose session a request belongs to.

use std::sync::Arc;

use app::{
    backend::{LoginRefusal, SignedIn, Unavailable},
    domain::{Actor, Timestamp},
};
use tokio::sync::watch;

use super::{sessions::LASTS_MS, token};
use crate::{
    desk::{Desk, away},
    store::{StoreError, postgres::sessions::LiveSession},
};

/// Longer texts are nobody's password and would cost time to hash.
const LONGEST_PASSWORD: usize = 1024;

impl Desk {
    /// Opens a session, or says why not.
    pub(in crate::desk) async fn sign_in(
        &self,
        login: &str,
        password: &str,
        address: &str,
    ) -> Result<SignedIn, LoginRefusal> {
        // Tablets begin a word with a capital letter and end it with a space.
        let login = login.trim().to_lowercase();
        if login.is_empty() || login.len() > 64 || login.contains('\0') || password.len() > LONGEST_PASSWORD {
            return Err(LoginRefusal::Wrong);
        }
        self.attempts
            .take(&login, address, self.clock.now())
            .map_err(|retry_after| LoginRefusal::TooMany { retry_after })?;
        let answer = self.check_and_open(&login, password).await;
        let answer = answer.map_err(|error| LoginRefusal::Unavailable(away(&error)));
        let outcome = match &answer {
            Ok(Some(_)) => "opened",
            Ok(None) => "wrong",
            Err(_) => "unavailable",
        };
        metrics::counter!("logins_total", "outcome" => outcome).increment(1);
        if !matches!(answer, Ok(None)) {
            self.attempts.give_back(&login, address, self.clock.now());
        }
        answer?.ok_or(LoginRefusal::Wrong)
    }

    async fn check_and_open(&self, login: &str, password: &str) -> Result<Option<SignedIn>, StoreError> {
        let person = self.store.find_person(login).await?;
        let hash = person.as_ref().map(|person| person.password_hash.clone());
        let fits = self.passwords.check(password.to_owned(), hash).await;
        let Some(person) = person.filter(|person| fits && !person.disabled) else { return Ok(None) };
        let token = token::new(&*self.entropy);
        let Some(hash) = token::hash(&token) else { return Ok(None) };
        let now = self.clock.now();
        let endings = self.sessions.endings();
        let session = LiveSession {
            hash,
            expires_at: Timestamp::from_millis(now.millis() + LASTS_MS),
            actor: Actor { user: person.id, login: person.login, name: person.name, role: person.role },
            seen: person.seen,
        };
        if !self.store.open_session(&session, now, &person.password_hash).await? {
            return Ok(None);
        }
        let actor = Actor::clone(&self.sessions.put(session, now, endings));
        Ok(Some(SignedIn { actor, token, max_age: LASTS_MS.unsigned_abs() / 1000 }))
    }

    /// Ends a session on every server; here at once, even when the database cannot be told.
    pub(in crate::desk) async fn sign_out(&self, token: &str) -> Result<(), Unavailable> {
        let Some(hash) = token::hash(token) else { return Ok(()) };
        self.sessions.end(&hash);
        let ended = self.store.end_session(&hash).await;
        // Whoever read the session between the two has put it back.
        self.sessions.end(&hash);
        ended.map_err(|error| away(&error))
    }

    /// Who holds this session; from memory after the first time.
    ///
    /// # Errors
    /// When the session is not in memory and the database is away.
    pub async fn session(&self, token: &str) -> Result<Option<Arc<Actor>>, Unavailable> {
        let Some(hash) = token::hash(token) else { return Ok(None) };
        let now = self.clock.now();
        if let Some(actor) = self.sessions.get(&hash, now) {
            return Ok(Some(actor));
        }
        let endings = self.sessions.endings();
        // Apart from the caller: every open stream would keep the room for a statement that hardly ever is needed.
        let alive = Box::pin(self.store.live_sessions(&[hash], now)).await.map_err(|error| away(&error))?;
        let Some(session) = alive.into_iter().next() else { return Ok(None) };
        Ok(Some(self.sessions.put(session, now, endings)))
    }

    /// Changes whenever some session ended on this server: open streams look again at their own then.
    #[must_use]
    pub fn session_endings(&self) -> watch::Receiver<u64> {
        self.sessions.watch()
    }

    /// Asks the database about all sessions in memory, in one statement.
    ///
    /// # Errors
    /// When it is away; the sessions stay as they are.
    pub async fn recheck_sessions(&self) -> Result<(), StoreError> {
        let asked = self.sessions.hashes();
        if asked.is_empty() {
            return Ok(());
        }
        let now = self.clock.now();
        let alive = self.store.live_sessions(&asked, now).await?;
        self.sessions.confirm(&asked, alive, now);
        Ok(())
    }
}
