//! A RabbitMQ of the measurement's own, which keeps its data: stopped, killed and started again. The process is the
//! tests' own; what it does takes seconds, so it is done where nobody waits for it.

#[expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "written for tests: it ends where it cannot go on"
)]
#[path = "../../tests/rabbit/own.rs"]
mod own;

use std::time::Duration;

use own::OwnRabbit;
use tokio::task::spawn_blocking;

use crate::{
    Failure,
    broker::{DEAD, NEWS, QUEUE, as_soon_as_there},
};

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

    /// Starts it again, with what it had, as the runbook has it started; its queues answer when this returns. How often they
    /// had to be told once more to choose a leader.
    pub async fn come_back(&mut self) -> Result<u32, Failure> {
        self.change(OwnRabbit::again).await?;
        for helped in 0..5 {
            if self.queues_answer().await {
                return Ok(helped);
            }
            self.change(|rabbit| rabbit.elect()).await?;
        }
        Err("RabbitMQ does not come back with its queues".into())
    }

    async fn queues_answer(&self) -> bool {
        let ask = async {
            let broker = as_soon_as_there(&self.url()).await?;
            for queue in [QUEUE, DEAD] {
                broker.look(queue).await?;
            }
            broker.probe(NEWS).await
        };
        tokio::time::timeout(Duration::from_secs(20), ask).await.is_ok_and(|asked| asked.is_ok())
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
