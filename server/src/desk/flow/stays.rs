//! From the histories of orders to what the database keeps of their ways.

use app::domain::{
    Timestamp,
    passport::{End, Spent, Stage, Step, walk},
};
use uuid::Uuid;

use crate::store::postgres::flow::{OrderSums, Stay, StepRow};

/// The stays and sums of all these orders; the steps come order by order, as they were noted.
pub(super) fn of(steps: &[StepRow], now: Timestamp) -> (Vec<Stay>, Vec<OrderSums>) {
    let (mut stays, mut sums) = (Vec::new(), Vec::new());
    for order in steps.chunk_by(|a, b| a.order == b.order) {
        sums.extend(one(order, now, &mut stays));
    }
    (stays, sums)
}

fn one(steps: &[StepRow], now: Timestamp, stays: &mut Vec<Stay>) -> Option<OrderSums> {
    let order = steps.first()?.order;
    let way = walk(&steps.iter().map(step_of).collect::<Vec<_>>(), now);
    let first = stays.len();
    for (place, parts) in way.stays().enumerate() {
        let (Some(begun), Some(last)) = (parts.first(), parts.last()) else { continue };
        if begun.stage == Stage::Free {
            give_back(stays.get_mut(first..).unwrap_or_default());
        }
        let seconds = parts.iter().map(|part| part.seconds()).sum();
        let held = parts.iter().filter(|part| part.spent == Spent::Held).map(|part| part.seconds()).sum();
        stays.push(Stay {
            order,
            place: i32::try_from(place).unwrap_or(i32::MAX),
            stage: begun.stage.name(),
            began: begun.from,
            ended: (!last.open).then_some((last.to, seconds, held)),
            operator: last.holder,
            again: steps[begun.step].reasoned && steps[begun.step].by.is_some(),
            given_back: false,
        });
    }
    let whole = way.workshop();
    let parts = [whole.working, whole.waiting, whole.held];
    let ended = way.end.map(|end| match end {
        End::Shipped(at) => (at, "shipped", parts),
        End::Cancelled(at) => (at, "cancelled", parts),
    });
    Some(OrderSums {
        order,
        approved: way.approved?,
        ended,
        reworks: i32::try_from(way.reworks).unwrap_or(i32::MAX),
        releases: i32::try_from(way.releases).unwrap_or(i32::MAX),
    })
}

/// The order is free again. What ended with that is given back, and so is the take of whoever had it: a rework in between
/// began a stay at the bench of its own, and the work of a take that came to nothing is not paid for.
fn give_back(stays: &mut [Stay]) {
    let bench = |stay: &Stay| stay.stage == Stage::Bench.name();
    if !stays.last().is_some_and(bench) {
        return;
    }
    for stay in
        stays.iter_mut().rev().take_while(|stay| stay.stage != Stage::Free.name()).filter(|it| bench(it))
    {
        stay.given_back = true;
    }
}

fn step_of(row: &StepRow) -> Step<'_, Uuid> {
    let StepRow { status, at, noted, by, reasoned, .. } = row;
    Step { status, at: *at, noted: *noted, by: *by, reasoned: *reasoned }
}
