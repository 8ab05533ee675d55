//! The board as rows, as our own pages get it: the values of each card without their names.

use serde_json::{Map, Value, json};

/// The names of a row's values. Those in the second list are not in the JSON of a card that lacks them.
const NAMES: [&str; 20] = [
    "id",
    "number",
    "title",
    "status",
    "version",
    "operator",
    "approved_at",
    "status_since",
    "due_at",
    "priority",
    "material",
    "size",
    "quantity",
    "price",
    "pay",
    "bonus",
    "comment",
    "model",
    "model_state",
    "model_before",
];
const RARE: [&str; 2] = ["bonus", "model_before"];

/// The same board as `GET /api/board` has it.
pub fn read(body: &[u8]) -> Result<Value, String> {
    let mut lines = std::str::from_utf8(body).map_err(|error| error.to_string())?.lines();
    let head = lines.next().ok_or("a board without its first line")?;
    let (revision, count): (String, usize) = serde_json::from_str(head).map_err(|error| error.to_string())?;
    let orders = lines.map(card).collect::<Result<Vec<_>, _>>()?;
    if orders.len() != count {
        return Err(format!("{} rows where {count} are promised", orders.len()));
    }
    Ok(json!({ "revision": revision, "orders": orders }))
}

fn card(line: &str) -> Result<Value, String> {
    let values: Vec<Value> = serde_json::from_str(line).map_err(|error| error.to_string())?;
    if values.len() != NAMES.len() {
        return Err(format!("a row of {} values", values.len()));
    }
    let named = NAMES.into_iter().zip(values).map(|(name, value)| (name.to_owned(), whole(name, value)));
    let there = named.filter(|(name, value)| !value.is_null() || !RARE.contains(&name.as_str()));
    Ok(Value::Object(there.collect::<Map<_, _>>()))
}

/// A value that has parts, with their names.
fn whole(name: &str, mut value: Value) -> Value {
    let parts = match name {
        "operator" => ["login", "name"],
        "price" | "pay" | "bonus" => ["amount", "currency"],
        "model" | "model_before" => ["sha256", "size"],
        _ => return value,
    };
    match value.as_array_mut() {
        Some(values) => {
            parts.into_iter().map(str::to_owned).zip(values.drain(..)).collect::<Map<_, _>>().into()
        }
        None => value,
    }
}
