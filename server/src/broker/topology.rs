//! The exchanges and queues that the source and the workshop have agreed on: declared at every connection, so that
//! RabbitMQ itself checks them.

use lapin::{
    Channel, Connection, ExchangeKind,
    options::{ExchangeDeclareOptions, QueueBindOptions, QueueDeclareOptions},
    types::{AMQPValue, FieldTable},
};

use super::{connection::answer, error::BrokerError};

/// Where the source publishes order messages.
pub(super) const ORDERS: &str = "orders";
/// Where they wait for the workshop.
pub(super) const QUEUE: &str = "mes.orders";
/// Of what is published, this waits.
const KEYS: &str = "order.*";
/// Where what cannot be taken in goes.
pub(super) const DEAD: &str = "mes.dead";
/// Where it waits for a person.
pub(super) const DEAD_QUEUE: &str = "mes.orders.dead";
/// Where a copy of it waits for the radar, which keeps it in the database.
pub(super) const LETTERS: &str = "mes.radar";
/// Where the workshop tells what happened.
pub(super) const NEWS: &str = "mes";

/// How often a message may come back before RabbitMQ itself puts it aside. It comes back only with a connection that
/// was lost or a server that ended: retries while the database is away happen in the process. RabbitMQ before 4 has
/// no limit of its own, and a message that kills whoever reads it must not do so for ever.
const DELIVERIES: i64 = 100;

/// Declares everything that messages in need, and what is told needs.
pub(super) async fn declare(connection: &Connection) -> Result<(), BrokerError> {
    let channel = answer("open channel", connection.create_channel()).await?;
    exchange(&channel, ORDERS).await?;
    exchange(&channel, DEAD).await?;
    exchange(&channel, NEWS).await?;
    for name in [DEAD_QUEUE, LETTERS] {
        queue(&channel, name, vec![("x-queue-type", text("quorum"))]).await?;
        bind(&channel, name, DEAD, "#").await?;
    }
    let limits = vec![
        ("x-queue-type", text("quorum")),
        ("x-delivery-limit", AMQPValue::LongLongInt(DELIVERIES)),
        ("x-dead-letter-exchange", text(DEAD)),
        // What RabbitMQ puts aside leaves this queue only when the other one has it.
        ("x-dead-letter-strategy", text("at-least-once")),
        ("x-overflow", text("reject-publish")),
    ];
    queue(&channel, QUEUE, limits).await?;
    bind(&channel, QUEUE, ORDERS, KEYS).await?;
    answer("close channel", channel.close(200, "declared".into())).await
}

/// Declares what telling needs.
pub(super) async fn declare_news(channel: &Channel) -> Result<(), BrokerError> {
    exchange(channel, NEWS).await
}

fn text(value: &'static str) -> AMQPValue {
    AMQPValue::LongString(value.into())
}

async fn exchange(channel: &Channel, name: &'static str) -> Result<(), BrokerError> {
    let durable = ExchangeDeclareOptions { durable: true, ..ExchangeDeclareOptions::default() };
    let asked = channel.exchange_declare(name.into(), ExchangeKind::Topic, durable, FieldTable::default());
    answer("declare exchange", asked).await.map_err(BrokerError::declaring(name))
}

async fn queue(
    channel: &Channel,
    name: &'static str,
    arguments: Vec<(&'static str, AMQPValue)>,
) -> Result<(), BrokerError> {
    let mut table = FieldTable::default();
    for (key, value) in arguments {
        table.insert(key.into(), value);
    }
    let durable = QueueDeclareOptions { durable: true, ..QueueDeclareOptions::default() };
    let asked = channel.queue_declare(name.into(), durable, table);
    answer("declare queue", asked).await.map(drop).map_err(BrokerError::declaring(name))
}

async fn bind(
    channel: &Channel,
    queue: &'static str,
    exchange: &'static str,
    key: &'static str,
) -> Result<(), BrokerError> {
    let nothing = (QueueBindOptions::default(), FieldTable::default());
    let asked = channel.queue_bind(queue.into(), exchange.into(), key.into(), nothing.0, nothing.1);
    answer("bind queue", asked).await
}
