//! Letters come in from the broker, are kept once each, and leave the broker when they are settled.

use app::{backend::Unavailable, domain::Timestamp};
use sha2::{Digest as _, Sha256};

use crate::{
    desk::{Desk, away},
    store::{StoreError, Work, postgres::letters},
};

/// Letters to be dealt with at most: what is more waits in the broker, so that somebody else's mistake does not fill
/// the database. 320 MB at the worst.
const MOST: u64 = 5_000;
/// Of a letter's body this much is kept, in bytes: all of any message within the limit.
const KEPT: usize = 64 * 1024;
/// Of its detail, in characters.
const TOLD: usize = 2_000;

/// A letter as it came from the broker.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Aside<'a> {
    /// Its body, as far as the broker has it.
    pub body: &'a [u8],
    /// Of the whole body, if that is more.
    pub bytes: u64,
    /// Why it was put aside.
    pub reason: &'a str,
    /// What exactly is wrong.
    pub detail: &'a str,
    /// When it was put aside, if anybody knows.
    pub at: Option<Timestamp>,
}

/// The identity of a letter: of what is kept of its body.
#[must_use]
pub fn digest(body: &[u8]) -> [u8; 32] {
    Sha256::digest(kept(body)).into()
}

fn kept(body: &[u8]) -> &[u8] {
    &body[..body.len().min(KEPT)]
}

impl Desk {
    /// Whether more letters may be kept.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn has_room_for_letters(&self) -> Result<bool, Unavailable> {
        let counted = self.store.count_letters(MOST).await.map_err(|error| away(&error))?;
        Ok(counted.0 < MOST)
    }

    /// Keeps letters; they last when this returns.
    ///
    /// # Errors
    /// When the database is away: nothing was kept then.
    pub async fn keep_letters(&self, asides: &[Aside<'_>]) -> Result<(), Unavailable> {
        self.keep(asides).await.map_err(|error| away(&error))
    }

    async fn keep(&self, asides: &[Aside<'_>]) -> Result<(), StoreError> {
        let mut work = self.store.begin().await?;
        for aside in asides {
            let now = self.clock.now();
            let (body, detail) = (kept(aside.body), tidy(aside.detail));
            let bytes = aside.bytes.max(aside.body.len() as u64);
            work.keep_letter(&letters::Aside {
                id: self.entropy.id(now),
                digest: digest(body),
                body,
                bytes: i64::try_from(bytes).unwrap_or(i64::MAX),
                reason: if is_word(aside.reason) { aside.reason } else { "unknown" },
                detail: &detail,
                at: aside.at.unwrap_or(now),
            })
            .await?;
        }
        work.commit().await
    }

    /// Waits until a letter was settled here, or for as long.
    pub async fn until_settled(&self, at_most: std::time::Duration) {
        // Over is over: what was settled at other servers is found by looking.
        let _ = tokio::time::timeout(at_most, self.radar.settled.notified()).await;
    }

    /// Becomes the one who removes the broker's copies of settled letters; nothing when there are none, or somebody
    /// else does.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn clearing(&self) -> Result<Option<Clearing>, Unavailable> {
        self.begin_clearing().await.map_err(|error| away(&error))
    }

    async fn begin_clearing(&self) -> Result<Option<Clearing>, StoreError> {
        if !self.store.has_letters_to_clear().await? {
            return Ok(None);
        }
        let mut work = self.store.begin_holding().await?;
        if !work.become_clearer().await? {
            work.roll_back().await?;
            return Ok(None);
        }
        Ok(Some(Clearing { work, begun: self.clock.now() }))
    }
}

/// A transaction that is the one that clears. Dropped, it leaves everything to be cleared.
#[derive(Debug)]
pub struct Clearing {
    work: Work,
    begun: Timestamp,
}

impl Clearing {
    /// Which of these copies belong to settled letters: each by its digest, and when it was put aside.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn are_settled(
        &mut self,
        copies: &[([u8; 32], Option<Timestamp>)],
    ) -> Result<Vec<bool>, Unavailable> {
        self.work.are_settled(copies).await.map_err(|error| away(&error))
    }

    /// All copies were looked at: what was settled before that began needs no more clearing.
    ///
    /// # Errors
    /// When the database is away: it is looked at again then.
    pub async fn done(mut self) -> Result<(), Unavailable> {
        let marked = async {
            self.work.mark_cleared(self.begun).await?;
            self.work.commit().await
        };
        marked.await.map_err(|error| away(&error))
    }
}

/// A reason as the database keeps it.
fn is_word(text: &str) -> bool {
    (1..=40).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_lowercase() || b == b'_')
}

/// Within the limit, and without U+0000, which PostgreSQL does not keep.
fn tidy(text: &str) -> String {
    text.chars().filter(|c| *c != '\0').take(TOLD).collect()
}
