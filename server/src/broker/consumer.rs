//! Messages in: read in batches, acknowledged after the commit, held while the database is away.

use futures_util::{FutureExt as _, StreamExt as _, future::try_join_all, stream::Fuse};
use lapin::{
    Channel, Connection, Consumer,
    message::Delivery,
    options::{BasicAckOptions, BasicCancelOptions, BasicConsumeOptions, BasicQosOptions},
    types::FieldTable,
};

use super::{
    connection::{self, answer},
    dead,
    error::BrokerError,
    line::{Direction, Line},
    pace::Pace,
    post::Post,
    topology::{self, QUEUE},
};
use crate::desk::{
    IntakeError,
    intake::{AT_ONCE, Door},
};

/// Messages on the way to this server. A batch is at work while the next one travels; what is over waits in RabbitMQ, not
/// in memory.
const PREFETCH: u16 = 400;

/// The direction in.
#[derive(Debug)]
pub(super) struct Intake(pub Line);

/// The two ends of a connected life: one to read from, and one to publish dead letters on.
struct Ends {
    connection: Connection,
    channel: Channel,
    post: Post,
}

impl Direction for Intake {
    fn line(&self) -> &Line {
        &self.0
    }

    async fn live(&self, pace: &mut Pace) -> Result<(), BrokerError> {
        let Some(ends) = self.0.stop.run_until_cancelled(self.connect()).await else { return Ok(()) };
        let ends = ends?;
        while !self.0.is_over() {
            // First of all: whatever is taken from the queue and comes back counts towards its limit.
            self.0.until_database_answers(&ends.channel).await?;
            if self.0.is_over() {
                break;
            }
            let options = BasicConsumeOptions::default();
            let asked = ends.channel.basic_consume(QUEUE.into(), "".into(), options, FieldTable::default());
            let consumer = answer("consume", asked).await.map_err(BrokerError::of_queue(QUEUE))?;
            self.0.told.found();
            pace.restart();
            self.consume(&ends, consumer).await?;
        }
        // What was delivered and not acknowledged goes back to the queue with the connection.
        tokio::join!(connection::close(&ends.connection), ends.post.close());
        Ok(())
    }
}

impl Intake {
    async fn connect(&self) -> Result<Ends, BrokerError> {
        let connection = connection::open(&self.0.uri, "verstak orders").await?;
        topology::declare(&connection).await?;
        let channel = answer("open channel", connection.create_channel()).await?;
        answer("bound deliveries", channel.basic_qos(PREFETCH, BasicQosOptions::default())).await?;
        let post = Post::open(&self.0.uri, "verstak dead letters").await?;
        Ok(Ends { connection, channel, post })
    }

    /// Returns when the consumer was cancelled and everything delivered to it is settled, or the server stops.
    async fn consume(&self, ends: &Ends, consumer: Consumer) -> Result<(), BrokerError> {
        let tag = consumer.tag();
        // Without this the end is told once and never again.
        let mut consumer = consumer.fuse();
        let mut is_held = false;
        loop {
            let next = self.0.stop.run_until_cancelled(batch(&mut consumer)).await;
            let Some(batch) = next.transpose()? else { return Ok(()) };
            if batch.is_empty() {
                return if is_held { Ok(()) } else { Err(BrokerError::Ended) };
            }
            let settled = self.settle(ends, batch, || async {
                answer("cancel", ends.channel.basic_cancel(tag.clone(), BasicCancelOptions::default())).await
            });
            is_held |= settled.await?;
        }
    }

    /// Takes a batch in, whatever it takes. `true`: the database took none of it meanwhile, and the consumer is cancelled.
    async fn settle<F>(
        &self,
        ends: &Ends,
        mut waiting: Vec<Delivery>,
        cancel: impl Fn() -> F,
    ) -> Result<bool, BrokerError>
    where
        F: Future<Output = Result<(), BrokerError>>,
    {
        let (mut is_held, mut pace) = (false, self.0.pace());
        loop {
            let bodies: Vec<&[u8]> = waiting.iter().map(|delivery| delivery.data.as_slice()).collect();
            let answers = self.0.desk.intake_all(Door::Broker, &bodies).await;
            let (mut settled, mut bad, mut later) = (Vec::new(), Vec::new(), Vec::new());
            for (delivery, answer) in waiting.into_iter().zip(answers) {
                match answer {
                    Ok(_) => settled.push(delivery),
                    Err(IntakeError::Unavailable(_)) => later.push(delivery),
                    Err(error) => bad.push((delivery, error)),
                }
            }
            // Good ones first: they must not come back, which counts, because a bad one cannot be put aside.
            acknowledge(&settled).await?;
            self.put_aside(ends, &bad).await?;
            acknowledge(bad.iter().map(|(delivery, _)| delivery)).await?;
            if later.is_empty() {
                return Ok(is_held);
            }
            if !is_held {
                is_held = true;
                // Nothing more is to be sent here: it could only come back, and that counts.
                cancel().await?;
            }
            self.0.until_next_try(&ends.channel, &mut pace).await?;
            if self.0.is_over() {
                return Ok(is_held);
            }
            waiting = later;
        }
    }

    /// Publishes dead letters; only then may they be acknowledged.
    async fn put_aside(&self, ends: &Ends, bad: &[(Delivery, IntakeError)]) -> Result<(), BrokerError> {
        let letters = bad.iter().map(|(delivery, error)| async move {
            ends.post.send(dead::letter(delivery, error, &*self.0.clock)).await?;
            let reason = error.name();
            metrics::counter!("broker_dead_letters_total", "reason" => reason).increment(1);
            // No word of the message itself: a log is read in places where it could do harm.
            tracing::warn!(reason, bytes = delivery.data.len(), "a message cannot be taken in: put aside");
            Ok(())
        });
        try_join_all(letters).await.map(drop)
    }
}

/// Lets RabbitMQ forget what is settled.
pub(super) async fn acknowledge<'a>(
    deliveries: impl IntoIterator<Item = &'a Delivery>,
) -> Result<(), BrokerError> {
    let acknowledged = deliveries.into_iter().map(|delivery| delivery.ack(BasicAckOptions::default()));
    answer("acknowledge", try_join_all(acknowledged)).await.map(drop)
}

/// What is there already, at least one message and at most [`AT_ONCE`]: a single message does not wait for others.
/// Empty: the consumer has ended.
pub(super) async fn batch(consumer: &mut Fuse<Consumer>) -> Result<Vec<Delivery>, BrokerError> {
    let mut batch = Vec::new();
    let mut next = consumer.next().await;
    while let Some(delivery) = next {
        batch.push(delivery.map_err(BrokerError::during("receive"))?);
        if batch.len() == AT_ONCE {
            break;
        }
        next = consumer.next().now_or_never().flatten();
    }
    Ok(batch)
}
