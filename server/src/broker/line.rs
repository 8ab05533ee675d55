//! One direction's life: it connects, works, is lost and connects again, for as long as the server runs.

use std::{future::Future, sync::Arc, time::Duration};

use app::radar::Standing;
use lapin::{Channel, uri::AMQPUri};
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;

use super::{error::BrokerError, pace::Pace, standing::Told};
use crate::{
    clock::{SharedClock, SharedEntropy},
    desk::Desk,
};

/// Between tries to connect, at most.
const RECONNECT: Duration = Duration::from_secs(10);
/// Between looks whether the database is back, and between tries to write, at most.
const LOOK_AGAIN: Duration = Duration::from_secs(2);
/// What is at hand has this long when the server stops; then it is left, to be delivered or told again.
const GRACE: Duration = Duration::from_millis(1500);

/// What every direction works with.
#[derive(Debug)]
pub(super) struct Line {
    pub uri: AMQPUri,
    pub desk: Arc<Desk>,
    pub clock: SharedClock,
    pub entropy: SharedEntropy,
    pub told: Told,
    pub stop: CancellationToken,
}

/// What is done on a line.
pub(super) trait Direction: Sync {
    /// What it works with.
    fn line(&self) -> &Line;

    /// One connected life: returns when the server stops, or with what went wrong. It restarts the pace when it works.
    fn live(&self, pace: &mut Pace) -> impl Future<Output = Result<(), BrokerError>> + Send;
}

impl Line {
    /// Waits, or returns early when the server stops.
    pub(super) async fn pause(&self, time: Duration) {
        let _ = self.stop.run_until_cancelled(sleep(time)).await;
    }

    /// Whether the server stops.
    pub(super) fn is_over(&self) -> bool {
        self.stop.is_cancelled()
    }

    /// Waits for the database, or the end of the server; an error when the broker is lost meanwhile.
    pub(super) async fn until_database_answers(&self, channel: &Channel) -> Result<(), BrokerError> {
        let mut pace = self.pace();
        loop {
            match self.stop.run_until_cancelled(self.desk.database_answers()).await {
                Some(false) => {}
                Some(true) | None => return Ok(()),
            }
            self.hold(channel, &mut pace).await?;
        }
    }

    /// Waits before what the database has just failed to write is tried again. That it answers a question is not
    /// enough: a standby, or one whose disk is full, reads and does not write.
    pub(super) async fn until_next_try(&self, channel: &Channel, pace: &mut Pace) -> Result<(), BrokerError> {
        self.hold(channel, pace).await?;
        self.until_database_answers(channel).await
    }

    /// The pace of tries on the database.
    pub(super) fn pace(&self) -> Pace {
        Pace::new(self.entropy.clone(), LOOK_AGAIN)
    }

    /// Tells that messages wait for the database, and pauses; an error when the broker is lost meanwhile.
    async fn hold(&self, channel: &Channel, pace: &mut Pace) -> Result<(), BrokerError> {
        if self.told.now() != Standing::Held {
            tracing::warn!("the database is away or does not write: what comes waits in RabbitMQ");
            self.told.tell(Standing::Held);
        }
        self.pause(pace.next()).await;
        if channel.status().connected() { Ok(()) } else { Err(BrokerError::Ended) }
    }

    /// When what is at hand has had its time.
    async fn grace(&self) {
        self.stop.cancelled().await;
        sleep(GRACE).await;
    }
}

/// Lives, again and again, until told to stop.
pub(super) async fn run(direction: impl Direction) {
    let line = direction.line();
    let mut pace = Pace::new(line.entropy.clone(), RECONNECT);
    while !line.is_over() {
        let ended = tokio::select! {
            ended = direction.live(&mut pace) => ended,
            () = line.grace() => return,
        };
        if let Err(error) = ended {
            line.told.lose(&error);
            line.pause(pace.next()).await;
        }
    }
}
