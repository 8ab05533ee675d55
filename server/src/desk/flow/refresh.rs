//! Keeps the flow's tables up with the history: by one server at a time, a few hundred orders at a time, and without a
//! lock that a command or a message could wait for.

use std::{sync::Arc, time::Duration};

use app::{domain::Timestamp, i18n::wall_clock};
use tokio::time::Instant;

use super::{DAY_MS, stays};
use crate::{
    desk::Desk,
    store::{StoreError, Work, postgres::flow::Due},
};

/// Between two looks.
const EVERY: Duration = Duration::from_secs(5);
/// After a failure.
const AGAIN: Duration = Duration::from_secs(15);
/// Notes of grown histories taken at once: a transaction of some tens of milliseconds.
const AT_ONCE: i64 = 2_000;
/// The figures of the last two weeks read all of their stays, so they are measured anew this often, in milliseconds.
const MEASURE_MS: i64 = 60_000;
/// Days of a period.
const PERIOD: i64 = 7;

/// What a look found to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Look {
    /// More may wait.
    More,
    /// Everything is up to date, or another server sees to it.
    Done,
}

impl Desk {
    /// For ever.
    pub(in crate::desk) async fn follow_flow(self: Arc<Self>) {
        loop {
            let pause = match self.refresh_flow().await {
                Ok(()) => EVERY,
                Err(error) => {
                    tracing::warn!(
                        error = &error as &dyn std::error::Error,
                        "the flow stays as it is for now"
                    );
                    metrics::counter!("flow_failures_total").increment(1);
                    AGAIN
                }
            };
            tokio::time::sleep(pause).await;
        }
    }

    /// Brings the flow up to date, unless another server is doing it.
    ///
    /// # Errors
    /// When the database is away; what was done until then lasts.
    pub async fn refresh_flow(&self) -> Result<(), StoreError> {
        let begun = Instant::now();
        while self.look_at_flow().await? == Look::More {}
        self.renew_promises(self.clock.now()).await?;
        metrics::histogram!("flow_refresh_seconds").record(begun.elapsed().as_secs_f64());
        Ok(())
    }

    async fn look_at_flow(&self) -> Result<Look, StoreError> {
        let Some(mut work) = self.store.keep_flow().await? else { return Ok(Look::Done) };
        let (standing, calendar, now) = (work.flow_standing().await?, wall_clock(), self.clock.now());
        if standing.calendar != Some(calendar) {
            work.begin_calendar(calendar).await?;
            work.commit().await?;
            return Ok(Look::More);
        }
        if standing.orders_due {
            walk_orders(&mut work, calendar, now).await?;
            work.commit().await?;
            return Ok(Look::More);
        }
        work.count_days(calendar, now).await?;
        if standing.measured.is_none_or(|at| now.millis() - at.millis() >= MEASURE_MS) {
            work.measure_periods(periods(now, calendar), now).await?;
        }
        let more = self.make_promises(&mut work, now).await?;
        work.commit().await?;
        metrics::gauge!("flow_made_timestamp_seconds").set(now.millis() as f64 / 1000.0);
        Ok(if more { Look::More } else { Look::Done })
    }
}

async fn walk_orders(work: &mut Work, calendar: i32, now: Timestamp) -> Result<(), StoreError> {
    let Due { orders, paid } = work.take_due_orders(AT_ONCE).await?;
    let steps = work.read_steps(&orders).await?;
    let (stays, sums) = stays::of(&steps, now);
    work.keep_stays(&orders, &stays, calendar).await?;
    work.keep_sums(&orders, &sums).await?;
    if !paid.is_empty() {
        work.mark_paid_days(&paid, calendar).await?;
    }
    metrics::counter!("flow_orders_total").increment(orders.len() as u64);
    Ok(())
}

/// Where the period that today belongs to begins, and the one before it.
fn periods(now: Timestamp, calendar: i32) -> [Timestamp; 2] {
    let today = now.millis() - now.day(calendar).1;
    [PERIOD - 1, 2 * PERIOD - 1].map(|days| Timestamp::from_millis(today - days * DAY_MS))
}
