//! Sessions that were verified, held in memory: a request whose session is here costs no statement.
//!
//! They end by word of the database (log-out, a disabled person, another password), are asked about again once a
//! minute in case word was missed, and are believed for up to twelve hours while the database cannot be asked.

use std::{
    collections::HashMap,
    sync::{Arc, PoisonError, RwLock},
};

use app::domain::{Actor, Timestamp};
use tokio::sync::watch;

use super::watermarks::Watermarks;
use crate::store::postgres::sessions::{LiveSession, TokenHash};

/// Fourteen days from the log-in, absolute: a shift never ends in the middle, and a lost tablet is not open for ever.
/// (Rolling it forward would make readers write.)
pub(super) const LASTS_MS: i64 = 14 * 24 * 3_600_000;
/// How long a session is believed after the database last confirmed it.
const BELIEVED_MS: i64 = 12 * 3_600_000;

#[derive(Debug, Clone)]
struct Held {
    actor: Arc<Actor>,
    expires_at: Timestamp,
    confirmed_at: Timestamp,
}

/// The sessions that this process has seen.
#[derive(Debug)]
pub(in crate::desk) struct Sessions {
    held: RwLock<HashMap<TokenHash, Held>>,
    /// Counts endings; a session read before one and put in after it might be the one that ended.
    endings: watch::Sender<u64>,
    /// What the people of these sessions have seen.
    pub watermarks: Watermarks,
}

impl Sessions {
    pub fn new() -> Self {
        Self { held: RwLock::default(), endings: watch::Sender::new(0), watermarks: Watermarks::default() }
    }

    /// Who holds this session, if it is here and can be believed.
    pub fn get(&self, hash: &TokenHash, now: Timestamp) -> Option<Arc<Actor>> {
        let held = self.held.read().unwrap_or_else(PoisonError::into_inner);
        let session = held.get(hash)?;
        let believed = now.millis() - session.confirmed_at.millis() < BELIEVED_MS;
        (believed && now < session.expires_at).then(|| Arc::clone(&session.actor))
    }

    /// How many sessions have ended so far; to be read before the database is asked.
    pub fn endings(&self) -> u64 {
        *self.endings.borrow()
    }

    /// Changes whenever a session ended.
    pub fn watch(&self) -> watch::Receiver<u64> {
        self.endings.subscribe()
    }

    /// Holds a session that the database confirmed; not if any ended since `endings` was read. Says whose it is.
    pub fn put(&self, session: LiveSession, now: Timestamp, endings: u64) -> Arc<Actor> {
        let LiveSession { hash, expires_at, actor, seen } = session;
        let actor = Arc::new(actor);
        self.watermarks.raise(actor.user, seen);
        let mut held = self.held.write().unwrap_or_else(PoisonError::into_inner);
        if self.endings() == endings {
            held.insert(hash, Held { actor: Arc::clone(&actor), expires_at, confirmed_at: now });
        }
        actor
    }

    /// A session has ended somewhere.
    pub fn end(&self, hash: &TokenHash) {
        let mut held = self.held.write().unwrap_or_else(PoisonError::into_inner);
        held.remove(hash);
        self.endings.send_modify(|count| *count += 1);
    }

    /// All that are held, to be asked about.
    pub fn hashes(&self) -> Vec<TokenHash> {
        self.held.read().unwrap_or_else(PoisonError::into_inner).keys().copied().collect()
    }

    /// The database's answer about `asked`: what is not in it has ended.
    pub fn confirm(&self, asked: &[TokenHash], alive: Vec<LiveSession>, now: Timestamp) {
        let mut alive: HashMap<_, _> = alive.into_iter().map(|session| (session.hash, session)).collect();
        let mut held = self.held.write().unwrap_or_else(PoisonError::into_inner);
        let mut ended = 0;
        for hash in asked {
            match (alive.remove(hash), held.get_mut(hash)) {
                (Some(session), Some(kept)) => {
                    self.watermarks.raise(session.actor.user, session.seen);
                    let actor = Arc::new(session.actor);
                    *kept = Held { actor, expires_at: session.expires_at, confirmed_at: now };
                }
                (None, Some(_)) => {
                    held.remove(hash);
                    ended += 1;
                }
                (_, None) => {}
            }
        }
        if ended > 0 {
            self.endings.send_modify(|count| *count += ended);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use app::domain::Role;
    use uuid::Uuid;

    const NOW: i64 = 1_700_000_000_000;

    fn at(ms: i64) -> Timestamp {
        Timestamp::from_millis(NOW + ms)
    }

    fn session() -> LiveSession {
        let actor =
            Actor { user: Uuid::nil(), login: "anna".into(), name: "Анна".into(), role: Role::Operator };
        LiveSession { hash: [7; 32], expires_at: at(LASTS_MS), actor, seen: at(0) }
    }

    #[test]
    fn a_session_is_believed_for_twelve_hours_without_the_database() {
        let sessions = Sessions::new();
        sessions.put(session(), at(0), 0);
        assert!(sessions.get(&[7; 32], at(BELIEVED_MS - 1)).is_some());
        assert!(sessions.get(&[7; 32], at(BELIEVED_MS)).is_none());
        sessions.confirm(&[[7; 32]], vec![session()], at(BELIEVED_MS));
        assert!(sessions.get(&[7; 32], at(BELIEVED_MS)).is_some());
    }

    #[test]
    fn a_session_brings_what_its_person_has_seen_and_never_takes_it_back() {
        let sessions = Sessions::new();
        let user = session().actor.user;
        assert_eq!(sessions.watermarks.get(user), None);
        sessions.put(session(), at(0), 0);
        assert_eq!(sessions.watermarks.get(user), Some(at(0)));
        sessions.confirm(&[[7; 32]], vec![LiveSession { seen: at(500), ..session() }], at(1));
        sessions.confirm(&[[7; 32]], vec![LiveSession { seen: at(300), ..session() }], at(2));
        assert_eq!(sessions.watermarks.get(user), Some(at(500)));
    }

    #[test]
    fn a_session_ends_when_its_time_is_over_however_often_it_was_confirmed() {
        let sessions = Sessions::new();
        sessions.put(session(), at(LASTS_MS - 1000), 0);
        assert!(sessions.get(&[7; 32], at(LASTS_MS - 1)).is_some());
        assert!(sessions.get(&[7; 32], at(LASTS_MS)).is_none());
    }

    #[test]
    fn a_session_that_ended_while_it_was_read_is_not_held() {
        let sessions = Sessions::new();
        let endings = sessions.endings();
        sessions.end(&[7; 32]);
        sessions.put(session(), at(0), endings);
        assert!(sessions.get(&[7; 32], at(0)).is_none());
    }

    #[test]
    fn what_the_database_does_not_confirm_has_ended() {
        let sessions = Sessions::new();
        let mut watch = sessions.watch();
        sessions.put(session(), at(0), 0);
        sessions.confirm(&sessions.hashes(), Vec::new(), at(1));
        assert!(sessions.get(&[7; 32], at(1)).is_none());
        assert!(watch.has_changed().unwrap());
        watch.mark_unchanged();
    }
}
