//! From a commit to everybody who watches.

use std::{collections::HashMap, thread, time::Duration};

use crate::{
    Failure,
    database::Database,
    figures::{hand_in, percentile, tell},
    site::Site,
    streams::{Arrival, Streams, now},
};

/// How long a commit, made by nobody's server, takes to come out of every stream.
#[derive(Debug, clap::Args)]
pub struct Commits {
    /// ADDRESS,ADMIN,PID of each server; the streams are spread over them
    #[arg(required = true)]
    sites: Vec<Site>,
    /// Streams altogether
    #[arg(long)]
    streams: usize,
    /// Commits of one round
    #[arg(long, default_value_t = 40)]
    commits: usize,
    /// Milliseconds between two
    #[arg(long, default_value_t = 50)]
    every: u64,
    /// Rounds
    #[arg(long, default_value_t = 5)]
    rounds: usize,
    /// A commit has arrived when the last stream has it, instead of once for each
    #[arg(long)]
    by_all: bool,
    /// The row
    #[arg(long)]
    row: String,
    /// The row for the memory of a stream
    #[arg(long)]
    memory: Option<String>,
}

/// Percentiles of one round, in milliseconds.
#[derive(Debug, Clone, Copy)]
struct Round {
    p50: f64,
    p99: f64,
    confirmed: f64,
}

impl Commits {
    pub async fn run(&self) -> Result<(), Failure> {
        let streams = Streams::default();
        let person = self.sites[0].sign_in("operator1").await?;
        let before = self.held()?;
        for site in &self.sites {
            streams.open(site, &person, self.streams / self.sites.len()).await?;
        }
        let open = self.streams / self.sites.len() * self.sites.len();
        let mut counted = 0.0;
        for site in &self.sites {
            counted += site.counted().await?.sum("live_streams", "");
        }
        if counted < open as f64 {
            return Err(format!("{counted} of {open} streams are open").into());
        }
        let mut rounds = Vec::new();
        for round in 1..=self.rounds {
            let this = self.round(&streams, open).await?;
            tell(format_args!(
                "round {round}: {open} streams, p50 {:.2} ms, p99 {:.2} ms",
                this.p50, this.p99
            ));
            rounds.push(this);
        }
        let after = self.held()?;
        streams.close();
        rounds.sort_by(|a, b| a.p99.total_cmp(&b.p99));
        let (best, worst) = (rounds[0], rounds[rounds.len() - 1]);
        let note = format!(
            "p99 from the log's own time of the commit (before the disk has it) to the read of the stream; {open} \
             streams over {} server(s), {} commits by SQL; p50 {:.2} ms; from the database's confirmation p99 {:.2} \
             ms; worst round p99 {:.2} ms",
            self.sites.len(),
            self.commits,
            best.p50,
            best.confirmed,
            worst.p99
        );
        hand_in(&self.row, Some(best.p99), &note)?;
        if let Some(row) = &self.memory {
            let each = (after - before) / open as f64;
            let note =
                format!("{before:.0} kB resident before, {after:.0} kB with {open} streams that were used");
            hand_in(row, Some(each), &note)?;
        }
        Ok(())
    }

    fn held(&self) -> Result<f64, Failure> {
        self.sites.iter().map(|site| Ok(site.process.memory()?.resident)).sum()
    }

    async fn round(&self, streams: &Streams, open: usize) -> Result<Round, Failure> {
        let database = Database::open().await?;
        let base = database.head().await?;
        streams.take();
        let (commits, every) = (self.commits, Duration::from_millis(self.every));
        // On a thread of its own: what it notes must not wait for the streams to be read.
        let writer = thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
            runtime.block_on(write(commits, every))
        });
        let arrived = streams.gather(open * commits).await;
        let confirmed = writer.join().map_err(|_| "the writer panicked")??;
        let arrived = arrived?;
        let committed = database.committed_after(base).await?;
        if committed.len() != commits || arrived.len() != open * commits {
            return Err(format!("{} commits came as {} arrivals", committed.len(), arrived.len()).into());
        }
        let (mut since, mut after) = (Vec::new(), Vec::new());
        for arrival in if self.by_all { last_ones(arrived) } else { arrived } {
            let at = usize::try_from(arrival.rev - base - 1)?;
            let (Some((_, committed)), Some(confirmed)) = (committed.get(at), confirmed.get(at)) else {
                return Err(format!("change {} is nobody's", arrival.rev).into());
            };
            since.push((arrival.at - committed) as f64 / 1000.0);
            after.push(((arrival.at - confirmed) as f64 / 1000.0).max(0.0));
        }
        since.sort_by(f64::total_cmp);
        after.sort_by(f64::total_cmp);
        Ok(Round {
            p50: percentile(&since, 0.5),
            p99: percentile(&since, 0.99),
            confirmed: percentile(&after, 0.99),
        })
    }
}

/// Of each change its last arrival.
fn last_ones(arrived: Vec<Arrival>) -> Vec<Arrival> {
    let mut last: HashMap<i64, Arrival> = HashMap::new();
    for arrival in arrived {
        let known = last.entry(arrival.rev).or_insert(arrival);
        known.at = known.at.max(arrival.at);
    }
    last.into_values().collect()
}

/// Commits one change after the other; when each was confirmed.
async fn write(commits: usize, every: Duration) -> Result<Vec<i64>, Failure> {
    let database = Database::open().await?;
    let orders = database.actual().await?;
    let mut confirmed = Vec::new();
    for turn in 0..commits {
        let order = orders.get(turn % orders.len().max(1)).ok_or("no orders")?;
        database.change(*order, &format!("замер {}", now())).await?;
        confirmed.push(now());
        tokio::time::sleep(every).await;
    }
    Ok(confirmed)
}
