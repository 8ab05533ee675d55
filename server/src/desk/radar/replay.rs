//! Letters are dealt with: tried again through the same use case as messages, or put away. Pressing twice does nothing
//! twice: a press has its stored answer, and a message has its place in the inbox.

use std::time::Duration;

use app::{
    backend::Unavailable,
    radar::{Dealt, LettersAction, LettersAsk, LettersRefusal, Which},
};
use tokio::time::Instant;
use uuid::Uuid;

use crate::{
    desk::{Desk, IntakeError, Outcome, away, intake::Door},
    store::{StoreError, postgres::letters::Trial},
};

/// Letters of one transaction: many of them are bad, so that they need marks.
const AT_ONCE: u32 = 60;
/// A person waits; what is not tried by then is told, and tried with the next press.
const PATIENCE: Duration = Duration::from_secs(3);

impl Desk {
    pub(in crate::desk) async fn deal(&self, ask: LettersAsk) -> Result<Dealt, LettersRefusal> {
        let (action, letter) = (ask.action.name(), of(ask.which));
        let busy = |error: StoreError| LettersRefusal::Unavailable(away(&error));
        // One at a time, whoever presses and wherever: who comes second finds what the first has done.
        let mut work = self.store.begin_holding().await.map_err(busy)?;
        work.hold_letters().await.map_err(busy)?;
        let stored = work.find_answer(ask.actor.user, action, letter, &ask.request_id).await.map_err(busy)?;
        if let Some(stored) = stored {
            work.roll_back().await.map_err(busy)?;
            let dealt = serde_json::from_str(&stored);
            return dealt.map_err(|error| busy(StoreError::unreadable("read answer", error)));
        }
        let dealt = match ask.action {
            LettersAction::Replay => self.try_again(ask.which, ask.actor.user).await?,
            LettersAction::Dismiss => self.put_away(letter, ask.actor.user).await?,
        };
        let answer = serde_json::to_string(&dealt).unwrap_or_default();
        work.store_answer(ask.actor.user, action, letter, &ask.request_id, &answer).await.map_err(busy)?;
        work.commit().await.map_err(busy)?;
        count(&dealt);
        self.radar.settled.notify_one();
        Ok(dealt)
    }

    async fn put_away(&self, letter: Uuid, by: Uuid) -> Result<Dealt, LettersRefusal> {
        let busy = |error: StoreError| LettersRefusal::Unavailable(away(&error));
        if self.store.find_letter(letter).await.map_err(busy)?.is_none() {
            return Err(LettersRefusal::Unknown);
        }
        let settled = self.store.settle_letters(&[(letter, "dismissed")], by, self.clock.now()).await;
        let dismissed = settled.map_err(busy)?;
        Ok(Dealt { dismissed, gone: 1 - dismissed.min(1), ..Dealt::default() })
    }

    async fn try_again(&self, which: Which, by: Uuid) -> Result<Dealt, LettersRefusal> {
        let busy = |error: StoreError| LettersRefusal::Unavailable(away(&error));
        let mut dealt = Dealt::default();
        match which {
            Which::One(id) => {
                let found = self.store.find_letter(id).await.map_err(busy)?;
                let Some(letter) = found else { return Err(LettersRefusal::Unknown) };
                if letter.is_settled {
                    dealt.gone = 1;
                } else {
                    self.try_letters(&[letter], by, &mut dealt).await.map_err(LettersRefusal::Unavailable)?;
                }
            }
            Which::All => self.try_all(by, &mut dealt).await.map_err(LettersRefusal::Unavailable)?,
        }
        Ok(dealt)
    }

    /// All that were there when this began, in their order, for as long as a person waits.
    async fn try_all(&self, by: Uuid, dealt: &mut Dealt) -> Result<(), Unavailable> {
        let (begun, until) = (self.clock.now(), Instant::now() + PATIENCE);
        let mut after = None;
        loop {
            let next = self.store.next_letters(after, begun, AT_ONCE).await;
            let letters = next.map_err(|error| away(&error))?;
            let Some(last) = letters.last() else { return Ok(()) };
            if Instant::now() >= until {
                let (open, _) = self.store.count_letters(u64::MAX).await.map_err(|error| away(&error))?;
                dealt.left = open.saturating_sub(dealt.bad + dealt.cut);
                return Ok(());
            }
            after = Some(last.id);
            self.try_letters(&letters, by, dealt).await?;
        }
    }

    async fn try_letters(&self, letters: &[Trial], by: Uuid, dealt: &mut Dealt) -> Result<(), Unavailable> {
        let (whole, cut): (Vec<_>, Vec<_>) = letters.iter().partition(|letter| letter.is_whole);
        dealt.cut += cut.len() as u64;
        let bodies: Vec<&[u8]> = whole.iter().map(|letter| letter.body.as_slice()).collect();
        let answers = self.intake_all(Door::Replay, &bodies).await;
        let (mut settled, mut bad, mut trouble) = (Vec::new(), Vec::new(), None);
        for (letter, answer) in whole.iter().zip(answers) {
            match answer {
                Ok(outcome) => {
                    *place(dealt, outcome) += 1;
                    settled.push((letter.id, outcome.name()));
                }
                Err(IntakeError::Unavailable(away)) => trouble = Some(away),
                Err(error) => {
                    dealt.bad += 1;
                    bad.push((letter.id, error.name(), error.detail()));
                }
            }
        }
        let now = self.clock.now();
        if !settled.is_empty() {
            self.store.settle_letters(&settled, by, now).await.map_err(|error| away(&error))?;
        }
        if !bad.is_empty() {
            self.store.note_tries(&bad, now).await.map_err(|error| away(&error))?;
        }
        trouble.map_or(Ok(()), Err)
    }
}

/// What an answer is stored under.
fn of(which: Which) -> Uuid {
    match which {
        Which::One(id) => id,
        Which::All => Uuid::nil(),
    }
}

fn place(dealt: &mut Dealt, outcome: Outcome) -> &mut u64 {
    match outcome {
        Outcome::Accepted | Outcome::CalledOff => &mut dealt.accepted,
        Outcome::Updated => &mut dealt.updated,
        Outcome::Duplicate => &mut dealt.duplicate,
        Outcome::Ignored | Outcome::Stale => &mut dealt.idle,
    }
}

fn count(dealt: &Dealt) {
    for (outcome, n) in [
        ("accepted", dealt.accepted),
        ("updated", dealt.updated),
        ("duplicate", dealt.duplicate),
        ("idle", dealt.idle),
        ("bad", dealt.bad),
        ("cut", dealt.cut),
        ("dismissed", dealt.dismissed),
    ] {
        if n > 0 {
            metrics::counter!("dead_letters_dealt_total", "outcome" => outcome).increment(n);
        }
    }
}
