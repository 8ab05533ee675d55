//! The flow page: what stands on the board comes from memory, what the histories say from small tables.

use app::{
    backend::Unavailable,
    domain::{
        Card, Entry, Revision, Status, Timestamp,
        flow::{AGES, FlowPage, PROMISE_DAYS, Standing, WorstOrder, age_group},
        passport::{Stage, walk_entry},
    },
    i18n::wall_clock,
};

use super::DAY_MS;
use crate::{
    board::{Held, Snapshot},
    desk::{Desk, away},
    store::{StoreError, postgres::flow::Span},
};

/// Days of the diagrams, today among them: six weeks.
const DAYS: i64 = 42;
/// Days of a period, today among them.
const PERIOD: i64 = 7;
/// Orders that are told of by name.
const WORST: usize = 10;
/// Reasons told of one order.
const REASONS: usize = 3;

impl Desk {
    /// The page, with the board as it is and the histories as far as they were worked out.
    pub(in crate::desk) async fn read_flow_page(
        &self,
        hours: u32,
        at_least: Option<Revision>,
    ) -> Result<FlowPage, Unavailable> {
        let board = self.near(at_least).await?;
        let now = self.clock.now();
        let calendar = wall_clock();
        let today = (now.millis() + i64::from(calendar) * 60_000).div_euclid(DAY_MS);
        let span = Span { first: today - DAYS + 1, period: today - PERIOD + 1, today };
        let measured = self.store.read_flow(span).await.map_err(|error| away(&error)).ok();
        let since = Timestamp::from_millis(span.period * DAY_MS - i64::from(calendar) * 60_000);
        let shipped = self.shipped_slowly(since).await.map_err(|error| away(&error)).unwrap_or_default();
        Ok(FlowPage {
            now,
            fresh_at: self.board.fresh_at(&board),
            standing: Status::COLUMNS.into_iter().map(|status| standing(&board, status, now)).collect(),
            overdue: board.overdue(now),
            past_promise: oldest(&board).take_while(|held| is_past_promise(&held.card, now)).count(),
            hours,
            free_long: free_for(&board, now, hours),
            measured,
            promise: self.promise(),
            worst: worst(&board, shipped, now),
        })
    }

    async fn shipped_slowly(&self, since: Timestamp) -> Result<Vec<Entry>, StoreError> {
        self.store.read_slowest(since, WORST as i64).await
    }
}

fn standing(board: &Snapshot, status: Status, now: Timestamp) -> Standing {
    let mut ages = [0; AGES];
    for held in board.column(status) {
        ages[age_group(now.millis() - held.card.approved_at.millis())] += 1;
    }
    let oldest = board.column(status).next_back().map(|held| &held.card);
    let oldest = oldest.map(|card| (card.number.clone(), card.approved_at));
    Standing { status, count: board.count(status), oldest, ages }
}

/// Orders on the board, the oldest first.
fn oldest(board: &Snapshot) -> impl Iterator<Item = &Held> {
    let mut columns: Vec<_> = Status::COLUMNS
        .into_iter()
        .map(|status| board.column(status).rev().map(AsRef::as_ref).peekable())
        .collect();
    std::iter::from_fn(move || {
        let heads = columns.iter_mut().map(|column| column.peek().map(|held| held.card.approved_at));
        let oldest = heads.enumerate().filter_map(|(at, head)| Some((head?, at))).min()?;
        columns[oldest.1].next()
    })
}

fn is_past_promise(card: &Card, now: Timestamp) -> bool {
    now.millis() - card.approved_at.millis() > PROMISE_DAYS * DAY_MS
}

/// How many orders have been free for longer than so many hours; one that was given back begins anew.
fn free_for(board: &Snapshot, now: Timestamp, hours: u32) -> usize {
    let limit = now.millis() - i64::from(hours) * 3_600_000;
    let old = board.column(Status::Approved).rev();
    old.take_while(|held| held.card.approved_at.millis() < limit)
        .filter(|held| held.card.status_since.millis() < limit)
        .count()
}

fn worst(board: &Snapshot, shipped: Vec<Entry>, now: Timestamp) -> Vec<WorstOrder> {
    let mut all: Vec<WorstOrder> = oldest(board).take(WORST).map(|held| told(&held.entry(), now)).collect();
    all.extend(shipped.iter().map(|entry| told(entry, now)));
    all.sort_by_key(|order| std::cmp::Reverse(order.sums.total()));
    all.truncate(WORST);
    all
}

fn told(entry: &Entry, now: Timestamp) -> WorstOrder {
    let (card, way) = (&entry.card, walk_entry(entry, now));
    let longest = Stage::WORKSHOP.into_iter().map(|stage| (stage, way.in_stage(stage).total()));
    let reasons = entry.history.iter().rev().filter_map(|step| step.reason.clone());
    WorstOrder {
        number: card.number.clone(),
        title: card.title.clone(),
        status: card.status,
        model: card.model_state,
        operator: card.operator.as_ref().map(|operator| operator.name.clone()),
        sums: way.workshop(),
        longest: longest.filter(|(_, seconds)| *seconds > 0).max_by_key(|(_, seconds)| *seconds),
        reworks: way.reworks,
        releases: way.releases,
        reasons: reasons.take(REASONS).collect(),
    }
}
