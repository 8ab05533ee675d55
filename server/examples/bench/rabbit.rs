//! A RabbitMQ of the measurement's own, which keeps its data: stopped, killed and started again. The process is the
//! tests' own; what it does takes seconds, so it is done where nobody waits for it.

#[expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "written for tests: it ends where it cannot go on"
)]
#[path = "../../tests/rabbit/own.rs"]
mod own;

use own::OwnRabbit;
use tokio::task::spawn_blocking;

use crate::Failure;

/// A broker.
pub struct Rabbit(Option<OwnRabbit>);

impl Rabbit {
    /// Starts one.
    pub async fn start() -> Result<Self, Failure> {
        Ok(Self(Some(spawn_blocking(OwnRabbit::start).await?)))
    }

    /// Its address.
    pub fn url(&self) -> String {
        self.0.as_ref().map(OwnRabbit::url).unwrap_or_default()
    }

    /// Its port.
    pub fn port(&self) -> u16 {
        let url = self.url();
        let port = url.rsplit_once(':').and_then(|(_, rest)| rest.split('/').next());
        port.and_then(|port| port.parse().ok()).unwrap_or_default()
    }

    /// Stops it in order, or kills it; the process is gone when this returns.
    pub async fn end(&mut self, kill: bool) -> Result<(), Failure> {
        self.change(move |rabbit| if kill { rabbit.kill() } else { rabbit.stop() }).await
    }

    /// Starts it again, with what it had; it answers when this returns.
    pub async fn again(&mut self) -> Result<(), Failure> {
        self.change(OwnRabbit::again).await
    }

    async fn change(&mut self, act: impl FnOnce(&mut OwnRabbit) + Send + 'static) -> Result<(), Failure> {
        let Some(mut rabbit) = self.0.take() else { return Err("RabbitMQ is lost".into()) };
        let changed = spawn_blocking(move || {
            act(&mut rabbit);
            rabbit
        });
        self.0 = Some(changed.await?);
        Ok(())
    }
}
