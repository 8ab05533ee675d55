//! What can go wrong with the broker, named by the operation that failed.

use lapin::{ErrorKind, protocol::AMQPErrorKind};

/// A failed operation on RabbitMQ.
#[derive(Debug, thiserror::Error)]
pub(super) enum BrokerError {
    /// The client's word.
    #[error("{operation} failed")]
    Failed {
        /// What was being done.
        operation: &'static str,
        /// The client's word.
        #[source]
        source: lapin::Error,
    },
    /// The broker fell silent.
    #[error("{operation} took too long")]
    Silent {
        /// What was being done.
        operation: &'static str,
    },
    /// Something of that name is there, made by somebody else.
    #[error(
        "{name} exists in RabbitMQ with other properties than this program needs: move its messages away, \
         delete it, and it is made anew; or give this program a vhost of its own"
    )]
    Misdeclared {
        /// Of the queue or exchange.
        name: &'static str,
        /// The broker's word, which names the property.
        #[source]
        source: lapin::Error,
    },
    /// A message was refused, or found no queue.
    #[error("RabbitMQ did not keep a message sent to {exchange}")]
    NotKept {
        /// Where it was sent.
        exchange: &'static str,
    },
    /// The broker answers, and one of its queues does not. RabbitMQ may leave a quorum queue without a leader when it
    /// comes back from a crash (rabbitmq-server issue 10070); a restart helps, or `ra:trigger_election`.
    #[error("RabbitMQ answers, but its queue {queue} does not: it may have no leader; see docs/runbook.md")]
    Leaderless {
        /// Which queue.
        queue: &'static str,
    },
    /// The broker ended the consumer: the queue was deleted, or its node left.
    #[error("RabbitMQ ended the consumer: was the queue deleted?")]
    Ended,
}

impl BrokerError {
    /// Names the operation of the client's error.
    pub(super) fn during(operation: &'static str) -> impl FnOnce(lapin::Error) -> Self {
        move |source| Self::Failed { operation, source }
    }

    /// Names what was declared when the broker did not agree.
    pub(super) fn declaring(name: &'static str) -> impl FnOnce(Self) -> Self {
        move |error| match error {
            // 406, PRECONDITION_FAILED.
            Self::Failed { source, .. } if code(&source) == Some(406) => Self::Misdeclared { name, source },
            other => other,
        }
    }

    /// Names the queue that fell silent.
    pub(super) fn of_queue(queue: &'static str) -> impl FnOnce(Self) -> Self {
        move |error| match error {
            Self::Silent { .. } => Self::Leaderless { queue },
            other => other,
        }
    }

    /// Whether the broker knows this program but does not let it do its work.
    pub(super) fn is_forbidden(&self) -> bool {
        match self {
            // 403, ACCESS_REFUSED; 530, NOT_ALLOWED: no such vhost, or not for this user.
            Self::Failed { source, .. } => matches!(code(source), Some(403 | 530)),
            _ => false,
        }
    }
}

fn code(error: &lapin::Error) -> Option<u16> {
    match error.kind() {
        ErrorKind::ProtocolError(error) => Some(match error.kind() {
            AMQPErrorKind::Soft(soft) => soft.get_id(),
            AMQPErrorKind::Hard(hard) => hard.get_id(),
        }),
        _ => None,
    }
}
