//! RabbitMQ, as a source of orders and a listener for news know it. `AMQP_URL` names it.

use std::{collections::BTreeMap, env, time::Duration};

use futures_util::{StreamExt as _, future::join_all};
use lapin::{
    BasicProperties, Channel, Connection, ConnectionProperties,
    options::{
        BasicAckOptions, BasicConsumeOptions, BasicGetOptions, BasicNackOptions, BasicPublishOptions,
        ConfirmSelectOptions, ExchangeDeclareOptions, QueueBindOptions, QueueDeclareOptions,
    },
    types::{AMQPValue, FieldTable},
};
use tokio::time::{sleep, timeout};

use crate::Failure;

/// Where orders wait.
pub const QUEUE: &str = "mes.orders";
/// Where those lie that could not be taken in.
pub const DEAD: &str = "mes.orders.dead";
/// Where this listener hears the news.
pub const NEWS: &str = "bench.news";
/// Messages that may be unconfirmed.
const WINDOW: usize = 500;

/// A connection with confirms.
pub struct Broker {
    _connection: Connection,
    channel: Channel,
}

impl Broker {
    /// Connects.
    pub async fn open() -> Result<Self, Failure> {
        Self::at(&env::var("AMQP_URL")?).await
    }

    /// Connects to that address.
    pub async fn at(url: &str) -> Result<Self, Failure> {
        let connecting = Connection::connect(url, ConnectionProperties::default());
        let connection = timeout(Duration::from_secs(10), connecting).await??;
        let channel = connection.create_channel().await?;
        channel.confirm_select(ConfirmSelectOptions::default()).await?;
        Ok(Self { _connection: connection, channel })
    }

    /// Publishes; returns when RabbitMQ has it in a queue.
    pub async fn publish(&self, body: &[u8]) -> Result<(), Failure> {
        let options = BasicPublishOptions { mandatory: true, immediate: false };
        let properties = BasicProperties::default().with_delivery_mode(2);
        let key = "order.status_changed".into();
        let sent = self.channel.basic_publish("orders".into(), key, options, body, properties).await?;
        let confirmed = sent.await?;
        let kept = confirmed.is_ack() && confirmed.take_message().is_none();
        if kept { Ok(()) } else { Err("RabbitMQ did not keep a message".into()) }
    }

    /// Publishes many, in this order; those that failed are handed back.
    pub async fn publish_all<'a>(&self, bodies: &'a [Vec<u8>]) -> Vec<&'a Vec<u8>> {
        let mut failed = Vec::new();
        for part in bodies.chunks(WINDOW) {
            let sent = join_all(part.iter().map(|body| self.publish(body))).await;
            failed.extend(part.iter().zip(sent).filter(|(_, sent)| sent.is_err()).map(|(body, _)| body));
        }
        failed
    }

    /// Messages that wait in a queue for whoever takes them.
    pub async fn waiting(&self, queue: &str) -> Result<u32, Failure> {
        let look = QueueDeclareOptions { passive: true, ..QueueDeclareOptions::default() };
        Ok(self.channel.queue_declare(queue.into(), look, FieldTable::default()).await?.message_count())
    }

    /// Whether a queue's leader answers: a message is taken and given back, or there is none.
    pub async fn look(&self, queue: &str) -> Result<(), Failure> {
        let found = self.channel.basic_get(queue.into(), BasicGetOptions::default()).await?;
        if let Some(found) = found {
            found.delivery.nack(BasicNackOptions { requeue: true, ..BasicNackOptions::default() }).await?;
        }
        Ok(())
    }

    /// The same for a queue whose order counts: what is given back to a quorum queue comes after all others. So something
    /// that is no news is added, and RabbitMQ confirms it once the leader has it.
    pub async fn probe(&self, queue: &str) -> Result<(), Failure> {
        let options = BasicPublishOptions { mandatory: true, immediate: false };
        let properties = BasicProperties::default().with_delivery_mode(2);
        let sent = self.channel.basic_publish("".into(), queue.into(), options, b"", properties).await?;
        if sent.await?.is_ack() { Ok(()) } else { Err("RabbitMQ did not keep a message".into()) }
    }

    /// A queue that hears all news, and keeps them over a restart.
    pub async fn listen(&self) -> Result<(), Failure> {
        let durable = QueueDeclareOptions { durable: true, ..QueueDeclareOptions::default() };
        let mut quorum = FieldTable::default();
        quorum.insert("x-queue-type".into(), AMQPValue::LongString("quorum".into()));
        self.channel.queue_declare(NEWS.into(), durable, quorum).await?;
        let topic = ExchangeDeclareOptions { durable: true, ..ExchangeDeclareOptions::default() };
        let kind = lapin::ExchangeKind::Topic;
        self.channel.exchange_declare("mes".into(), kind, topic, FieldTable::default()).await?;
        let (options, nothing) = (QueueBindOptions::default(), FieldTable::default());
        Ok(self.channel.queue_bind(NEWS.into(), "mes".into(), "#".into(), options, nothing).await?)
    }

    /// Takes what lies in a queue until nothing has come for a while: each body with its headers.
    pub async fn drain(&self, queue: &str) -> Result<Vec<Letter>, Failure> {
        let options = BasicConsumeOptions::default();
        let mut consumer =
            self.channel.basic_consume(queue.into(), "".into(), options, FieldTable::default()).await?;
        let mut taken = Vec::new();
        while let Ok(Some(delivery)) = timeout(Duration::from_secs(3), consumer.next()).await {
            let delivery = delivery?;
            delivery.ack(BasicAckOptions::default()).await?;
            let headers = delivery.properties.headers().clone().unwrap_or_default();
            let headers = headers.inner().iter().filter_map(|(name, value)| match value {
                AMQPValue::LongString(text) => Some((name.to_string(), text.to_string())),
                _ => None,
            });
            let message_id = delivery.properties.message_id().as_ref().map(ToString::to_string);
            taken.push(Letter { headers: headers.collect(), message_id, body: delivery.data });
        }
        Ok(taken)
    }
}

/// What was taken out of a queue.
#[derive(Debug)]
pub struct Letter {
    pub headers: BTreeMap<String, String>,
    pub message_id: Option<String>,
    pub body: Vec<u8>,
}

/// Connects as soon as RabbitMQ is there.
pub async fn as_soon_as_there(url: &str) -> Result<Broker, Failure> {
    let mut last = None;
    for _ in 0..600 {
        match Broker::at(url).await {
            Ok(broker) => return Ok(broker),
            Err(error) => last = Some(error),
        }
        sleep(Duration::from_millis(100)).await;
    }
    Err(last.unwrap_or_else(|| "RabbitMQ is not there".into()))
}
