//! Order messages as a source makes them.

use serde_json::{Value, json};
use uuid::Uuid;

/// An order at its source.
#[derive(Debug, Clone)]
pub struct Order {
    pub id: Uuid,
    pub number: String,
}

impl Order {
    /// A new one.
    pub fn new(prefix: &str) -> Self {
        let id = Uuid::new_v4();
        Self { id, number: format!("{prefix}-{}", &id.simple().to_string()[..12].to_uppercase()) }
    }

    /// Its approval, or the news of its facts.
    pub fn approval(&self, version: i64, title: &str) -> Value {
        let mut message = self.status("MANUFACTURING_APPROVED", version);
        message["order"]["title"] = json!(title);
        message["order"]["material"] = json!("gold-585-yellow");
        message["order"]["size"] = json!("17.5");
        message["order"]["quantity"] = json!(1);
        message["order"]["price"] = json!({ "amount": "45900.00", "currency": "RUB" });
        message["order"]["operator_pay"] = json!({ "amount": "6900.00", "currency": "RUB" });
        message
    }

    /// Any other status.
    pub fn status(&self, status: &str, version: i64) -> Value {
        json!({
            "message_id": Uuid::new_v4(), "type": "order.status_changed", "occurred_at": "2026-11-24T08:15:00Z",
            "order": { "id": self.id, "number": self.number, "status": status, "source_version": version },
        })
    }
}
