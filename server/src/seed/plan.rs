//! Plans believable orders: every status, every age, a past for each. Pure: the same seed and moment plan the same.

use app::domain::Timestamp;
use serde::Serialize;
use uuid::Uuid;

use super::{
    models::DemoModel,
    random::Random,
    words::{COMMENTS, REASONS, per_gram},
};

const HOUR: f64 = 3_600_000.0;
const DAY: i64 = 86_400_000;
const WEEK: f64 = 7.0 * 24.0 * HOUR;
/// The workshop's promise to customers: three weeks.
const PROMISE: i64 = 21 * DAY;

/// A row of `orders`, as the database takes it.
#[derive(Debug, Clone, Serialize)]
#[expect(missing_docs, reason = "the columns are documented where the table is made")]
pub struct OrderRow {
    pub id: Uuid,
    pub number: String,
    pub channel: &'static str,
    pub title: String,
    pub material: &'static str,
    pub size: Option<String>,
    pub quantity: i32,
    pub price: String,
    pub pay: String,
    pub priority: &'static str,
    pub comment: Option<String>,
    pub due_at: Timestamp,
    pub status: &'static str,
    pub status_since: Timestamp,
    pub approved_at: Timestamp,
    pub version: i32,
    pub operator_id: Option<Uuid>,
    pub model_key: Option<String>,
    pub model_sha256: Option<String>,
    pub model_bytes: Option<i64>,
    pub model_facts: Option<serde_json::Value>,
}

/// A row of `order_history`.
#[derive(Debug, Clone, Serialize)]
#[expect(missing_docs, reason = "the columns are documented where the table is made")]
pub struct StepRow {
    pub order_id: Uuid,
    pub status: &'static str,
    pub at: Timestamp,
    pub source: &'static str,
    pub command: Option<&'static str>,
    pub operator_id: Option<Uuid>,
    pub reason: Option<&'static str>,
}

/// An order with its past.
#[derive(Debug, Clone)]
pub struct Planned {
    /// The order as it stands.
    pub order: OrderRow,
    /// Every step that led there.
    pub steps: Vec<StepRow>,
}

const WAY: [(&str, Option<&str>); 5] = [
    ("MANUFACTURING_APPROVED", None),
    ("MANUFACTURING_STARTED", Some("take")),
    ("MANUFACTURING_COMPLETED", Some("complete")),
    ("PACKAGING", Some("pack")),
    ("SHIPPED", Some("ship")),
];
/// Hours that a stage typically takes, waiting included: pool, bench, packing desk, parcel. With the spread of
/// [`Random::spread`], with rush orders and cancelled ones, an order is in the workshop for a week on average.
const TYPICAL: [f64; 4] = [50.0, 52.0, 21.0, 15.0];
/// What is urgent waits less.
const RUSH: f64 = 0.3;

/// A workshop in which as many orders come in a week as leave it.
#[derive(Debug, Clone, Copy)]
pub struct Workshop<'a> {
    /// The same seed at the same moment plans the same.
    pub seed: u64,
    /// The moment that the past is counted back from.
    pub now: Timestamp,
    /// Orders that come in a week; about as many are actual, for an order takes a week.
    pub weekly: u32,
    /// Orders of all times.
    pub orders: u32,
    /// Who makes the pieces.
    pub operators: &'a [Uuid],
    /// What the pieces look like.
    pub models: &'a [DemoModel],
}

impl Workshop<'_> {
    /// Plans order number `index`, the oldest first.
    #[must_use]
    pub fn plan(&self, index: u32) -> Planned {
        let random = &mut Random::new(self.seed, u64::from(index) + 1);
        let model = random.pick(self.models);
        let operator = *random.pick(self.operators);
        let rush = random.chance(6);
        let younger = f64::from(self.orders.saturating_sub(index)) - random.unit();
        let approved_at = self.now.millis() - (younger.max(0.0) / f64::from(self.weekly) * WEEK) as i64;
        let id = random.uuid();
        let steps: Vec<StepRow> = life(random, approved_at, rush, operator)
            .into_iter()
            .filter(|step| step.at <= self.now)
            .map(|step| StepRow { order_id: id, ..step })
            .collect();
        Planned { order: order(random, index, id, model, approved_at, rush, &steps), steps }
    }
}

/// Every step of an order, also those that lie ahead of it.
fn life(random: &mut Random, approved_at: i64, rush: bool, operator: Uuid) -> Vec<StepRow> {
    let step = |status, at: i64, command: Option<&'static str>, reason| StepRow {
        order_id: Uuid::nil(),
        status,
        at: Timestamp::from_millis(at),
        source: if command.is_some() { "mes" } else { "shop" },
        command,
        operator_id: command.map(|_| operator),
        reason,
    };
    let paid = approved_at - (random.spread(5.0) * HOUR) as i64;
    let priced = paid - (random.spread(9.0) * HOUR) as i64;
    let submitted = priced - (random.spread(0.06) * HOUR) as i64;
    let mut steps = vec![
        step("INITIATED", submitted - (random.spread(1.5) * HOUR) as i64, None, None),
        step("FILE_UPLOADED", submitted - (random.spread(0.2) * HOUR) as i64, None, None),
        step("SUBMITTED", submitted, None, None),
        step("PRICE_CALCULATED", priced, None, None),
        step(WAY[0].0, approved_at, None, None),
    ];
    steps.sort_by_key(|s| s.at);
    // Two in a hundred are cancelled, in the pool or at the bench.
    let cancelled = random.chance(2).then(|| random.within(0, 2) as usize);
    let mut at = approved_at;
    for (stage, typical) in TYPICAL.into_iter().enumerate() {
        let stay = (random.spread(typical) * if rush { RUSH } else { 1.0 } * HOUR) as i64;
        if cancelled == Some(stage) {
            steps.push(step("CANCELLED", at + stay / 2, None, Some("клиент передумал")));
            break;
        }
        // One in fourteen pieces goes back to the bench once.
        if stage == 2 && random.chance(7) {
            let back = at + stay / 2;
            steps.push(step(WAY[1].0, back, Some("rework"), Some(*random.pick(REASONS))));
            steps.push(step(WAY[2].0, back + stay / 4, Some("complete"), None));
        }
        at += stay;
        let (status, command) = WAY[stage + 1];
        steps.push(step(status, at, command, None));
    }
    steps
}

fn order(
    random: &mut Random,
    index: u32,
    id: Uuid,
    model: &DemoModel,
    approved_at: i64,
    rush: bool,
    steps: &[StepRow],
) -> OrderRow {
    let material = model.alloy.id();
    let quantity = if random.chance(90) { 1 } else { random.within(2, 13) as i32 };
    let price = per_gram(model.alloy) * random.within(3, 14) * i64::from(quantity);
    let pay = price * random.within(12, 18) / 100 / 50 * 50;
    let last = steps.last();
    let size = model.ring.then(|| format!("{}.{}", random.within(15, 22), random.pick(&["0", "5"])));
    OrderRow {
        id,
        number: format!("A-{}", 104_000 + index),
        channel: if random.chance(80) { "shop" } else { "api" },
        title: if random.chance(60) { model.title } else { random.pick(model.titles) }.to_owned(),
        material,
        size,
        quantity,
        price: format!("{price}.00"),
        pay: format!("{}.00", pay.max(400)),
        priority: if rush { "rush" } else { "normal" },
        comment: random.chance(35).then(|| (*random.pick(COMMENTS)).to_owned()),
        due_at: Timestamp::from_millis(approved_at + if rush { PROMISE / 3 } else { PROMISE }),
        status: last.map_or(WAY[0].0, |step| step.status),
        status_since: last.map_or(Timestamp::from_millis(approved_at), |step| step.at),
        approved_at: Timestamp::from_millis(approved_at),
        version: 1 + i32::try_from(steps.iter().filter(|s| s.command.is_some()).count()).unwrap_or(0),
        operator_id: steps.iter().find_map(|step| step.operator_id),
        model_key: Some(model.key.clone()),
        model_sha256: Some(model.sha256.to_string()),
        model_bytes: i64::try_from(model.bytes).ok(),
        model_facts: Some(model.facts.clone()),
    }
}

#[cfg(test)]
mod tests;
