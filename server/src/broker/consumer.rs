//! Messages in: read in batches, acknowledged after the commit, held while the database is away.

use std::{sync::Arc, time::Duration};

use futures_util::{FutureExt as _, StreamExt as _, future::try_join_all, stream::Fuse};
use lapin::{
    Channel, Connection, Consumer,
    message::Delivery,
    options::{BasicAckOptions, BasicCancelOptions, BasicConsumeOptions, BasicQosOptions},
    types::FieldTable,
    uri::AMQPUri,
};
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;

use super::{
    connection::{self, answer},
    dead,
    error::BrokerError,
    pace::Pace,
    post::Post,
    standing::{Standing, Told},
    topology::{self, QUEUE},
};
use crate::{
    clock::{SharedClock, SharedEntropy},
    desk::{Desk, IntakeError, Outcome},
};

/// Messages of one transaction. PostgreSQL remembers 64 marks of a transaction at hand; with more, everybody else's
/// snapshots become slow.
const BATCH: usize = 60;
/// Messages on the way to this server. Two batches are at work or ready while the next ones travel; what is over
/// waits in RabbitMQ, not in memory.
const PREFETCH: u16 = 240;
/// Between tries to connect, at most.
const RECONNECT: Duration = Duration::from_secs(10);
/// Between looks whether the database is back, at most.
const LOOK_AGAIN: Duration = Duration::from_secs(2);
/// A batch at hand has this long when the server stops; then it is left to be delivered again.
const GRACE: Duration = Duration::from_millis(1500);

/// The direction in.
#[derive(Debug)]
pub(super) struct Intake {
    pub uri: AMQPUri,
    pub desk: Arc<Desk>,
    pub clock: SharedClock,
    pub entropy: SharedEntropy,
    pub told: Told,
    pub stop: CancellationToken,
}

/// One connected life: a connection to read from and one to publish dead letters on.
struct Line {
    connection: Connection,
    channel: Channel,
    post: Post,
}

impl Intake {
    /// Until told to stop.
    pub(super) async fn run(self) {
        let mut pace = Pace::new(self.entropy.clone(), RECONNECT);
        while !self.stop.is_cancelled() {
            if let Err(error) = self.live(&mut pace).await {
                self.told.lose(&error);
                let _ = self.stop.run_until_cancelled(sleep(pace.next())).await;
            }
        }
    }

    async fn live(&self, pace: &mut Pace) -> Result<(), BrokerError> {
        let Some(line) = self.stop.run_until_cancelled(self.connect()).await else { return Ok(()) };
        let line = line?;
        while !self.stop.is_cancelled() {
            // First of all: whatever is taken from the queue and comes back counts towards its limit.
            self.until_database_answers(&line).await?;
            if self.stop.is_cancelled() {
                break;
            }
            let options = BasicConsumeOptions::default();
            let asked = line.channel.basic_consume(QUEUE.into(), "".into(), options, FieldTable::default());
            let consumer = answer("consume", asked).await?;
            self.told.found();
            pace.restart();
            self.consume(&line, consumer).await?;
        }
        // What was delivered and not acknowledged goes back to the queue with the connection.
        tokio::join!(connection::close(&line.connection), line.post.close());
        Ok(())
    }

    async fn connect(&self) -> Result<Line, BrokerError> {
        let connection = connection::open(&self.uri, "verstak orders").await?;
        topology::declare(&connection).await?;
        let channel = answer("open channel", connection.create_channel()).await?;
        answer("bound deliveries", channel.basic_qos(PREFETCH, BasicQosOptions::default())).await?;
        let post = Post::open(&self.uri, "verstak dead letters").await?;
        Ok(Line { connection, channel, post })
    }

    /// Returns when the consumer was cancelled and everything delivered to it is settled, or the server stops.
    async fn consume(&self, line: &Line, consumer: Consumer) -> Result<(), BrokerError> {
        let tag = consumer.tag();
        // Without this the end is told once and never again.
        let mut consumer = consumer.fuse();
        let mut is_held = false;
        loop {
            let next = self.stop.run_until_cancelled(batch(&mut consumer)).await;
            let Some(batch) = next.transpose()? else { return Ok(()) };
            if batch.is_empty() {
                return if is_held { Ok(()) } else { Err(BrokerError::Ended) };
            }
            let settled = self.settle(line, batch, || async {
                answer("cancel", line.channel.basic_cancel(tag.clone(), BasicCancelOptions::default())).await
            });
            let grace = async {
                self.stop.cancelled().await;
                sleep(GRACE).await;
            };
            tokio::select! {
                settled = settled => is_held |= settled?,
                () = grace => return Ok(()),
            }
        }
    }

    /// Takes a batch in, whatever it takes. `true`: the database was away meanwhile, and the consumer is cancelled.
    async fn settle<F>(
        &self,
        line: &Line,
        mut waiting: Vec<Delivery>,
        cancel: impl Fn() -> F,
    ) -> Result<bool, BrokerError>
    where
        F: Future<Output = Result<(), BrokerError>>,
    {
        let mut is_held = false;
        loop {
            let bodies: Vec<&[u8]> = waiting.iter().map(|delivery| delivery.data.as_slice()).collect();
            let answers = self.desk.intake_all(&bodies).await;
            let (mut settled, mut bad, mut later) = (Vec::new(), Vec::new(), Vec::new());
            for (delivery, answer) in waiting.into_iter().zip(answers) {
                count(&answer);
                match answer {
                    Ok(_) => settled.push(delivery),
                    Err(IntakeError::Unavailable(_)) => later.push(delivery),
                    Err(error) => bad.push((delivery, error)),
                }
            }
            self.put_aside(line, &bad).await?;
            settled.extend(bad.into_iter().map(|(delivery, _)| delivery));
            let acknowledged = settled.iter().map(|delivery| delivery.ack(BasicAckOptions::default()));
            answer("acknowledge", try_join_all(acknowledged)).await?;
            if later.is_empty() {
                return Ok(is_held);
            }
            if !is_held {
                is_held = true;
                // Nothing more is to be sent here: it could only come back, and that counts.
                cancel().await?;
            }
            self.until_database_answers(line).await?;
            if self.stop.is_cancelled() {
                return Ok(is_held);
            }
            waiting = later;
        }
    }

    /// Publishes dead letters; only then may they be acknowledged.
    async fn put_aside(&self, line: &Line, bad: &[(Delivery, IntakeError)]) -> Result<(), BrokerError> {
        let letters = bad.iter().map(|(delivery, error)| async move {
            line.post.send(dead::letter(delivery, error, &*self.clock)).await?;
            let reason = dead::reason(error);
            metrics::counter!("broker_dead_letters_total", "reason" => reason).increment(1);
            // No word of the message itself: a log is read in places where it could do harm.
            tracing::warn!(reason, bytes = delivery.data.len(), "a message cannot be taken in: put aside");
            Ok(())
        });
        try_join_all(letters).await.map(drop)
    }

    /// Waits for the database, or the end of the server; an error when the broker is lost meanwhile.
    async fn until_database_answers(&self, line: &Line) -> Result<(), BrokerError> {
        let mut pace = Pace::new(self.entropy.clone(), LOOK_AGAIN);
        loop {
            match self.stop.run_until_cancelled(self.desk.database_answers()).await {
                Some(false) => {}
                Some(true) | None => return Ok(()),
            }
            if self.told.now() != Standing::Held {
                tracing::warn!("the database is away: order messages wait in RabbitMQ");
                self.told.tell(Standing::Held);
            }
            let _ = self.stop.run_until_cancelled(sleep(pace.next())).await;
            if !line.channel.status().connected() {
                return Err(BrokerError::Ended);
            }
        }
    }
}

/// What is there already, at least one message and at most [`BATCH`]: a single message does not wait for others.
/// Empty: the consumer has ended.
async fn batch(consumer: &mut Fuse<Consumer>) -> Result<Vec<Delivery>, BrokerError> {
    let mut batch = Vec::new();
    let mut next = consumer.next().await;
    while let Some(delivery) = next {
        batch.push(delivery.map_err(BrokerError::during("receive"))?);
        if batch.len() == BATCH {
            break;
        }
        next = consumer.next().now_or_never().flatten();
    }
    Ok(batch)
}

fn count(answer: &Result<Outcome, IntakeError>) {
    let outcome = match answer {
        Ok(outcome) => outcome.name(),
        Err(IntakeError::Unavailable(_)) => "unavailable",
        Err(_) => "refused",
    };
    metrics::counter!("intake_messages_total", "channel" => "amqp", "outcome" => outcome).increment(1);
}
