//! The source's list: one order a line, as JSON. All of it is read before anything is done, and a list with a bad line is
//! refused as a whole: the order that cannot be read would otherwise count as unknown there.

use std::collections::HashMap;

use app::domain::{OrderId, OrderNumber, Timestamp};
use serde::Serialize;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use crate::desk::{
    BadField,
    intake::{Message, limits, read_object},
};

/// Lines of a list at most.
pub const LINES: usize = 100_000;
/// Bad lines that are named; of more, only the number is told.
const NAMED: usize = 100;
/// Messages made of a line without one get ids in this namespace: the same line is the same message.
const NAMESPACE: Uuid = Uuid::from_u128(0x7665_7273_7461_6b2d_7265_636f_6e63_696c);

/// A list that keeps its rules.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct List {
    /// One message for each order, the newest if it is there several times.
    pub messages: Vec<Message>,
}

/// A line that breaks its rules.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct BadLine {
    /// Its number; the first one is 1.
    pub line: usize,
    /// Every bad field of it.
    pub fields: Vec<Bad>,
}

/// A field that breaks its rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Bad {
    /// Its path in the line.
    pub field: String,
    /// What it must be.
    pub rule: String,
}

/// Reads a list. A line is an order message, or the `order` of one alone; empty lines count and say nothing. `now` is
/// when a line's order was approved, if it does not say that itself.
///
/// # Errors
/// How many lines are bad, and the first hundred of them.
pub fn read_list(text: &[u8], now: Timestamp) -> Result<List, (usize, Vec<BadLine>)> {
    let (mut reader, mut bad, mut count) = (Reader::default(), Vec::new(), 0);
    let text = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text);
    for (at, line) in text.split(|byte| *byte == b'\n').enumerate() {
        if line.iter().all(u8::is_ascii_whitespace) {
            continue;
        }
        let taken = if at >= LINES { Err(too_many()) } else { reader.take(at + 1, line, now) };
        if let Err(fields) = taken {
            count += 1;
            if bad.len() < NAMED {
                let fields = fields.into_iter().map(|BadField { field, rule }| Bad { field, rule }).collect();
                bad.push(BadLine { line: at + 1, fields });
            }
            if at >= LINES {
                break;
            }
        }
    }
    if count == 0 { Ok(List { messages: reader.messages }) } else { Err((count, bad)) }
}

#[derive(Debug, Default)]
struct Reader {
    messages: Vec<Message>,
    /// Of each order, the line and the place of its newest message.
    orders: HashMap<OrderId, (usize, usize)>,
    numbers: HashMap<OrderNumber, (usize, OrderId)>,
}

impl Reader {
    fn take(&mut self, at: usize, line: &[u8], now: Timestamp) -> Result<(), Vec<BadField>> {
        let message = read_line(line, now)?;
        let envelope = &message.envelope;
        let owner = self.numbers.entry(envelope.number.clone()).or_insert((at, envelope.order));
        if owner.1 != envelope.order {
            return Err(one("number", format!("must not be the number of another order (line {})", owner.0)));
        }
        let Some(known) = self.orders.get_mut(&envelope.order) else {
            self.orders.insert(envelope.order, (at, self.messages.len()));
            self.messages.push(message);
            return Ok(());
        };
        let other = &mut self.messages[known.1];
        if envelope.source_version > other.envelope.source_version {
            known.0 = at;
            *other = message;
        } else if envelope.source_version == other.envelope.source_version && message.wanted != other.wanted {
            let rule = format!("must be another one than in line {}, which says something else", known.0);
            return Err(one("source_version", rule));
        }
        Ok(())
    }
}

fn read_line(line: &[u8], now: Timestamp) -> Result<Message, Vec<BadField>> {
    if line.len() > limits::BODY {
        return Err(one("line", format!("must have at most {} bytes", limits::BODY)));
    }
    let Ok(Value::Object(object)) = serde_json::from_slice(line) else {
        return Err(one("line", "must be a JSON object in UTF-8".to_owned()));
    };
    if object.contains_key("order") || object.contains_key("message_id") {
        return read_object(&object);
    }
    read_object(&message_of(object, now)).map_err(|bad| {
        let inside = |BadField { field, rule }| {
            let field = field.strip_prefix("order.").map(str::to_owned).unwrap_or(field);
            BadField { field, rule }
        };
        bad.into_iter().map(inside).collect()
    })
}

/// The message that an order alone stands for. Its identity is that of what it says.
fn message_of(order: Map<String, Value>, now: Timestamp) -> Map<String, Value> {
    let said = Value::Object(order);
    let at = occurred_at(&said).unwrap_or_else(|| json!(now.to_string()));
    let id = Uuid::new_v5(&NAMESPACE, said.to_string().as_bytes());
    Map::from_iter([
        ("message_id".to_owned(), json!(id.to_string())),
        ("type".to_owned(), json!("order.status_changed")),
        ("occurred_at".to_owned(), at),
        ("order".to_owned(), said),
    ])
}

/// When it was approved, as far as the order itself says.
fn occurred_at(order: &Value) -> Option<Value> {
    let named = order.get("occurred_at").or_else(|| order.get("approved_at")).filter(|at| !at.is_null());
    let step = || {
        let steps = order.get("history")?.as_array()?;
        let approved = steps.iter().rev().find(|step| step.get("status") == order.get("status"))?;
        approved.get("at")
    };
    named.or_else(step).cloned()
}

fn one(field: &str, rule: String) -> Vec<BadField> {
    vec![BadField { field: field.to_owned(), rule }]
}

fn too_many() -> Vec<BadField> {
    one("line", format!("must not be there: a list has at most {LINES} lines"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_millis(1_900_000_000_000);

    fn order(number: &str, id: u128, version: i64) -> Value {
        json!({
            "id": Uuid::from_u128(id).to_string(), "number": number, "status": "MANUFACTURING_APPROVED",
            "source_version": version, "title": "Кольцо", "material": "gold", "quantity": 1,
            "price": { "amount": "1.00", "currency": "RUB" },
        })
    }

    fn text(lines: &[Value]) -> Vec<u8> {
        lines.iter().map(|line| format!("{line}\n")).collect::<String>().into_bytes()
    }

    fn bad(lines: &[u8]) -> Vec<(usize, String)> {
        let (_, bad) = read_list(lines, NOW).unwrap_err();
        bad.into_iter().flat_map(|bad| bad.fields.into_iter().map(move |it| (bad.line, it.field))).collect()
    }

    #[test]
    fn a_line_is_a_message_or_its_order_alone_and_the_same_line_is_the_same_message() {
        let message = json!({
            "message_id": Uuid::from_u128(9).to_string(), "type": "order.status_changed",
            "occurred_at": "2026-11-23T08:15:00Z", "order": order("A-2", 2, 1),
        });
        let list = text(&[order("A-1", 1, 1), message]);
        let (one, two) = (read_list(&list, NOW).unwrap(), read_list(&list, NOW).unwrap());
        assert_eq!(one, two);
        assert_eq!(one.messages.len(), 2);
        assert_eq!(one.messages[0].envelope.occurred_at, NOW);
        assert_eq!(one.messages[1].envelope.message_id, Uuid::from_u128(9));
        let other = read_list(&text(&[order("A-1", 1, 2)]), NOW).unwrap();
        assert_ne!(one.messages[0].envelope.message_id, other.messages[0].envelope.message_id);
    }

    #[test]
    fn every_bad_line_is_named_by_its_number_and_its_fields() {
        let mut broken = order("A-1", 1, 1);
        broken["quantity"] = json!(0);
        broken["price"] = json!(null);
        let mut list = text(&[order("A-0", 3, 1)]);
        list.extend(b"\n{\n");
        list.extend(text(&[broken]));
        let found = bad(&list);
        assert_eq!(
            found,
            [(3, "line".to_owned()), (4, "quantity".to_owned()), (4, "price".to_owned())],
            "the empty line counts and says nothing"
        );
    }

    #[test]
    fn of_one_order_the_newest_line_counts_and_a_contradiction_is_named() {
        let mut other = order("A-1", 1, 2);
        other["title"] = json!("Серьги");
        let list = text(&[order("A-1", 1, 1), order("A-1", 1, 2), order("A-1", 1, 1)]);
        assert_eq!(read_list(&list, NOW).unwrap().messages[0].envelope.source_version, 2);
        assert_eq!(bad(&text(&[order("A-1", 1, 2), other])), [(2, "source_version".to_owned())]);
        assert_eq!(bad(&text(&[order("A-1", 1, 1), order("A-1", 2, 1)])), [(2, "number".to_owned())]);
    }

    #[test]
    fn a_list_that_is_too_long_and_a_line_that_is_too_long_are_refused() {
        let mut long = order("A-1", 1, 1);
        long["comment"] = json!("x".repeat(limits::BODY));
        assert_eq!(bad(&text(&[long])), [(1, "line".to_owned())]);
        let many = "\n".repeat(LINES) + "{}";
        assert_eq!(bad(many.as_bytes()), [(LINES + 1, "line".to_owned())]);
    }

    proptest::proptest! {
        #[test]
        fn no_bytes_make_the_reader_panic(bytes in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..300)) {
            let _ = read_list(&bytes, NOW);
        }
    }
}
