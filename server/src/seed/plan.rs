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
/// Hours that a stage typically takes, waiting included: pool, bench, packing desk, parcel.
const TYPICAL: [f64; 4] = [30.0, 52.0, 9.0, 4.0];

/// Plans order number `index` of a workshop at `now`.
#[must_use]
pub fn plan(index: u32, seed: u64, now: Timestamp, operators: &[Uuid], models: &[DemoModel]) -> Planned {
    let random = &mut Random::new(seed, u64::from(index) + 1);
    let model = random.pick(models);
    // Of a hundred orders: 42 free, 24 in work, 8 made, 6 in packing, 18 shipped, 2 cancelled.
    let (reached, cancelled) = match random.within(0, 100) {
        0..42 => (0, false),
        42..66 => (1, false),
        66..74 => (2, false),
        74..80 => (3, false),
        80..98 => (4, false),
        _ => (random.within(0, 2) as usize, true),
    };
    let stages: Vec<i64> =
        (0..=reached.min(3)).map(|stage| (random.spread(TYPICAL[stage]) * HOUR) as i64).collect();
    let in_status = if reached == 4 { random.within(0, 30 * DAY) } else { stages[reached] };
    let approved_at = now.millis() - in_status - stages.iter().take(reached).sum::<i64>();
    let operator = *random.pick(operators);
    let steps = past(random, approved_at, reached, cancelled, &stages, operator);
    let id = random.uuid();
    let steps: Vec<StepRow> = steps.into_iter().map(|step| StepRow { order_id: id, ..step }).collect();
    let order = order(random, index, id, model, approved_at, &steps, (reached > 0).then_some(operator));
    Planned { order, steps }
}

fn past(
    random: &mut Random,
    approved_at: i64,
    reached: usize,
    cancelled: bool,
    stages: &[i64],
    operator: Uuid,
) -> Vec<StepRow> {
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
    let mut at = approved_at;
    for stage in 0..reached {
        let (status, command) = WAY[stage + 1];
        at += stages[stage];
        // One in fourteen pieces goes back to the bench once.
        if stage == 2 && random.chance(7) {
            let back = at - stages[stage] / 2;
            steps.push(step(WAY[1].0, back, Some("rework"), Some(*random.pick(REASONS))));
            steps.push(step(WAY[2].0, back + stages[stage] / 4, Some("complete"), None));
        }
        steps.push(step(status, at, command, None));
    }
    if cancelled {
        steps.push(step("CANCELLED", at + stages[reached.min(3)] / 2, None, Some("клиент передумал")));
    }
    steps
}

fn order(
    random: &mut Random,
    index: u32,
    id: Uuid,
    model: &DemoModel,
    approved_at: i64,
    steps: &[StepRow],
    operator_id: Option<Uuid>,
) -> OrderRow {
    let material = model.alloy.id();
    let rush = random.chance(6);
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
        operator_id,
        model_key: Some(model.key.clone()),
        model_sha256: Some(model.sha256.to_string()),
        model_bytes: i64::try_from(model.bytes).ok(),
        model_facts: Some(model.facts.clone()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::seed::jewellery::Alloy;
    use app::domain::ModelDigest;

    fn some(orders: u32, seed: u64) -> Vec<Planned> {
        let model = DemoModel {
            key: "demo/x.glb".to_owned(),
            alloy: Alloy::Silver925,
            ring: true,
            titles: &["Кольцо"],
            title: "Кольцо «Проба»",
            sha256: ModelDigest([7; 32]),
            bytes: 1,
            facts: serde_json::json!({}),
        };
        let now = Timestamp::from_millis(1_795_000_000_000);
        (0..orders)
            .map(|index| plan(index, seed, now, &[Uuid::from_u128(1)], std::slice::from_ref(&model)))
            .collect()
    }

    #[test]
    fn the_same_seed_plans_the_same_workshop_and_another_seed_another() {
        let json = |seed| {
            serde_json::to_string(&some(50, seed).iter().map(|p| &p.order).collect::<Vec<_>>()).unwrap()
        };
        assert_eq!(json(1), json(1));
        assert_ne!(json(1), json(2));
    }

    #[test]
    fn every_status_occurs_and_no_order_comes_from_the_future() {
        let all = some(1000, 1);
        for status in [
            "MANUFACTURING_APPROVED",
            "MANUFACTURING_STARTED",
            "MANUFACTURING_COMPLETED",
            "PACKAGING",
            "SHIPPED",
            "CANCELLED",
        ] {
            assert!(all.iter().any(|p| p.order.status == status), "{status}");
        }
        let now = Timestamp::from_millis(1_795_000_000_000);
        assert!(all.iter().flat_map(|p| &p.steps).all(|step| step.at <= now));
    }

    #[test]
    fn a_past_ends_with_the_status_that_the_order_has() {
        for planned in some(300, 3) {
            let last = planned.steps.iter().max_by_key(|step| step.at).unwrap();
            assert_eq!((last.status, last.at), (planned.order.status, planned.order.status_since));
            let free = planned.order.status == "MANUFACTURING_APPROVED";
            assert!(!free || planned.order.operator_id.is_none());
        }
    }
}
