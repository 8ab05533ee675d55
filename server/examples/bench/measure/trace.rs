//! One order's way as one trace: a message through the broker, both servers' boards, a take at one server and what follows
//! up to the shipment at the other, and the news of it on the broker again.

use std::{collections::BTreeSet, time::Duration};

use futures_util::StreamExt as _;
use lapin::{
    BasicProperties, Channel, Connection, ConnectionProperties,
    options::{BasicConsumeOptions, BasicPublishOptions, QueueBindOptions, QueueDeclareOptions},
    types::{AMQPValue, FieldTable},
};
use uuid::Uuid;

use crate::{
    Failure,
    figures::hand_in,
    site::{Person, Site},
};

/// One trace.
#[derive(Debug, clap::Args)]
pub struct Trace {
    /// Two servers: ADDRESS,ADMIN,PID
    #[arg(num_args = 2)]
    sites: Vec<Site>,
    /// The row of the number of traces
    #[arg(long)]
    traces: String,
    /// The row of what is missing
    #[arg(long)]
    parts: String,
}

/// What has to be in it, wherever: the message, the shared copy, the commands, the news.
const ANYWHERE: [&str; 4] = ["accept", "apply to Redis", "carry out", "tell"];
/// What has to be in it on each server: the change on its way to every screen there.
const EVERYWHERE: &str = "show";

impl Trace {
    pub async fn run(&self) -> Result<(), Failure> {
        let [first, second] = &self.sites[..] else { return Err("two servers are wanted".into()) };
        let (order, trace) = (Uuid::new_v4(), Uuid::new_v4().simple().to_string());
        let amqp = Connection::connect(&std::env::var("AMQP_URL")?, ConnectionProperties::default()).await?;
        let channel = amqp.create_channel().await?;
        let mut news = listen(&channel).await?;
        publish(&channel, order, &trace).await?;
        let person = first.sign_in("operator1").await?;
        for (site, command, version) in
            [(first, "take", 1), (second, "complete", 2), (first, "pack", 3), (second, "ship", 4)]
        {
            press(site, &person, (order, trace.as_str()), command, version).await?;
        }
        let mut told = BTreeSet::new();
        for _ in 0..4 {
            let next = tokio::time::timeout(Duration::from_secs(10), news.next()).await?;
            let delivery = next.ok_or("the news ended")??;
            told.insert(trace_of(&delivery.properties).unwrap_or_default());
        }
        let boss = first.sign_in("supervisor1").await?;
        let (mut missing, mut traces) = (Vec::new(), told.clone());
        let here = spans(first, &boss, order, &trace).await?;
        let there = spans(second, &boss, order, &trace).await?;
        for part in ANYWHERE {
            if !here.iter().chain(&there).any(|(name, id)| name == part && *id == trace) {
                missing.push(part.to_owned());
            }
        }
        for (server, spans) in [("first", &here), ("second", &there)] {
            if !spans.iter().any(|(name, id)| name == EVERYWHERE && *id == trace) {
                missing.push(format!("{EVERYWHERE} on the {server} server"));
            }
            traces.extend(spans.iter().map(|(_, id)| id.clone()));
        }
        let note = format!(
            "message over AMQP, take and pack at one server, complete and ship at the other, news of all four: trace {trace}; \
             {} spans; missing: {}",
            here.len() + there.len(),
            if missing.is_empty() { "nothing".to_owned() } else { missing.join(", ") }
        );
        hand_in(&self.traces, Some(if traces.contains(&trace) { traces.len() as f64 } else { 0.0 }), &note)?;
        hand_in(&self.parts, Some(missing.len() as f64), &note)
    }
}

async fn listen(channel: &Channel) -> Result<lapin::Consumer, Failure> {
    let options =
        QueueDeclareOptions { exclusive: true, auto_delete: true, ..QueueDeclareOptions::default() };
    let queue = channel.queue_declare("".into(), options, FieldTable::default()).await?;
    let bind = QueueBindOptions::default();
    channel
        .queue_bind(queue.name().clone(), "mes".into(), "order.*".into(), bind, FieldTable::default())
        .await?;
    let consume = BasicConsumeOptions { no_ack: true, ..BasicConsumeOptions::default() };
    Ok(channel.basic_consume(queue.name().clone(), "bench".into(), consume, FieldTable::default()).await?)
}

/// The shop's place in a trace.
fn place_in(trace: &str) -> String {
    format!("00-{trace}-00f067aa0ba902b7-01")
}

async fn publish(channel: &Channel, order: Uuid, trace: &str) -> Result<(), Failure> {
    let message = serde_json::json!({
        "message_id": Uuid::new_v4(), "type": "order.status_changed", "occurred_at": "2026-11-23T08:15:00Z",
        "traceparent": place_in(trace),
        "order": {
            "id": order, "number": format!("T-{}", &trace[..8]), "status": "MANUFACTURING_APPROVED",
            "source_version": 1, "title": "Кольцо", "material": "gold-585-yellow", "quantity": 1,
            "price": { "amount": "45900.00", "currency": "RUB" },
        },
    });
    let (options, properties) = (BasicPublishOptions::default(), BasicProperties::default());
    let body = message.to_string();
    channel
        .basic_publish("orders".into(), "order.approved".into(), options, body.as_bytes(), properties)
        .await?
        .await?;
    Ok(())
}

/// Presses a button until the order is there as it must be, and brings the order's trace as the page does; 409 and 404 mean
/// that this server has not heard yet.
async fn press(
    site: &Site,
    person: &Person,
    (order, trace): (Uuid, &str),
    command: &str,
    version: u32,
) -> Result<(), Failure> {
    for _ in 0..200 {
        let body = format!("id={order}&version={version}&request_id={}", Uuid::new_v4());
        let form = String::from_utf8(site.form(Some(person), &format!("/api/{command}"), &body))?;
        let traced = form.replacen("\r\n", &format!("\r\nTraceparent: {}\r\n", place_in(trace)), 1);
        let answer = site.ask(traced.as_bytes()).await?;
        match answer.status {
            200 => return Ok(()),
            404 | 409 => tokio::time::sleep(Duration::from_millis(50)).await,
            other => return Err(format!("{command} was answered {other}").into()),
        }
    }
    Err(format!("{command} was never possible").into())
}

fn trace_of(properties: &BasicProperties) -> Option<String> {
    match properties.headers().as_ref()?.inner().get("traceparent")? {
        AMQPValue::LongString(text) => Some(text.to_string().get(3..35)?.to_owned()),
        _ => None,
    }
}

/// What a server recorded of the order's trace, and of any other that the order is named in, as its page of slow requests
/// shows it: spans, each with its trace.
async fn spans(
    site: &Site,
    boss: &Person,
    order: Uuid,
    trace: &str,
) -> Result<Vec<(String, String)>, Failure> {
    let answer = site.ask(&site.get(boss, "/slow", &[("Accept", "text/html")])).await?;
    let page = String::from_utf8(answer.body)?;
    let order = order.to_string();
    let first = |text: &str| text.split('"').next().unwrap_or_default().to_owned();
    let mut found = Vec::new();
    for part in page.split("data-trace=\"").skip(1) {
        let id = first(part);
        if id == trace || part.contains(&order) {
            found.extend(part.split("data-span=\"").skip(1).map(|span| (first(span), id.clone())));
        }
    }
    Ok(found)
}
