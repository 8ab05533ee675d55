//! Order messages: one way in for HTTP and the broker (ARCHITECTURE.md, walk 3).

mod accept;
mod batch;
mod fields;
mod forms;
pub(in crate::desk) mod limits;
mod message;
mod read;
#[cfg(test)]
mod tests;

pub use accept::Verdict;
pub use batch::{AT_ONCE, Decider, Unanswered};
pub use message::{Message, Wanted};
pub use read::{read, read_object};

use app::radar::LastMessage;

use super::{BadField, Desk, IntakeError, Outcome, away};

/// How a message came. What it does never depends on that.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Door {
    /// `POST /intake/orders`.
    Http,
    /// RabbitMQ.
    Broker,
    /// A letter that was tried again.
    Replay,
    /// The source's own list, to be compared.
    List,
}

impl Door {
    /// The name in the counters.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Http => "http",
            Self::Broker => "amqp",
            Self::Replay => "replay",
            Self::List => "reconcile",
        }
    }
}

impl Desk {
    /// Takes in an order message that came over HTTP. What it did is durable when this returns.
    ///
    /// # Errors
    /// See [`IntakeError`]; nothing was done then.
    pub async fn intake(&self, body: &[u8]) -> Result<Outcome, IntakeError> {
        self.intake_all(Door::Http, &[body]).await.pop().unwrap_or_else(|| Err(unavailable()))
    }

    /// Counts a message over HTTP that was refused before anybody read it.
    pub fn refused_unread(&self) {
        self.count_message(Door::Http, "refused");
    }

    /// Takes in several, in as few transactions as may be; the answers are in the order of the messages. Each of
    /// them is answered as if it had come alone.
    pub async fn intake_all(&self, door: Door, bodies: &[&[u8]]) -> Vec<Result<Outcome, IntakeError>> {
        let read: Vec<_> = bodies.iter().map(|body| read_one(body)).collect();
        let messages: Vec<&Message> = read.iter().filter_map(|message| message.as_ref().ok()).collect();
        let decider = Decider { store: &self.store, clock: &*self.clock };
        let mut verdicts = decider.decide_all(&messages).await.into_iter();
        let mut has_changed = false;
        let mut answers = Vec::with_capacity(read.len());
        for message in read {
            let answer = match message {
                Err(error) => Err(error),
                Ok(message) => {
                    let verdict = verdicts.next().unwrap_or(Err(Unanswered::Late));
                    has_changed |= matches!(verdict, Ok(Verdict::Done(_)));
                    let answer = answer(verdict);
                    self.note_lag(&message, &answer);
                    answer
                }
            };
            self.count_message(door, name(&answer));
            answers.push(answer);
        }
        if has_changed {
            self.board.committed();
            self.model_waits.notify_one();
        }
        answers
    }

    /// Whether the database is there and has the form that is needed.
    pub async fn database_answers(&self) -> bool {
        matches!(self.store.schema().await, Ok(crate::store::postgres::schema::Schema::Ready))
    }

    /// How far the board is behind the source, told by the messages that change it.
    fn note_lag(&self, message: &Message, answer: &Result<Outcome, IntakeError>) {
        let now = self.clock.now().millis();
        if matches!(answer, Ok(Outcome::Accepted | Outcome::CalledOff | Outcome::Updated)) {
            let lag = u64::try_from(now - message.envelope.occurred_at.millis()).unwrap_or_default();
            metrics::histogram!("intake_lag_seconds")
                .record(std::time::Duration::from_millis(lag).as_secs_f64());
        }
        if answer.is_ok() {
            let occurred_at = message.envelope.occurred_at;
            self.radar.note_message(LastMessage { received_at: self.clock.now(), occurred_at });
        }
    }
}

fn read_one(body: &[u8]) -> Result<Message, IntakeError> {
    if body.len() > limits::BODY {
        Err(IntakeError::TooLarge)
    } else {
        read(body).map_err(IntakeError::Malformed)
    }
}

fn answer(verdict: Result<Verdict, Unanswered>) -> Result<Outcome, IntakeError> {
    match verdict {
        Ok(Verdict::Done(outcome)) => Ok(outcome),
        Ok(Verdict::Handled | Verdict::Overtaken) => Ok(Outcome::Duplicate),
        Ok(Verdict::NumberTaken) => Err(IntakeError::Malformed(vec![number_taken()])),
        Err(Unanswered::Failed(error)) => {
            let away = away(&error);
            // The same message again would be refused again; nobody is helped by sending it for ever.
            let is_its_own_fault = error.blames_the_data();
            Err(if is_its_own_fault { IntakeError::Malformed(vec![unwritable()]) } else { away.into() })
        }
        Err(Unanswered::Late) => Err(unavailable()),
    }
}

fn name(answer: &Result<Outcome, IntakeError>) -> &'static str {
    match answer {
        Ok(outcome) => outcome.name(),
        Err(IntakeError::Unavailable(_)) => "unavailable",
        Err(_) => "refused",
    }
}

fn unavailable() -> IntakeError {
    IntakeError::Unavailable(app::backend::Unavailable { retry_after: 2 })
}

fn unwritable() -> BadField {
    BadField { field: "body".to_owned(), rule: "must be something that the database can keep".to_owned() }
}

fn number_taken() -> BadField {
    BadField { field: "order.number".to_owned(), rule: "must not be the number of another order".to_owned() }
}

impl Outcome {
    /// The name on the wire.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Accepted | Self::CalledOff => "accepted",
            Self::Updated => "updated",
            Self::Duplicate => "duplicate",
            Self::Ignored => "ignored",
            Self::Stale => "stale",
        }
    }
}
