//! Messages that cannot be taken in, put aside with the reason, for a person to read.

use lapin::{
    message::Delivery,
    types::{AMQPValue, ShortString},
};

use super::{post::Letter, topology::DEAD};
use crate::{clock::Clock, desk::IntakeError};

/// Of a message's body this much is kept: all of any message within the limit, in bytes.
const KEPT: usize = 64 * 1024;
/// Of the complaints this much is told, in characters.
const TOLD: usize = 2_000;

/// The reason's name, a closed set.
pub(super) const fn reason(error: &IntakeError) -> &'static str {
    match error {
        IntakeError::TooLarge => "too_large",
        IntakeError::Malformed(_) => "malformed",
        IntakeError::Unavailable(_) => "unavailable",
    }
}

/// What is wrong with it, in words that hold nothing of the message itself.
fn detail(error: &IntakeError) -> String {
    let words = match error {
        IntakeError::Malformed(fields) => {
            let each: Vec<_> = fields.iter().map(|bad| format!("{} {}", bad.field, bad.rule)).collect();
            each.join("; ")
        }
        other => other.to_string(),
    };
    words.chars().take(TOLD).collect()
}

/// A dead letter. Of the message's own headers nothing is kept: they are as untrusted as its body, and nobody here
/// has read them.
pub(super) fn letter<'a>(delivery: &'a Delivery, error: &IntakeError, clock: &dyn Clock) -> Letter<'a> {
    let now = clock.now();
    let body = &delivery.data[..delivery.data.len().min(KEPT)];
    let bytes = i64::try_from(delivery.data.len()).unwrap_or(i64::MAX);
    Letter {
        exchange: DEAD,
        routing_key: delivery.routing_key.clone(),
        must_arrive: true,
        message_id: delivery.properties.message_id().clone(),
        at: u64::try_from(now.millis() / 1000).unwrap_or_default(),
        content_type: "application/octet-stream",
        headers: vec![
            ("x-reason", AMQPValue::LongString(reason(error).into())),
            ("x-detail", AMQPValue::LongString(detail(error).into())),
            ("x-bytes", AMQPValue::LongLongInt(bytes)),
            ("x-is-cut", AMQPValue::Boolean(body.len() < delivery.data.len())),
            ("x-exchange", AMQPValue::LongString(short(&delivery.exchange))),
            ("x-received-at", AMQPValue::LongString(now.to_string().into())),
        ],
        body,
    }
}

fn short(text: &ShortString) -> lapin::types::LongString {
    text.as_str().into()
}
