//! What one change costs a server that nobody loads.

use std::time::Duration;

use tokio::time::{Instant, sleep_until};

use crate::{
    Failure,
    database::Database,
    figures::{hand_in, percentile, tell},
    refreshes::Watch,
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
    /// Rounds; a refresh falls into about half of them
    #[arg(long, default_value_t = 16)]
    rounds: u32,
    /// The row
    #[arg(long)]
    row: String,
}

/// Between two changes: each is read, sent and taken in by itself.
const EVERY: Duration = Duration::from_millis(20);
/// How often the server is asked for its refreshes: rarely, for to answer costs CPU, too.
const LOOK: Duration = Duration::from_secs(1);
/// Windows of each kind that no refresh fell into, or the figure means nothing.
const LEAST: usize = 3;

/// Milliseconds of CPU between two moments.
type Used = (Instant, Instant, f64);

impl Change {
    pub async fn run(&self) -> Result<(), Failure> {
        let streams = Streams::default();
        streams.open(&self.site, &self.site.sign_in("operator1").await?, self.boards).await?;
        let database = Database::open().await?;
        let orders = database.actual().await?;
        let watch = Watch::begin(&self.site, LOOK);
        let (mut idle, mut busy) = (Vec::new(), Vec::new());
        for round in 1..=self.rounds {
            idle.push(self.window(None).await?);
            streams.take();
            busy.push(self.window(Some((&database, &orders, round))).await?);
            streams.gather(self.boards * self.changes as usize).await?;
            tell(format_args!(
                "round {round}: {:.0} ms idle, {:.0} ms with changes",
                idle[idle.len() - 1].2,
                busy[busy.len() - 1].2
            ));
        }
        let refreshes = watch.end().await?;
        streams.close();
        let quiet = |used: &[Used]| -> Vec<f64> {
            let meets = |(from, to, _): &Used| {
                refreshes.iter().any(|(begun, ended)| *begun < to.into_std() && *ended > from.into_std())
            };
            used.iter().filter(|it| !meets(it)).map(|(_, _, used)| *used).collect()
        };
        let (mut idle, mut busy) = (quiet(&idle), quiet(&busy));
        if idle.len().min(busy.len()) < LEAST {
            return Err(
                format!("a refresh fell into all but {} and {} windows", idle.len(), busy.len()).into()
            );
        }
        idle.sort_by(f64::total_cmp);
        busy.sort_by(f64::total_cmp);
        let (still, moving) = (percentile(&idle, 0.5), percentile(&busy, 0.5));
        let note = format!(
            "{moving:.0} ms of CPU (user and system) in a window with {} changes by SQL, the median of {}, {still:.0} ms in \
             one without, the median of {}; the least {:.0} and {:.0} ms; {} open streams; windows with a refresh are left out",
            self.changes,
            busy.len(),
            idle.len(),
            busy[0],
            idle[0],
            self.boards
        );
        hand_in(&self.row, Some((moving - still) / f64::from(self.changes)), &note)
    }

    async fn window(&self, changes: Option<(&Database, &[uuid::Uuid], u32)>) -> Result<Used, Failure> {
        let (cpu, begun) = (self.site.process.cpu_seconds()?, Instant::now());
        for turn in 0..self.changes {
            if let Some((database, orders, round)) = changes {
                let order = orders.get(turn as usize % orders.len().max(1)).ok_or("no orders")?;
                database.change(*order, &format!("замер {round}-{turn}")).await?;
            }
            sleep_until(begun + EVERY * (turn + 1)).await;
        }
        let used = (self.site.process.cpu_seconds()? - cpu) * 1000.0;
        Ok((begun, Instant::now(), used))
    }
}
