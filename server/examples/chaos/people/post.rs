//! The shop's way by RabbitMQ. What RabbitMQ has confirmed is acknowledged: it has to be on the board in the end, whatever
//! breaks in between.

use std::time::Duration;

use lapin::{
    BasicProperties, Channel, Confirmation, Connection, ConnectionProperties,
    options::{BasicPublishOptions, ConfirmSelectOptions},
};
use tokio::time::timeout;

use crate::Failure;

/// Longer than RabbitMQ ever takes.
const PATIENCE: Duration = Duration::from_secs(10);

/// A place to publish from.
pub struct Post {
    _connection: Connection,
    channel: Channel,
}

impl Post {
    /// Connects, past everything that is broken: the shop's line is not ours.
    pub async fn open(url: &str) -> Result<Self, Failure> {
        let opened = async {
            let connection = Connection::connect(url, ConnectionProperties::default()).await?;
            let channel = connection.create_channel().await?;
            channel.confirm_select(ConfirmSelectOptions::default()).await?;
            Ok::<_, lapin::Error>(Self { _connection: connection, channel })
        };
        Ok(timeout(PATIENCE, opened).await??)
    }

    /// Publishes a message; whether RabbitMQ has it.
    pub async fn send(&self, message: &[u8]) -> Result<bool, Failure> {
        let options = BasicPublishOptions { mandatory: true, immediate: false };
        // Kept on disk.
        let properties = BasicProperties::default().with_delivery_mode(2);
        let key = "order.status_changed";
        let published = self.channel.basic_publish("orders".into(), key.into(), options, message, properties);
        let confirmed = timeout(PATIENCE, async { published.await?.await }).await??;
        Ok(matches!(confirmed, Confirmation::Ack(None)))
    }
}
