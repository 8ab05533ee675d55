//! What breaks, and when.

use std::{cell::Cell, fmt, rc::Rc, time::Duration};

use rand::{Rng as _, SeedableRng as _, rngs::StdRng};
use tokio::{
    task::{JoinHandle, spawn_local},
    time::sleep,
};

use super::Stage;
use crate::{Failure, database::Database};

/// How often each thing broke.
#[derive(Debug, Clone, Copy, Default)]
pub struct Broken {
    pub kills: u32,
    /// Of RabbitMQ, in order and not.
    pub restarts: u32,
    pub crashes: u32,
    pub cuts: u32,
    /// Sessions of PostgreSQL ended, all at once.
    pub ended: u32,
    /// RabbitMQ came back, started as the runbook says, with a queue that did not answer, and had to be helped.
    pub helped: u32,
}

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { kills, restarts, cuts, ended, .. } = self;
        write!(
            f,
            "{kills} servers killed, RabbitMQ restarted {restarts} times, lines cut {cuts}+{ended} times"
        )
    }
}

/// Breaks things until it is ended, and mends them then.
pub struct Trouble {
    over: Rc<Cell<bool>>,
    task: JoinHandle<Result<(Broken, Stage), Failure>>,
}

impl Trouble {
    /// Begins.
    pub fn begin(seed: u64, stage: Stage) -> Self {
        let over = Rc::new(Cell::new(false));
        let task = spawn_local(go(StdRng::seed_from_u64(seed ^ 0x7472_6f75), stage, Rc::clone(&over)));
        Self { over, task }
    }

    /// Breaks nothing more; everything is whole again when this returns.
    pub async fn end(self) -> Result<(Broken, Stage), Failure> {
        self.over.set(true);
        self.task.await?
    }
}

/// Every kind comes round before the first one comes again, in an order of its own each time.
async fn go(mut random: StdRng, mut stage: Stage, over: Rc<Cell<bool>>) -> Result<(Broken, Stage), Failure> {
    let (mut broken, mut kinds) = (Broken::default(), Vec::new());
    while !over.get() {
        if kinds.is_empty() {
            kinds = vec![0, 0, 1, 2, 3, 4];
        }
        let kind = kinds.swap_remove(random.random_range(0..kinds.len()));
        match kind {
            0 => {
                let which = random.random_range(0..stage.servers.len());
                stage.servers[which].kill_and_start()?;
                broken.kills += 1;
            }
            1 | 2 => {
                stage.rabbit.end(kind == 2).await?;
                sleep(Duration::from_millis(random.random_range(0..3_000))).await;
                broken.helped += stage.rabbit.come_back().await?;
                broken.restarts += 1;
                broken.crashes += u32::from(kind == 2);
            }
            3 => {
                stage.proxy.cut();
                broken.cuts += 1;
            }
            _ => {
                Database::open().await?.end_sessions().await?;
                broken.ended += 1;
            }
        }
        sleep(Duration::from_millis(random.random_range(1_000..3_000))).await;
    }
    Ok((broken, stage))
}
