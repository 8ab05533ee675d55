//! The figures as tables, for spreadsheets.

use app::{backend::Unavailable, domain::passport::Stage, i18n::wall_clock};

use super::DAY_MS;
use crate::{
    desk::{Desk, away},
    store::{StoreError, postgres::flow::Span},
};

/// A table that can be had.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Table {
    /// Stages of both periods.
    Stages,
    /// Days.
    Days,
    /// Operators.
    People,
    /// Every order of the last 90 days.
    Orders,
}

/// The names of the columns, and the rows.
pub type Made = (&'static [&'static str], Vec<Vec<String>>);

/// Days of the table of days: a quarter.
const DAYS: i64 = 91;
/// Days of the table of orders.
const ORDER_DAYS: i64 = 90;
/// Rows of the table of orders: what a spreadsheet still opens.
const MOST: i64 = 50_000;

impl Table {
    /// The name in the address.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Stages => "stages",
            Self::Days => "days",
            Self::People => "people",
            Self::Orders => "orders",
        }
    }

    /// The table of that name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        [Self::Stages, Self::Days, Self::People, Self::Orders].into_iter().find(|table| table.name() == name)
    }
}

impl Desk {
    /// Makes a table.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn flow_table(&self, table: Table) -> Result<Made, Unavailable> {
        self.make_table(table).await.map_err(|error| away(&error))
    }

    async fn make_table(&self, table: Table) -> Result<Made, StoreError> {
        let now = self.clock.now().millis();
        let today = (now + i64::from(wall_clock()) * 60_000).div_euclid(DAY_MS);
        let span = Span { first: today - DAYS + 1, period: today - 6, today };
        if table == Table::Orders {
            let since = app::domain::Timestamp::from_millis(now - ORDER_DAYS * DAY_MS);
            return Ok((ORDERS, self.store.table_of_orders(since, MOST).await?));
        }
        let measured = self.store.read_flow(span).await?;
        Ok(match table {
            Table::Stages => (STAGES, stages(&measured.stages)),
            Table::Days => (DAY_COLUMNS, measured.days.iter().map(day).collect()),
            Table::People | Table::Orders => (PEOPLE, measured.people.iter().flat_map(person).collect()),
        })
    }
}

const STAGES: &[&str] = &["period", "stage", "stays", "p50_seconds", "p90_seconds"];
const DAY_COLUMNS: &[&str] = &["day", "arrived", "shipped", "cancelled", "packing", "made", "bench", "free"];
const PEOPLE: &[&str] = &["login", "name", "taken", "given_back", "made", "shipped", "pay", "currency"];
/// As `flow_table_orders.sql` has them.
const ORDERS: &[&str] = &[
    "number",
    "title",
    "status",
    "operator",
    "approved_at",
    "ended_at",
    "working_seconds",
    "waiting_seconds",
    "held_seconds",
    "reworks",
    "releases",
    "handover_seconds",
    "free_seconds",
    "bench_seconds",
    "made_seconds",
    "packing_seconds",
];

fn stages(periods: &[Vec<app::domain::flow::StageTimes>; 2]) -> Vec<Vec<String>> {
    let mut rows = Vec::with_capacity(2 * Stage::ALL.len());
    for (period, times) in ["last_7_days", "7_days_before"].into_iter().zip(periods) {
        rows.extend(times.iter().map(|it| {
            let seconds = |value: f64| format!("{:.0}", value.round());
            vec![
                period.to_owned(),
                it.stage.name().to_owned(),
                it.stays.to_string(),
                seconds(it.p50),
                seconds(it.p90),
            ]
        }));
    }
    rows
}

fn day(day: &app::domain::flow::FlowDay) -> Vec<String> {
    let date = format!("{:04}-{:02}-{:02}", day.day.year, day.day.month, day.day.day);
    let counts = [day.arrived, day.shipped, day.cancelled].into_iter().chain(day.levels);
    std::iter::once(date).chain(counts.map(|count| count.to_string())).collect()
}

/// One row for each currency; one without pay for who earned nothing.
fn person(person: &app::domain::flow::PersonFlow) -> Vec<Vec<String>> {
    let row = |amount: String, currency: String| {
        let counts = [person.taken, person.given_back, person.finished, person.shipped];
        let names = [person.login.clone(), person.name.clone()].into_iter();
        names.chain(counts.map(|count| count.to_string())).chain([amount, currency]).collect()
    };
    if person.pay.is_empty() {
        return vec![row(String::new(), String::new())];
    }
    person.pay.iter().map(|pay| row(pay.amount.to_string(), pay.currency.clone())).collect()
}
