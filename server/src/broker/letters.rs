//! Letters to the radar: each from its queue into the database, and, once it is settled there, its copy out of
//! `mes.orders.dead` (docs/adr/0014).

use std::time::Duration;

use futures_util::StreamExt as _;
use lapin::{
    Channel, Connection,
    message::Delivery,
    options::{BasicAckOptions, BasicConsumeOptions, BasicGetOptions, BasicQosOptions},
    types::FieldTable,
};

use super::{
    connection::{self, answer},
    consumer::{acknowledge, batch},
    dead::Said,
    error::BrokerError,
    line::{Direction, Line},
    pace::Pace,
    topology::{self, DEAD_QUEUE, LETTERS},
};
use crate::desk::radar::{Clearing, digest};

/// Letters on the way to this server: one transaction's.
const PREFETCH: u16 = 60;
/// Copies about which the database is asked at once.
const AT_ONCE: usize = 100;
/// Copies that are looked through at most; of more, the rest stays.
const MOST: usize = 50_000;
/// What was settled at other servers is found by looking this often.
const LOOK: Duration = Duration::from_secs(2);
/// While there is no room.
const FULL: Duration = Duration::from_secs(5);

/// The direction of letters.
#[derive(Debug)]
pub(super) struct Letters(pub Line);

impl Direction for Letters {
    fn line(&self) -> &Line {
        &self.0
    }

    async fn live(&self, pace: &mut Pace) -> Result<(), BrokerError> {
        let connection = connection::open(&self.0.uri, "verstak radar").await?;
        topology::declare(&connection).await?;
        let channel = answer("open channel", connection.create_channel()).await?;
        answer("bound deliveries", channel.basic_qos(PREFETCH, BasicQosOptions::default())).await?;
        self.0.until_database_answers(&channel).await?;
        let options = BasicConsumeOptions::default();
        let asked = channel.basic_consume(LETTERS.into(), "".into(), options, FieldTable::default());
        let consumer = answer("consume", asked).await.map_err(BrokerError::of_queue(LETTERS))?;
        let mut consumer = consumer.fuse();
        self.0.told.found();
        pace.restart();
        loop {
            let next = tokio::select! {
                () = self.0.stop.cancelled() => break,
                // Dropped while it waits for the first letter, it has taken none.
                letters = batch(&mut consumer) => Some(letters?),
                () = self.0.desk.until_settled(LOOK) => None,
            };
            match next {
                Some(letters) => self.keep(&channel, &letters).await?,
                None => self.clear(&connection).await?,
            }
        }
        connection::close(&connection).await;
        Ok(())
    }
}

impl Letters {
    /// Keeps letters, whatever that takes.
    async fn keep(&self, channel: &Channel, letters: &[Delivery]) -> Result<(), BrokerError> {
        if letters.is_empty() {
            return Err(BrokerError::Ended);
        }
        let said: Vec<Said> = letters.iter().map(|letter| Said::of(&letter.properties)).collect();
        let asides: Vec<_> =
            said.iter().zip(letters).map(|(said, letter)| said.about(&letter.data)).collect();
        let mut pace = self.0.pace();
        loop {
            match self.0.desk.has_room_for_letters().await {
                Ok(false) => {
                    tracing::warn!("there is no room for more dead letters: the rest waits in RabbitMQ");
                    self.0.pause(FULL).await;
                }
                Ok(true) if self.0.desk.keep_letters(&asides).await.is_ok() => break,
                _ => self.0.until_next_try(channel, &mut pace).await?,
            }
            if self.0.is_over() {
                return Ok(());
            }
            if !channel.status().connected() {
                return Err(BrokerError::Ended);
            }
        }
        self.0.told.found();
        acknowledge(letters).await
    }

    /// Removes the copies of settled letters from `mes.orders.dead`, if there are any to remove.
    async fn clear(&self, connection: &Connection) -> Result<(), BrokerError> {
        let Ok(Some(clearing)) = self.0.desk.clearing().await else { return Ok(()) };
        let channel = answer("open channel", connection.create_channel()).await?;
        let looked = self.look_through(&channel, clearing).await;
        // What was taken and not acknowledged goes back to its place with the channel.
        let closed = answer("close channel", channel.close(200, "looked through".into())).await;
        looked.and(closed)
    }

    async fn look_through(&self, channel: &Channel, mut clearing: Clearing) -> Result<(), BrokerError> {
        let (mut seen, mut removed) = (0, 0);
        while seen < MOST {
            let copies = take(channel).await?;
            let known: Vec<_> =
                copies.iter().map(|copy| (digest(&copy.data), Said::of(&copy.properties).at)).collect();
            let Ok(settled) = clearing.are_settled(&known).await else { return Ok(()) };
            for (copy, is_settled) in copies.iter().zip(settled) {
                if is_settled {
                    answer("acknowledge", copy.ack(BasicAckOptions::default())).await?;
                    removed += 1;
                }
            }
            seen += copies.len();
            if copies.len() < AT_ONCE || self.0.is_over() {
                break;
            }
        }
        if seen >= MOST {
            tracing::warn!(seen, "only the first dead letters of the queue were looked through");
        }
        tracing::info!(seen, removed, "copies of settled letters were removed");
        // Not noted is looked at again.
        if !self.0.is_over() {
            let _ = clearing.done().await;
        }
        Ok(())
    }
}

/// The next copies, taken and not acknowledged.
async fn take(channel: &Channel) -> Result<Vec<Delivery>, BrokerError> {
    let mut copies = Vec::new();
    while copies.len() < AT_ONCE {
        let asked = channel.basic_get(DEAD_QUEUE.into(), BasicGetOptions::default());
        let copy = answer("look at a dead letter", asked).await.map_err(BrokerError::of_queue(DEAD_QUEUE))?;
        let Some(copy) = copy else { break };
        copies.push(copy.delivery);
    }
    Ok(copies)
}
