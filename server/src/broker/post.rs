//! Publishing with confirms, on a connection of its own: RabbitMQ stops reading from connections that publish when
//! it runs out of memory, and acknowledgements must still get through then.

use lapin::{
    BasicProperties, Channel, Confirmation, Connection,
    options::{BasicPublishOptions, ConfirmSelectOptions},
    types::{AMQPValue, FieldTable, ShortString},
    uri::AMQPUri,
};

use super::{
    connection::{self, answer},
    error::BrokerError,
};

/// Kept on disk by queues that keep anything there.
const PERSISTENT: u8 = 2;

/// What is published.
#[derive(Debug)]
pub(super) struct Letter<'a> {
    pub exchange: &'static str,
    pub routing_key: ShortString,
    /// Whether it must reach a queue.
    pub must_arrive: bool,
    pub message_id: Option<ShortString>,
    /// In seconds since 1970.
    pub at: u64,
    pub content_type: &'static str,
    pub headers: Vec<(&'static str, AMQPValue)>,
    pub body: &'a [u8],
}

/// A place to publish from.
#[derive(Debug)]
pub(super) struct Post {
    connection: Connection,
    channel: Channel,
}

impl Post {
    /// Connects.
    pub(super) async fn open(uri: &AMQPUri, name: &'static str) -> Result<Self, BrokerError> {
        let connection = connection::open(uri, name).await?;
        let channel = answer("open channel", connection.create_channel()).await?;
        answer("ask for confirms", channel.confirm_select(ConfirmSelectOptions::default())).await?;
        Ok(Self { connection, channel })
    }

    /// For declarations.
    pub(super) fn channel(&self) -> &Channel {
        &self.channel
    }

    /// Whether the connection is alive, as far as anybody knows.
    pub(super) fn is_alive(&self) -> bool {
        self.channel.status().connected()
    }

    /// Publishes, and waits until RabbitMQ has it.
    pub(super) async fn send(&self, letter: Letter<'_>) -> Result<(), BrokerError> {
        let exchange = letter.exchange;
        let mut headers = FieldTable::default();
        for (key, value) in letter.headers {
            headers.insert(key.into(), value);
        }
        let mut properties = BasicProperties::default()
            .with_delivery_mode(PERSISTENT)
            .with_content_type(letter.content_type.into())
            .with_app_id("verstak".into())
            .with_timestamp(letter.at)
            .with_headers(headers);
        if let Some(id) = letter.message_id {
            properties = properties.with_message_id(id);
        }
        let options = BasicPublishOptions { mandatory: letter.must_arrive, immediate: false };
        let published =
            self.channel.basic_publish(exchange.into(), letter.routing_key, options, letter.body, properties);
        let confirmed = answer("publish", async { published.await?.await }).await?;
        match confirmed {
            Confirmation::Ack(None) => Ok(()),
            _ => Err(BrokerError::NotKept { exchange }),
        }
    }

    /// Ends in order, if that is quick.
    pub(super) async fn close(self) {
        connection::close(&self.connection).await;
    }
}
