//! Order messages as the shop sends them.

use serde_json::{Value, json};
use server::clock::{Clock, Entropy, SystemClock, SystemEntropy};

fn id() -> String {
    SystemEntropy.id(SystemClock.now()).to_string()
}

/// The least of a message, for a new order.
pub fn message(status: &str, number: &str, source_version: i64) -> Value {
    json!({
        "message_id": id(), "type": "order.status_changed", "occurred_at": SystemClock.now().to_string(),
        "order": { "id": id(), "number": number, "status": status, "source_version": source_version },
    })
}

/// An approval with what must be there.
pub fn approval(number: &str) -> Value {
    let mut message = message("MANUFACTURING_APPROVED", number, 7);
    let facts = json!({
        "title": "Кольцо «Ветвь»", "material": "gold-585-yellow", "quantity": 1,
        "price": { "amount": "45900.00", "currency": "RUB" },
    });
    let order = message["order"].as_object_mut().unwrap();
    order.extend(facts.as_object().unwrap().clone());
    message
}

/// An approval with everything that may be there, the model aside.
pub fn whole(number: &str) -> Value {
    let mut message = approval(number);
    message["traceparent"] = json!("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01");
    let facts = json!({
        "channel": "api", "size": "17.5", "operator_pay": { "amount": "6900.5", "currency": "RUB" },
        "priority": "rush", "due_at": "2026-12-14T03:00:00+03:00", "comment": "гравировка внутри: «19.09»",
        "history": [
            { "status": "SUBMITTED", "at": "2026-11-21T09:00:00Z" },
            { "status": "PRICE_CALCULATED", "at": "2026-11-21T09:03:11Z" },
        ],
    });
    message["order"].as_object_mut().unwrap().extend(facts.as_object().unwrap().clone());
    message
}
