//! The radar: whether messages come, how many, what could not be taken in and is to be dealt with, and which orders
//! somebody should ask about.

mod letters;
mod lines;
mod read;
mod replay;
mod tally;
mod watch;

use std::sync::{Mutex, PoisonError};

use app::radar::{BrokerAway, LastMessage, Line, Standing};
use tokio::sync::Notify;
use uuid::Uuid;

use super::Desk;
pub use letters::{Aside, Clearing, digest};
use lines::Lines;
use tally::Tallies;

/// A line that is lost for less than this is no news: it may just be connecting, in milliseconds.
const NOTICED_MS: i64 = 5_000;

/// What a server knows of its own messages and lines.
#[derive(Debug)]
pub(super) struct Radar {
    /// This server, among others.
    server: Uuid,
    lines: Lines,
    tallies: Tallies,
    last: Mutex<Option<LastMessage>>,
    /// Wakes whoever removes the broker's copies of letters that were settled.
    settled: Notify,
}

impl Radar {
    pub fn new(server: Uuid) -> Self {
        Self {
            server,
            lines: Lines::default(),
            tallies: Tallies::default(),
            last: Mutex::new(None),
            settled: Notify::new(),
        }
    }

    fn last(&self) -> Option<LastMessage> {
        *self.last.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes a message that was taken in, here or elsewhere; the newest counts.
    pub fn note_message(&self, message: LastMessage) {
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        if last.is_none_or(|known| known.received_at < message.received_at) {
            *last = Some(message);
            metrics::gauge!("intake_last_message_timestamp_seconds")
                .set(message.received_at.millis() as f64 / 1000.0);
        }
    }
}

impl Desk {
    /// Notes how a line of this server to the broker stands from now on.
    pub fn tell_line(&self, line: Line, standing: Standing) {
        self.radar.lines.tell(line, standing, self.clock.now());
    }

    /// How a line of this server stands; nothing while there is no broker.
    #[must_use]
    pub fn line(&self, line: Line) -> Option<Standing> {
        self.radar.lines.now(line).map(|(standing, _)| standing)
    }

    /// What a supervisor has to be told on every page: messages do not come to this server. From memory.
    #[must_use]
    pub(in crate::desk) fn broker_is_away(&self) -> Option<BrokerAway> {
        let (standing, since) = self.radar.lines.now(Line::Intake)?;
        let long = self.clock.now().millis() - since.millis() >= NOTICED_MS;
        (standing != Standing::Working && long).then(|| BrokerAway {
            standing,
            since,
            last: self.radar.last(),
        })
    }
}
