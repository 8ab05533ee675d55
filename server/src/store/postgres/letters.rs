//! Messages that could not be taken in: kept once each, read, tried again, settled, forgotten.

use app::{
    domain::{RequestId, Timestamp},
    radar::{COUNTED, Letter, Settled},
};
use time::OffsetDateTime;
use uuid::Uuid;

use super::{Postgres, Work, moment};
use crate::store::StoreError;

/// The lock of whoever tries letters again or puts them away: "letters" in ASCII.
const DEALING: i64 = 0x006c_6574_7465_7273;
/// The lock of whoever removes the broker's copies: "copies" in ASCII.
const CLEARING: i64 = 0x0000_636f_7069_6573;
/// Bytes of a body's beginning; a character has up to four.
const EXCERPT: i32 = 4_000;
/// Of what is settled, the last ones.
const SETTLED: i64 = 10;

/// A letter as it is put aside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Aside<'a> {
    /// Its identity, if it is new.
    pub id: Uuid,
    /// SHA-256 of the body, as far as it was kept.
    pub digest: [u8; 32],
    /// What was kept of the body.
    pub body: &'a [u8],
    /// Of the whole body.
    pub bytes: i64,
    /// A word of a closed set.
    pub reason: &'a str,
    /// What exactly is wrong.
    pub detail: &'a str,
    /// When it was put aside.
    pub at: Timestamp,
}

/// A letter to be tried again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trial {
    /// Which.
    pub id: Uuid,
    /// What was kept of its body.
    pub body: Vec<u8>,
    /// Whether that is all of it.
    pub is_whole: bool,
    /// Somebody has dealt with it.
    pub is_settled: bool,
}

type TrialRow = (Uuid, Vec<u8>, bool, bool);

fn trial((id, body, is_whole, is_settled): TrialRow) -> Trial {
    Trial { id, body, is_whole, is_settled }
}

impl Work {
    /// Keeps a letter, or notes that it came again.
    ///
    /// # Errors
    /// When the database is away or refuses.
    #[tracing::instrument(skip_all)]
    pub async fn keep_letter(&mut self, aside: &Aside<'_>) -> Result<(), StoreError> {
        sqlx::query(include_str!("sql/keep_letter.sql"))
            .bind(aside.id)
            .bind(aside.digest.as_slice())
            .bind(aside.body)
            .bind(aside.bytes)
            .bind(aside.reason)
            .bind(aside.detail)
            .bind(moment::to_driver(aside.at))
            .execute(self.connection())
            .await
            .map(drop)
            .map_err(StoreError::during("keep letter"))
    }

    /// Waits until nobody else deals with letters; it stays so until this transaction ends.
    ///
    /// # Errors
    /// When somebody takes too long, or the database is away.
    #[tracing::instrument(skip_all)]
    pub async fn hold_letters(&mut self) -> Result<(), StoreError> {
        let held = sqlx::query(include_str!("sql/hold_lock.sql")).bind(DEALING);
        held.execute(self.connection()).await.map(drop).map_err(StoreError::during("hold letters"))
    }

    /// Becomes the one who removes the broker's copies, until this transaction ends; `false`: somebody else is.
    ///
    /// # Errors
    /// When the database is away.
    #[tracing::instrument(skip_all)]
    pub async fn become_clearer(&mut self) -> Result<bool, StoreError> {
        sqlx::query_scalar(include_str!("sql/become_sender.sql"))
            .bind(CLEARING)
            .fetch_one(self.connection())
            .await
            .map_err(StoreError::during("become clearer"))
    }

    /// Which of these copies, each with its digest and the moment when it was put aside, belong to settled letters.
    ///
    /// # Errors
    /// When the database is away.
    #[tracing::instrument(skip_all)]
    pub async fn are_settled(
        &mut self,
        copies: &[([u8; 32], Option<Timestamp>)],
    ) -> Result<Vec<bool>, StoreError> {
        let (digests, moments): (Vec<&[u8]>, Vec<_>) =
            copies.iter().map(|(digest, at)| (digest.as_slice(), at.map(moment::to_driver))).unzip();
        sqlx::query_scalar(include_str!("sql/settled_letters.sql"))
            .bind(digests)
            .bind(moments)
            .fetch_all(self.connection())
            .await
            .map_err(StoreError::during("look for settled letters"))
    }

    /// Notes that the broker holds no more copies of what was settled up to then.
    ///
    /// # Errors
    /// When the database is away.
    #[tracing::instrument(skip_all)]
    pub async fn mark_cleared(&mut self, until: Timestamp) -> Result<u64, StoreError> {
        let marked = sqlx::query(include_str!("sql/mark_cleared.sql")).bind(moment::to_driver(until));
        let done = marked.execute(self.connection()).await;
        done.map(|done| done.rows_affected()).map_err(StoreError::during("mark letters as cleared"))
    }

    /// The stored answer to a press of a button about letters (`letter`, or nil for all).
    ///
    /// # Errors
    /// When the database is away.
    #[tracing::instrument(skip_all)]
    pub async fn find_answer(
        &mut self,
        user: Uuid,
        action: &str,
        letter: Uuid,
        request: &RequestId,
    ) -> Result<Option<String>, StoreError> {
        sqlx::query_scalar(include_str!("sql/find_answer.sql"))
            .bind(user)
            .bind(action)
            .bind(letter)
            .bind(request.as_str())
            .fetch_optional(self.connection())
            .await
            .map_err(StoreError::during("find answer"))
    }

    /// Stores it.
    ///
    /// # Errors
    /// When the database is away, or the press was answered before (`command_receipts_pkey`).
    #[tracing::instrument(skip_all)]
    pub async fn store_answer(
        &mut self,
        user: Uuid,
        action: &str,
        letter: Uuid,
        request: &RequestId,
        answer: &str,
    ) -> Result<(), StoreError> {
        sqlx::query(include_str!("sql/store_answer.sql"))
            .bind(user)
            .bind(action)
            .bind(letter)
            .bind(request.as_str())
            .bind(answer)
            .execute(self.connection())
            .await
            .map(drop)
            .map_err(StoreError::during("store answer"))
    }
}

impl Postgres {
    /// How many letters are to be dealt with, counted up to `most`, and since when the first of them lies there.
    ///
    /// # Errors
    /// When the database is away.
    #[tracing::instrument(skip_all)]
    pub async fn count_letters(&self, most: u64) -> Result<(u64, Option<Timestamp>), StoreError> {
        super::counted();
        let (count, since): (i64, Option<OffsetDateTime>) =
            sqlx::query_as(include_str!("sql/count_letters.sql"))
                .bind(i64::try_from(most).unwrap_or(i64::MAX))
                .fetch_one(self.any())
                .await
                .map_err(StoreError::during("count letters"))?;
        Ok((u64::try_from(count).unwrap_or_default(), since.map(moment::from_driver)))
    }

    /// Letters to be dealt with, oldest first, and how many there are.
    ///
    /// # Errors
    /// When the database is away.
    #[tracing::instrument(skip_all)]
    pub async fn list_letters(&self, limit: u32, after: u32) -> Result<(u64, Vec<Letter>), StoreError> {
        type Row = (Uuid, String, String, Vec<u8>, i64, bool, OffsetDateTime, OffsetDateTime, i32, i32);
        let (total, _) = self.count_letters(COUNTED + 1).await?;
        super::counted();
        let rows: Vec<Row> = sqlx::query_as(include_str!("sql/list_letters.sql"))
            .bind(i64::from(limit))
            .bind(i64::from(after))
            .bind(EXCERPT)
            .fetch_all(self.any())
            .await
            .map_err(StoreError::during("list letters"))?;
        let letter =
            |(id, reason, detail, excerpt, bytes, is_whole, first, last, times, tries): Row| Letter {
                id,
                reason,
                detail,
                excerpt: legible(&excerpt),
                bytes: u64::try_from(bytes).unwrap_or_default(),
                is_whole,
                first_at: moment::from_driver(first),
                last_at: moment::from_driver(last),
                times: u32::try_from(times).unwrap_or_default(),
                tries: u32::try_from(tries).unwrap_or_default(),
            };
        Ok((total, rows.into_iter().map(letter).collect()))
    }

    /// The letters that were settled last.
    ///
    /// # Errors
    /// When the database is away.
    #[tracing::instrument(skip_all)]
    pub async fn list_settled(&self) -> Result<Vec<Settled>, StoreError> {
        type Row = (Uuid, Vec<u8>, String, OffsetDateTime, Option<String>);
        super::counted();
        let rows: Vec<Row> = sqlx::query_as(include_str!("sql/list_settled.sql"))
            .bind(SETTLED)
            .bind(EXCERPT)
            .fetch_all(self.any())
            .await
            .map_err(StoreError::during("list settled letters"))?;
        let settled = |(id, excerpt, outcome, at, by): Row| Settled {
            id,
            excerpt: legible(&excerpt),
            outcome,
            at: moment::from_driver(at),
            by,
        };
        Ok(rows.into_iter().map(settled).collect())
    }

    /// One letter.
    ///
    /// # Errors
    /// When the database is away.
    #[tracing::instrument(skip_all)]
    pub async fn find_letter(&self, id: Uuid) -> Result<Option<Trial>, StoreError> {
        super::counted();
        let row: Option<TrialRow> = sqlx::query_as(include_str!("sql/find_letter.sql"))
            .bind(id)
            .fetch_optional(self.any())
            .await
            .map_err(StoreError::during("find letter"))?;
        Ok(row.map(trial))
    }

    /// Letters to be tried again, in the order in which they were put aside: those after the letter `after` that were
    /// there at `begun`.
    ///
    /// # Errors
    /// When the database is away.
    #[tracing::instrument(skip_all)]
    pub async fn next_letters(
        &self,
        after: Option<Uuid>,
        begun: Timestamp,
        limit: u32,
    ) -> Result<Vec<Trial>, StoreError> {
        super::counted();
        let rows: Vec<TrialRow> = sqlx::query_as(include_str!("sql/next_letters.sql"))
            .bind(after)
            .bind(moment::to_driver(begun))
            .bind(i64::from(limit))
            .fetch_all(self.any())
            .await
            .map_err(StoreError::during("read letters"))?;
        Ok(rows.into_iter().map(trial).collect())
    }

    /// Settles letters, each with its outcome; returns how many were open.
    ///
    /// # Errors
    /// When the database is away.
    #[tracing::instrument(skip_all)]
    pub async fn settle_letters(
        &self,
        settled: &[(Uuid, &'static str)],
        by: Uuid,
        now: Timestamp,
    ) -> Result<u64, StoreError> {
        let (ids, outcomes): (Vec<Uuid>, Vec<&str>) = settled.iter().copied().unzip();
        super::counted();
        let done = sqlx::query(include_str!("sql/settle_letters.sql"))
            .bind(ids)
            .bind(outcomes)
            .bind(moment::to_driver(now))
            .bind(by)
            .execute(self.any())
            .await
            .map_err(StoreError::during("settle letters"))?;
        Ok(done.rows_affected())
    }

    /// Notes that letters were tried again and are still bad, each with its reason and detail of today.
    ///
    /// # Errors
    /// When the database is away.
    #[tracing::instrument(skip_all)]
    pub async fn note_tries(
        &self,
        tried: &[(Uuid, &'static str, String)],
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let ids: Vec<Uuid> = tried.iter().map(|(id, ..)| *id).collect();
        let (reasons, details): (Vec<&str>, Vec<&str>) =
            tried.iter().map(|(_, reason, detail)| (*reason, detail.as_str())).unzip();
        super::counted();
        sqlx::query(include_str!("sql/note_tries.sql"))
            .bind(ids)
            .bind(reasons)
            .bind(details)
            .bind(moment::to_driver(now))
            .execute(self.any())
            .await
            .map(drop)
            .map_err(StoreError::during("note tries"))
    }

    /// Whether the broker may still hold copies of letters that were settled.
    ///
    /// # Errors
    /// When the database is away.
    #[tracing::instrument(skip_all)]
    pub async fn has_letters_to_clear(&self) -> Result<bool, StoreError> {
        super::counted();
        sqlx::query_scalar(include_str!("sql/letters_to_clear.sql"))
            .fetch_one(self.any())
            .await
            .map_err(StoreError::during("look for letters to clear"))
    }

    /// Forgets letters that were settled before a moment, at most `limit` of them; returns how many.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn forget_letters(&self, before: Timestamp, limit: u32) -> Result<u64, StoreError> {
        self.forget(include_str!("sql/forget_letters.sql"), before, limit, "forget letters").await
    }
}

/// Untrusted bytes as text that shows what is in them and does nothing else: no control characters, and none that turn
/// the direction of what stands around them.
fn legible(bytes: &[u8]) -> String {
    let is_mute = |c: char| {
        (c.is_control() && c != '\n' && c != '\t')
            || matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
    };
    String::from_utf8_lossy(bytes).chars().map(|c| if is_mute(c) { '\u{fffd}' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hostile_bytes_become_text_that_only_shows() {
        assert_eq!(legible(b"{\"a\":\0\x1b[2J\xff}\n\t"), "{\"a\":\u{fffd}\u{fffd}[2J\u{fffd}}\n\t");
        assert_eq!(legible("а\u{202e}б".as_bytes()), "а\u{fffd}б");
    }
}
