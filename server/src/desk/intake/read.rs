//! From bytes to a message that keeps its rules, or to the names of all fields that do not.

use app::domain::{Amount, ModelDigest, Money, OrderId, OrderNumber, Priority, Timestamp};
use serde_json::{Map, Value};

use super::{
    fields::{Complaints, Fields},
    forms::{Currency, MessageId, StepName},
    limits,
    message::{KIND, Message, STATUSES, Wanted, is_told_by_the_workshop},
};
use crate::{
    desk::BadField,
    store::postgres::intake::{Envelope, Facts, NamedModel},
};

const UUID: &str = "must be a UUID";

/// Reads a message. Only an approval needs an order's facts; of any other status they are not looked at.
///
/// # Errors
/// Every bad field with its path and rule; never empty.
pub fn read(body: &[u8]) -> Result<Message, Vec<BadField>> {
    // The parser bounds the depth, and the caller has bounded the size.
    match serde_json::from_slice(body) {
        Ok(Value::Object(object)) => read_object(&object),
        _ => {
            let mut complaints = Complaints::default();
            complaints.add("body", "must be a JSON object in UTF-8");
            Err(complaints.0)
        }
    }
}

/// The same, of an object that was parsed already.
///
/// # Errors
/// Every bad field with its path and rule; never empty.
pub fn read_object(object: &Map<String, Value>) -> Result<Message, Vec<BadField>> {
    let mut complaints = Complaints::default();
    let message = message(&Fields::root(object), &mut complaints);
    match message {
        Some(message) if complaints.0.is_empty() => Ok(message),
        _ => Err(complaints.0),
    }
}

fn message(root: &Fields<'_>, complaints: &mut Complaints) -> Option<Message> {
    let message_id = root.parsed::<MessageId>("message_id", UUID, complaints);
    let kind = root.one_of("type", &[(KIND, KIND)], complaints);
    let occurred_at = root.moment("occurred_at", complaints);
    let order = root.object("order", complaints);
    let id = order.parsed::<OrderId>("id", UUID, complaints);
    let number = order.parsed::<OrderNumber>("number", "must be 1 to 32 of A-Z a-z 0-9 -", complaints);
    let status = order.one_of("status", &STATUSES.map(|status| (status, status)), complaints);
    let source_version = order.whole("source_version", (0, i64::MAX), complaints);
    let wanted = match status {
        Some("MANUFACTURING_APPROVED") => facts(&order, complaints).map(Box::new).map(Wanted::Approval),
        Some("CANCELLED") => Some(Wanted::Cancellation),
        _ => Some(Wanted::Nothing),
    };
    let mut history = history(&order, complaints);
    let (status, occurred_at) = (status?, occurred_at?);
    if !is_told_by_the_workshop(status) && !history.iter().any(|(known, _)| known == status) {
        history.push((status.to_owned(), occurred_at));
    }
    let envelope = Envelope {
        message_id: message_id?.0,
        kind: kind?,
        occurred_at,
        order: id?,
        number: number?,
        status,
        source_version: source_version?,
    };
    // What is malformed is left out, as the specification asks.
    let traceparent = root.get("traceparent").and_then(Value::as_str).and_then(|text| text.parse().ok());
    Some(Message { envelope, traceparent, wanted: wanted?, history })
}

fn facts(order: &Fields<'_>, complaints: &mut Complaints) -> Option<Facts> {
    // Every field is read before the first `?`, so that all complaints are there.
    let channel = match order.get("channel") {
        Some(_) => order.one_of("channel", &[("shop", "shop"), ("api", "api")], complaints),
        None => Some("shop"),
    };
    let title = order.text("title", limits::TITLE, complaints);
    let material = order.text("material", limits::MATERIAL, complaints);
    let size = order.optional_text("size", limits::MATERIAL, complaints);
    let quantity = order.whole("quantity", (*limits::QUANTITY.start(), *limits::QUANTITY.end()), complaints);
    let price = money(&order.object("price", complaints), complaints);
    let pay = order.optional_object("operator_pay", complaints).and_then(|pay| money(&pay, complaints));
    let priority = match order.get("priority") {
        Some(_) => {
            let words = [("normal", Priority::Normal), ("rush", Priority::Rush)];
            order.one_of("priority", &words, complaints)
        }
        None => Some(Priority::Normal),
    };
    let due_at = order.get("due_at").and_then(|_| order.moment("due_at", complaints));
    let comment = order.optional_text("comment", limits::COMMENT, complaints);
    let model = order.optional_object("model", complaints).and_then(|named| model(&named, complaints));
    Some(Facts {
        channel: channel?,
        title: title?,
        material: material?,
        size,
        quantity: i32::try_from(quantity?).ok()?,
        price: price?,
        pay,
        priority: priority?,
        due_at,
        comment,
        model,
    })
}

fn money(money: &Fields<'_>, complaints: &mut Complaints) -> Option<Money> {
    let rule =
        "must be a decimal text such as \"45900.00\", at most 10 digits before the point and 2 after it";
    let amount = money.parsed::<Amount>("amount", rule, complaints);
    let currency =
        money.parsed::<Currency>("currency", "must be three capital letters such as RUB", complaints);
    Money::new(amount?, &currency?.0).ok()
}

fn model(model: &Fields<'_>, complaints: &mut Complaints) -> Option<NamedModel> {
    let key = model.text("key", limits::MODEL_KEY, complaints);
    if key.as_ref().is_some_and(|key| key.contains("..")) {
        complaints.add(model.path("key"), "must not contain \"..\"");
    }
    let size = model.whole("size", (0, limits::MODEL_BYTES), complaints);
    let rule = "must be 64 lower-case hexadecimal digits";
    let sha256 = model.get("sha256").and_then(|_| model.parsed::<ModelDigest>("sha256", rule, complaints));
    Some(NamedModel { key: key?, size: size?, sha256 })
}

fn history(order: &Fields<'_>, complaints: &mut Complaints) -> Vec<(String, Timestamp)> {
    let steps = match order.get("history") {
        None => return Vec::new(),
        Some(Value::Array(steps)) if steps.len() <= limits::HISTORY => steps,
        Some(_) => {
            complaints.add(order.path("history"), format!("must be a list of at most {}", limits::HISTORY));
            return Vec::new();
        }
    };
    let mut kept = Vec::with_capacity(steps.len() + 1);
    for (at, step) in steps.iter().enumerate() {
        let step = Fields::element(format!("{}[{at}]", order.path("history")), step, complaints);
        let status = step.parsed::<StepName>("status", "must be 1 to 40 of A-Z _", complaints);
        let moment = step.moment("at", complaints);
        if let (Some(status), Some(moment)) = (status, moment)
            && !is_told_by_the_workshop(&status.0)
        {
            kept.push((status.0, moment));
        }
    }
    kept
}
