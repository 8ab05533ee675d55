//! The flow of all orders: what the workshop's page of figures is made of.

use super::{
    ModelState, Money, OrderNumber, Status, Timestamp,
    passport::{Stage, Sums},
    promise::Answer,
    timestamp::Day,
};

/// The promise to customers, in days.
pub const PROMISE_DAYS: i64 = 21;
/// Upper bounds of the groups of age, in days; the last group has none.
pub const AGE_BOUNDS: [i64; 5] = [1, 3, 7, 14, 21];
/// Groups of age.
pub const AGES: usize = AGE_BOUNDS.len() + 1;
/// The stages of the cumulative flow diagram, from the carrier back to the approval.
pub const LEVELS: [Stage; 4] = [Stage::Packing, Stage::Made, Stage::Bench, Stage::Free];

/// The group of age of so many milliseconds.
#[must_use]
pub fn age_group(millis: i64) -> usize {
    AGE_BOUNDS.iter().take_while(|bound| millis >= **bound * 86_400_000).count()
}

/// Orders of one status, from memory.
#[derive(Debug, Clone, PartialEq)]
pub struct Standing {
    /// Which.
    pub status: Status,
    /// How many.
    pub count: usize,
    /// The one that came to the workshop first, and when.
    pub oldest: Option<(OrderNumber, Timestamp)>,
    /// How many of each group of age, counted from the approval.
    pub ages: [usize; AGES],
}

/// How long stays in a stage took that ended in a period.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct StageTimes {
    /// Which.
    pub stage: Stage,
    /// How many stays ended.
    pub stays: i64,
    /// Seconds that half of them took at most.
    pub p50: f64,
    /// Seconds that nine tenths of them took at most.
    pub p90: f64,
}

/// What the orders took that were shipped in a period.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Period {
    /// How many.
    pub shipped: i64,
    /// Their time in the workshop, added up.
    pub sums: Sums,
    /// Seconds from the approval to the carrier: half of them at most, nine tenths at most.
    pub lead: Option<[f64; 2]>,
}

/// A day of the workshop's calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FlowDay {
    /// Which.
    pub day: Day,
    /// Orders that were approved.
    pub arrived: i64,
    /// Orders that were shipped.
    pub shipped: i64,
    /// Orders that were called off.
    pub cancelled: i64,
    /// Orders in each of [`LEVELS`] at its end; what is on its way to the workshop counts as free.
    pub levels: [i64; LEVELS.len()],
}

/// What an operator did in a period.
#[derive(Debug, Clone, PartialEq)]
pub struct PersonFlow {
    /// Log-in name.
    pub login: String,
    /// The name people use.
    pub name: String,
    /// Orders taken.
    pub taken: i64,
    /// Of these, given back.
    pub given_back: i64,
    /// Orders made.
    pub finished: i64,
    /// Orders shipped.
    pub shipped: i64,
    /// For what was taken and not given back, by currency.
    pub pay: Vec<Money>,
}

/// One of the orders that took longest.
#[derive(Debug, Clone, PartialEq)]
pub struct WorstOrder {
    /// Its number.
    pub number: OrderNumber,
    /// What it is.
    pub title: String,
    /// Where it stands.
    pub status: Status,
    /// How far its model has come.
    pub model: ModelState,
    /// Whose it is, by name.
    pub operator: Option<String>,
    /// Its time from the approval on.
    pub sums: Sums,
    /// The stage that took most of it, and how many seconds.
    pub longest: Option<(Stage, i64)>,
    /// How often it went back to the bench.
    pub reworks: usize,
    /// How often it was given back.
    pub releases: usize,
    /// What was said when it was held, given back or reworked; the newest first.
    pub reasons: Vec<String>,
}

/// What became of orders that were passed over.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct BonusEffect {
    /// How many.
    pub orders: i64,
    /// Of these, taken since.
    pub taken: i64,
    /// Seconds until half of these were taken: from the bonus on, or, without one, from when they counted as passed over.
    pub p50: Option<f64>,
}

/// What is worked out from the histories, in the background.
#[derive(Debug, Clone, PartialEq)]
pub struct Measured {
    /// Up to when; nothing before the first time.
    pub made_at: Option<Timestamp>,
    /// Stages of the last seven days, and of the seven before.
    pub stages: [Vec<StageTimes>; 2],
    /// Orders that were shipped in these.
    pub periods: [Period; 2],
    /// The last six weeks, oldest first; the last one is today.
    pub days: Vec<FlowDay>,
    /// The last seven days, most orders taken first.
    pub people: Vec<PersonFlow>,
    /// Orders of the last four weeks that were passed over: with a bonus, and without.
    pub bonuses: [BonusEffect; 2],
}

/// The page.
#[derive(Debug, Clone, PartialEq)]
pub struct FlowPage {
    /// The server's clock.
    pub now: Timestamp,
    /// The board was known to be complete at this moment.
    pub fresh_at: Timestamp,
    /// The four columns.
    pub standing: Vec<Standing>,
    /// Orders past the date that they were promised for.
    pub overdue: usize,
    /// Orders that were approved longer ago than the promise to customers allows.
    pub past_promise: usize,
    /// Hours after which a free order counts as waiting long.
    pub hours: u32,
    /// Orders that have been free for longer.
    pub free_long: usize,
    /// What the histories say; nothing while the database is away.
    pub measured: Option<Measured>,
    /// When an order that is approved now would be ready, and how such promises were kept.
    pub promise: Answer,
    /// The ten orders that took longest, of those on the board and those shipped in the last seven days.
    pub worst: Vec<WorstOrder>,
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use super::*;

    #[test]
    fn every_age_belongs_to_one_group() {
        let day = 86_400_000;
        for (millis, group) in
            [(0, 0), (day - 1, 0), (day, 1), (7 * day, 3), (21 * day - 1, 4), (21 * day, 5)]
        {
            assert_eq!(age_group(millis), group, "{millis}");
        }
    }
}
