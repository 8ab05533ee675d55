//! RabbitMQ: order messages in, news out, and what could not be taken in to the radar. The only place that names lapin.
//!
//! Every direction lives without the broker: it connects, and connects again, for as long as the server runs.

mod connection;
mod consumer;
mod dead;
mod error;
mod letters;
mod line;
mod pace;
mod post;
mod relay;
mod standing;
mod topology;

use std::sync::Arc;

use app::radar::Line as Way;
use lapin::uri::AMQPUri;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::{
    clock::{SharedClock, SharedEntropy},
    desk::Desk,
    store::background,
};
use consumer::Intake;
use letters::Letters;
use line::Line;
use relay::Relay;
use standing::Told;

/// A log filter for what the client would write of a returned message: its whole body.
pub const SILENCE: &str = "lapin::returned_messages=off";

/// `AMQP_URL` that is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be amqp://user:password@host:port/vhost, or amqps://")]
pub struct BadAddress;

/// What the broker's directions work with.
#[derive(Debug, Clone)]
pub struct Settings {
    /// `AMQP_URL`.
    pub url: String,
    /// The time.
    pub clock: SharedClock,
    /// For jitter.
    pub entropy: SharedEntropy,
}

/// The broker's directions, at work in the background. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Broker {
    told: [Told; 3],
}

impl Broker {
    /// Starts all. Nothing is taken in any more once `draining` is cancelled; what happens is told until
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
        let told = [Way::Intake, Way::Relay, Way::Letters].map(|way| Told::new(way, desk));
        let line = |told: &Told, stop: &CancellationToken| Line {
            uri: uri.clone(),
            desk: Arc::clone(desk),
            clock: settings.clock.clone(),
            entropy: settings.entropy.clone(),
            told: told.clone(),
            stop: stop.clone(),
        };
        let [intake, relay, letters] = &told;
        tracker.spawn(background(line::run(Intake(line(intake, draining)))));
        tracker.spawn(background(line::run(Relay(line(relay, stopping)))));
        tracker.spawn(background(line::run(Letters(line(letters, draining)))));
        Ok(Self { told })
    }

    /// Whether all directions work.
    ///
    /// # Errors
    /// What is wrong, in a few words.
    pub fn check(&self) -> Result<(), &'static str> {
        self.told.iter().map(Told::now).try_for_each(standing::check)
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
        standing::check(standing::after(&error)).err().unwrap_or("does not answer")
    })
}

fn address(url: &str) -> Result<AMQPUri, BadAddress> {
    // The parser's own word may repeat the password.
    url.parse().map_err(|_| BadAddress)
}
