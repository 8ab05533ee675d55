//! RabbitMQ: order messages in, news out. The only place that names lapin.
//!
//! Both directions live without the broker: they connect, and connect again, for as long as the server runs.

mod connection;
mod consumer;
mod dead;
mod error;
mod pace;
mod post;
mod relay;
mod standing;
mod topology;

use std::sync::Arc;

use lapin::uri::AMQPUri;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::{
    clock::{SharedClock, SharedEntropy},
    desk::Desk,
    store::background,
};
use consumer::Intake;
use relay::Relay;
use standing::{Standing, Told};

/// A log filter for what the client would write of a returned message: its whole body.
pub const SILENCE: &str = "lapin::returned_messages=off";

/// `AMQP_URL` that is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be amqp://user:password@host:port/vhost, or amqps://")]
pub struct BadAddress;

/// What the broker's two directions work with.
#[derive(Debug, Clone)]
pub struct Settings {
    /// `AMQP_URL`.
    pub url: String,
    /// The time.
    pub clock: SharedClock,
    /// For jitter.
    pub entropy: SharedEntropy,
}

/// The broker's two directions, at work in the background. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Broker {
    intake: Told,
    relay: Told,
}

impl Broker {
    /// Starts both. Nothing is taken in any more once `draining` is cancelled; what happens is told until
    /// `stopping` is.
    ///
    /// # Errors
    /// When the address is malformed; whether anybody is there does not matter.
    pub fn start(
        settings: &Settings,
        desk: &Arc<Desk>,
        tracker: &TaskTracker,
        draining: &CancellationToken,
        stopping: &CancellationToken,
    ) -> Result<Self, BadAddress> {
        let uri = address(&settings.url)?;
        let broker = Self { intake: Told::new("intake"), relay: Told::new("relay") };
        let intake = Intake {
            uri: uri.clone(),
            desk: Arc::clone(desk),
            clock: settings.clock.clone(),
            entropy: settings.entropy.clone(),
            told: broker.intake.clone(),
            stop: draining.clone(),
        };
        let relay = Relay {
            uri,
            desk: Arc::clone(desk),
            clock: settings.clock.clone(),
            entropy: settings.entropy.clone(),
            told: broker.relay.clone(),
            stop: stopping.clone(),
        };
        tracker.spawn(background(intake.run()));
        tracker.spawn(background(relay.run()));
        Ok(broker)
    }

    /// Whether both directions work.
    ///
    /// # Errors
    /// What is wrong, in a few words.
    pub fn check(&self) -> Result<(), &'static str> {
        [self.intake.now(), self.relay.now()].into_iter().try_for_each(Standing::check)
    }
}

/// Asks a broker once whether it lets this program in and agrees with what is to be there.
///
/// # Errors
/// What is wrong, in a few words.
pub async fn probe(url: &str) -> Result<(), &'static str> {
    let uri = address(url).map_err(|BadAddress| "AMQP_URL is no address")?;
    let tried = async {
        let connection = connection::open(&uri, "verstak doctor").await?;
        topology::declare(&connection).await?;
        connection::close(&connection).await;
        Ok::<(), error::BrokerError>(())
    };
    tried.await.map_err(|error| {
        tracing::debug!(error = &error as &dyn std::error::Error, "the broker does not work");
        Standing::after(&error).check().err().unwrap_or("does not answer")
    })
}

fn address(url: &str) -> Result<AMQPUri, BadAddress> {
    // The parser's own word may repeat the password.
    url.parse().map_err(|_| BadAddress)
}
