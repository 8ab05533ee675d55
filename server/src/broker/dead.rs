//! Messages that cannot be taken in: how they are put aside with the reason, and how that is read again, also of those
//! that RabbitMQ put aside itself.

use app::domain::Timestamp;
use lapin::{
    BasicProperties,
    message::Delivery,
    types::{AMQPValue, FieldTable, LongString, ShortString},
};

use super::{post::Letter, topology::DEAD};
use crate::{
    clock::Clock,
    desk::{IntakeError, radar::Aside},
};

/// Of a message's body this much is kept: all of any message within the limit, in bytes.
const KEPT: usize = 64 * 1024;

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
            ("x-reason", AMQPValue::LongString(error.name().into())),
            ("x-detail", AMQPValue::LongString(error.detail().into())),
            ("x-bytes", AMQPValue::LongLongInt(bytes)),
            ("x-is-cut", AMQPValue::Boolean(body.len() < delivery.data.len())),
            ("x-exchange", AMQPValue::LongString(short(&delivery.exchange))),
            ("x-received-at", AMQPValue::LongString(now.to_string().into())),
        ],
        body,
    }
}

fn short(text: &ShortString) -> LongString {
    text.as_str().into()
}

/// What a letter's headers say of it; anybody may have written them.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Said {
    reason: String,
    detail: String,
    bytes: u64,
    /// When it was put aside.
    pub at: Option<Timestamp>,
}

impl Said {
    /// Reads them. What RabbitMQ puts aside itself has no words of ours, but says why and when in its own.
    pub(super) fn of(properties: &BasicProperties) -> Self {
        let Some(headers) = properties.headers() else { return Self::default() };
        let text = |name| text(headers, name);
        let (ours, its) = (text("x-reason"), text("x-first-death-reason"));
        Self {
            at: text("x-received-at").and_then(|at| at.parse().ok()).or_else(|| died_at(headers)),
            bytes: match headers.inner().get("x-bytes") {
                Some(AMQPValue::LongLongInt(bytes)) => u64::try_from(*bytes).unwrap_or_default(),
                _ => 0,
            },
            reason: ours.or(its).unwrap_or_else(|| "unknown".to_owned()),
            detail: text("x-detail").unwrap_or_default(),
        }
    }

    /// The letter with its body.
    pub(super) fn about<'a>(&'a self, body: &'a [u8]) -> Aside<'a> {
        Aside { body, bytes: self.bytes, reason: &self.reason, detail: &self.detail, at: self.at }
    }
}

fn text(headers: &FieldTable, name: &str) -> Option<String> {
    match headers.inner().get(name)? {
        AMQPValue::LongString(text) => Some(String::from_utf8_lossy(text.as_bytes()).into_owned()),
        AMQPValue::ShortString(text) => Some(text.as_str().to_owned()),
        _ => None,
    }
}

/// The time of the last death in `x-death`, whose newest entry comes first.
fn died_at(headers: &FieldTable) -> Option<Timestamp> {
    let AMQPValue::FieldArray(deaths) = headers.inner().get("x-death")? else { return None };
    let AMQPValue::FieldTable(last) = deaths.as_slice().first()? else { return None };
    match last.inner().get("time")? {
        AMQPValue::Timestamp(seconds) => {
            i64::try_from(*seconds).ok()?.checked_mul(1000).map(Timestamp::from_millis)
        }
        _ => None,
    }
}
