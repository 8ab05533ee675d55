use app::domain::ModelDigest;

use super::*;
use crate::seed::jewellery::Alloy;

const NOW: Timestamp = Timestamp::from_millis(1_795_000_000_000);
const ACTUAL: [&str; 4] =
    ["MANUFACTURING_APPROVED", "MANUFACTURING_STARTED", "MANUFACTURING_COMPLETED", "PACKAGING"];

fn some(weekly: u32, weeks: u32, seed: u64) -> Vec<Planned> {
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
    let (operators, models) = (&[Uuid::from_u128(1)], &[model]);
    let orders = weekly * weeks;
    let workshop = Workshop { seed, now: NOW, weekly, orders, operators, models };
    (0..orders).map(|index| workshop.plan(index)).collect()
}

/// How many were actual so many days ago.
fn actual(all: &[Planned], days: i64) -> usize {
    let then = Timestamp::from_millis(NOW.millis() - days * DAY);
    let status = |planned: &Planned| {
        planned.steps.iter().filter(|step| step.at <= then).max_by_key(|step| step.at).map(|step| step.status)
    };
    all.iter().filter_map(status).filter(|status| ACTUAL.contains(status)).count()
}

#[test]
fn the_same_seed_plans_the_same_workshop_and_another_seed_another() {
    let json = |seed| {
        serde_json::to_string(&some(50, 1, seed).iter().map(|p| &p.order).collect::<Vec<_>>()).unwrap()
    };
    assert_eq!(json(1), json(1));
    assert_ne!(json(1), json(2));
}

#[test]
fn every_status_occurs_and_no_step_comes_from_the_future() {
    let all = some(1000, 1, 1);
    for status in ACTUAL.into_iter().chain(["SHIPPED", "CANCELLED"]) {
        assert!(all.iter().any(|p| p.order.status == status), "{status}");
    }
    assert!(all.iter().flat_map(|p| &p.steps).all(|step| step.at <= NOW));
    assert!(all.iter().all(|p| p.order.approved_at <= NOW));
}

#[test]
fn a_past_ends_with_the_status_that_the_order_has() {
    for planned in some(300, 2, 3) {
        let last = planned.steps.iter().max_by_key(|step| step.at).unwrap();
        assert_eq!((last.status, last.at), (planned.order.status, planned.order.status_since));
        let free = planned.order.status == "MANUFACTURING_APPROVED";
        assert!(!free || planned.order.operator_id.is_none());
        let taken = planned.steps.iter().any(|step| step.command == Some("take"));
        assert_eq!(planned.order.operator_id.is_some(), taken);
    }
}

#[test]
fn as_many_orders_are_actual_as_come_in_a_week_and_weeks_ago_it_was_no_different() {
    let all = some(1000, 8, 1);
    for days in [0, 7, 14, 21] {
        let there = actual(&all, days);
        assert!((900..1100).contains(&there), "{days} days ago: {there}");
    }
}

#[test]
fn a_younger_order_has_a_higher_number() {
    let all = some(20, 2, 5);
    let number = |p: &Planned| p.order.number.trim_start_matches("A-").parse::<u32>().unwrap();
    assert!(all.is_sorted_by_key(|p| p.order.approved_at));
    assert!(all.is_sorted_by_key(number));
}
