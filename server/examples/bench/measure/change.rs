//! What one change costs a server that nobody loads.

use std::time::Duration;

use tokio::time::{Instant, sleep_until};

use crate::{
    Failure,
    database::Database,
    figures::{hand_in, tell},
    site::Site,
    streams::Streams,
};

/// CPU of the server for one change, with boards open.
#[derive(Debug, clap::Args)]
pub struct Change {
    /// ADDRESS,ADMIN,PID
    site: Site,
    /// Open boards
    #[arg(long, default_value_t = 50)]
    boards: usize,
    /// Changes of one round
    #[arg(long, default_value_t = 200)]
    changes: u32,
    /// Rounds
    #[arg(long, default_value_t = 5)]
    rounds: u32,
    /// The row
    #[arg(long)]
    row: String,
}

/// Between two changes: each is read, sent and taken in by itself.
const EVERY: Duration = Duration::from_millis(20);
/// Windows that a refresh fell into are taken again, this often at most.
const AGAIN: u32 = 30;

impl Change {
    pub async fn run(&self) -> Result<(), Failure> {
        let streams = Streams::default();
        streams.open(&self.site, &self.site.sign_in("operator1").await?, self.boards).await?;
        let database = Database::open().await?;
        let orders = database.actual().await?;
        let (mut idle, mut busy, mut tries) = (Vec::new(), Vec::new(), 0);
        while busy.len() < self.rounds as usize {
            tries += 1;
            if tries > AGAIN {
                return Err("a refresh fell into every window".into());
            }
            let still = self.window(None).await?;
            streams.take();
            let moving = self.window(Some((&database, &orders, tries))).await?;
            streams.gather(self.boards * self.changes as usize).await?;
            let (Some(still), Some(moving)) = (still, moving) else { continue };
            tell(format_args!(
                "round {}: {:.0} ms idle, {:.0} ms with changes",
                busy.len() + 1,
                still,
                moving
            ));
            idle.push(still);
            busy.push(moving);
        }
        streams.close();
        let least = |of: &[f64]| of.iter().copied().fold(f64::INFINITY, f64::min);
        let (idle, busy) = (least(&idle), least(&busy));
        let note = format!(
            "{busy:.0} ms of CPU (user and system) in a window with {} changes by SQL, {idle:.0} ms in one without; \
             {} open streams; windows with a refresh are left out",
            self.changes, self.boards
        );
        hand_in(&self.row, Some((busy - idle) / f64::from(self.changes)), &note)
    }

    /// Milliseconds of CPU in one window; nothing when a refresh fell into it.
    async fn window(&self, changes: Option<(&Database, &[uuid::Uuid], u32)>) -> Result<Option<f64>, Failure> {
        let refreshes =
            || async { Ok::<_, Failure>(self.site.counted().await?.sum("board_refreshes_total", "")) };
        let before = refreshes().await?;
        let (cpu, begun) = (self.site.process.cpu_seconds()?, Instant::now());
        for turn in 0..self.changes {
            if let Some((database, orders, round)) = changes {
                let order = orders.get(turn as usize % orders.len().max(1)).ok_or("no orders")?;
                database.change(*order, &format!("замер {round}-{turn}")).await?;
            }
            sleep_until(begun + EVERY * (turn + 1)).await;
        }
        let used = (self.site.process.cpu_seconds()? - cpu) * 1000.0;
        Ok((refreshes().await? == before).then_some(used))
    }
}
