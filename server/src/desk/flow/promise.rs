//! When orders will be ready: asked from memory, promised in the background, held against what happened.

use std::sync::Arc;

use app::{
    domain::{
        Entry, OrderId, Timestamp,
        passport::{Stage, walk_entry},
        promise::{Answer, Forecast, GRID, Kept, LEVELS, Levels, Model, State, calibrate, end_of_day},
    },
    i18n::wall_clock,
};
use uuid::Uuid;

use super::DAY_MS;
use crate::{
    desk::Desk,
    store::{
        StoreError, Work,
        postgres::flow::{Promise, Waiting},
    },
};

/// What is looked back on: four weeks.
const WINDOW_MS: i64 = 28 * DAY_MS;
/// Promises that teach and are judged: half a year's.
const JUDGED_MS: i64 = 182 * DAY_MS;
/// Days whose orders are promised afterwards what they would have been: a quarter's.
const PAST_DAYS: i64 = 91;
/// Stays that a model is made from; more of them would not move a day.
const STAYS: i64 = 20_000;
/// Promises that are looked at.
const MADE: i64 = 5_000;
/// Orders of a past day that are promised afterwards.
const OF_A_DAY: i64 = 40;
/// New orders that are promised at once.
const NEW: i64 = 500;
/// An order that came longer ago was promised something, or is a day's of the past.
const NEW_MS: i64 = 3_600_000;
/// One that comes so long after its approval is still new: its day may be noted already, and without the orders that lay
/// between the systems promises would look better kept than they are. What is older was moved here from elsewhere.
const LATE_MS: i64 = 14 * DAY_MS;
/// The workshop changes slowly: this often it is looked at anew.
const EVERY_MS: i64 = 300_000;
/// Within this time an order is answered alike.
const STEADY_MS: i64 = 600_000;

/// What answers are made from.
#[derive(Debug)]
pub(in crate::desk) struct Promises {
    model: Option<Model>,
    levels: Levels,
    kept: Kept,
    made_at: Timestamp,
}

impl Promises {
    /// The three days for an order that stands there.
    fn days(&self, from: State, seed: u64) -> Option<[Timestamp; LEVELS.len()]> {
        let forecast = Forecast::make(self.model.as_ref()?, from, seed);
        Some(self.levels.0.map(|percent| end_of_day(forecast.at(percent), wall_clock())))
    }

    fn promise(&self, (order, approved_at): Waiting) -> Option<Promise> {
        let from = State { stage: Stage::Free, since: approved_at, now: approved_at };
        let forecast = Forecast::make(self.model.as_ref()?, from, seed(order));
        let day = |percent| end_of_day(forecast.at(percent), wall_clock());
        let (days, promised) = (GRID.map(day).to_vec(), self.levels.0.map(day).to_vec());
        Some(Promise { order_id: order, approved_at, days, promised })
    }
}

impl Desk {
    /// When an order that is approved now would be ready, and how well such answers were kept.
    pub fn promise(&self) -> Answer {
        let now = self.clock.now();
        let from = State { stage: Stage::Free, since: now, now };
        self.answer(|known| known.days(from, now.millis().div_euclid(STEADY_MS).cast_unsigned()))
    }

    /// When an actual order will be ready; nothing for any other.
    pub fn promise_of(&self, entry: &Entry) -> Answer {
        let state = standing(entry, self.clock.now());
        self.answer(|known| known.days(state?, seed(entry.card.id.0)))
    }

    fn answer(&self, days: impl FnOnce(&Promises) -> Option<[Timestamp; LEVELS.len()]>) -> Answer {
        let known = self.promises.load();
        let Some(known) = known.as_ref() else { return Answer::default() };
        Answer {
            ready: days(known),
            stays: known.model.as_ref().map_or(0, |model| model.stays),
            kept: known.kept,
        }
    }

    /// What an order was promised when it was approved.
    pub(in crate::desk) async fn promised(
        &self,
        order: OrderId,
    ) -> Result<Option<[Timestamp; LEVELS.len()]>, StoreError> {
        self.store.read_promise(order).await
    }

    /// Looks at the workshop anew, when it is time.
    pub(super) async fn renew_promises(&self, now: Timestamp) -> Result<(), StoreError> {
        let old = self.promises.load().as_ref().map(|known| (known.made_at, known.model.is_some()));
        // Without a model every look may find the first one.
        if old.is_some_and(|(at, known)| known && now.millis() - at.millis() < EVERY_MS) {
            return Ok(());
        }
        self.promises.store(Some(Arc::new(self.look_back(now).await?)));
        Ok(())
    }

    /// What was known at a moment.
    async fn look_back(&self, as_of: Timestamp) -> Result<Promises, StoreError> {
        let since = Timestamp::from_millis(as_of.millis() - WINDOW_MS);
        let stays = self.store.read_stays(since, as_of, STAYS).await?;
        let judged = Timestamp::from_millis(as_of.millis() - JUDGED_MS);
        let made = self.store.read_made(judged, as_of, MADE).await?;
        Ok(Promises {
            model: Model::of(&stays, wall_clock()),
            levels: calibrate(&made, as_of),
            kept: Kept::of(&made, as_of),
            made_at: as_of,
        })
    }

    /// Writes down what new orders are promised, and afterwards what the orders of one past day would have been. Says
    /// whether there was such a day. To be called by the keeper of the flow, when everything is counted.
    pub(super) async fn make_promises(&self, work: &mut Work, now: Timestamp) -> Result<bool, StoreError> {
        if let Some(known) = self.promises.load().as_ref().filter(|known| known.model.is_some()) {
            let [approved, since] = [LATE_MS, NEW_MS].map(|ago| Timestamp::from_millis(now.millis() - ago));
            let new = work.find_unpromised(approved, since, NEW).await?;
            let made: Vec<Promise> = new.into_iter().filter_map(|order| known.promise(order)).collect();
            if !made.is_empty() {
                work.keep_promises(&made, false).await?;
            }
        }
        let ahead = i64::from(wall_clock()) * 60_000;
        let today = (now.millis() + ahead).div_euclid(DAY_MS);
        let Some(day) = work.find_unpromised_day(today - PAST_DAYS, today - 1).await? else {
            return Ok(false);
        };
        let [begins, ends] = [day, day + 1].map(|day| Timestamp::from_millis(day * DAY_MS - ahead));
        let orders = work.find_past(begins, ends, OF_A_DAY).await?;
        if !orders.is_empty() {
            // Nothing is known of what came after the day had begun.
            let known = self.look_back(begins).await?;
            let made: Vec<Promise> = orders.into_iter().filter_map(|order| known.promise(order)).collect();
            work.keep_promises(&made, true).await?;
        }
        work.note_promised_day(day).await?;
        Ok(true)
    }
}

/// Where an actual order stands: since when it has been in its stage, holds included.
fn standing(entry: &Entry, now: Timestamp) -> Option<State> {
    let now = Timestamp::from_millis(now.millis().div_euclid(STEADY_MS) * STEADY_MS);
    let way = walk_entry(entry, now);
    let begun = way.stays().last()?.first()?;
    let goes_on = way.end.is_none() && begun.stage.is_workshop();
    goes_on.then_some(State { stage: begun.stage, since: begun.from, now })
}

/// An order's own luck.
fn seed(order: Uuid) -> u64 {
    let (high, low) = order.as_u64_pair();
    high ^ low.rotate_left(17)
}
