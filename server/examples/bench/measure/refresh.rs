//! Readers while a refresh runs, against readers while none runs, within one load.

use std::{
    rc::Rc,
    time::{Duration, Instant},
};

use crate::{
    Failure,
    figures::{hand_in, percentile, tell},
    load::{Ask, Load, Until, load},
    refreshes::{Watch, Window},
    site::{Person, Site},
};

/// Reads under a load that takes all there is, and under half of it.
#[derive(Debug, clap::Args)]
pub struct Refresh {
    /// ADDRESS,ADMIN,PID
    site: Site,
    /// Seconds of each of the two loads; a refresh ends every 30 to 46
    #[arg(long, default_value_t = 120.0)]
    seconds: f64,
    /// Connections that ask at once
    #[arg(long, default_value_t = 16)]
    connections: usize,
    /// The row of the throughput
    #[arg(long)]
    throughput: String,
    /// The row of the 99th percentile
    #[arg(long)]
    p99: String,
}

/// How often the server is asked whether a refresh has ended.
const LOOK: Duration = Duration::from_millis(25);
/// This near to a refresh nothing counts as "none".
const MARGIN: Duration = Duration::from_millis(150);

/// One load, split by whether a refresh ran.
struct Split {
    refreshes: usize,
    share: f64,
    during: (f64, f64),
    without: (f64, f64),
}

impl Split {
    fn throughput(&self) -> f64 {
        self.during.0 / self.without.0
    }

    fn p99(&self) -> f64 {
        self.during.1 / self.without.1
    }

    fn told(&self) -> String {
        format!(
            "{:.0}/s and p99 {:.2} ms in {} refreshes ({:.1} % of the time), {:.0}/s and p99 {:.2} ms without",
            self.during.0,
            self.during.1 / 1000.0,
            self.refreshes,
            self.share * 100.0,
            self.without.0,
            self.without.1 / 1000.0
        )
    }
}

impl Refresh {
    pub async fn run(&self) -> Result<(), Failure> {
        let person = self.site.sign_in("operator1").await?;
        let full = self.split(&person, Duration::ZERO).await?;
        tell(full.told());
        // Each connection rests for about as long as it took, so that about half is asked for.
        let pause = Duration::from_secs_f64(self.connections as f64 / full.without.0);
        let half = self.split(&person, pause).await?;
        tell(half.told());
        let note = |one: &Split, other: f64| {
            format!("all that the machine gives: {}; at about half of that load {other:.2}×", one.told())
        };
        hand_in(&self.throughput, Some(full.throughput()), &note(&full, half.throughput()))?;
        hand_in(&self.p99, Some(full.p99()), &note(&full, half.p99()))
    }

    async fn split(&self, person: &Person, pause: Duration) -> Result<Split, Failure> {
        let request = self.site.get(person, "/api/board", &[("Accept-Encoding", "br")]);
        let asks: Rc<[Ask]> = Rc::new([Ask { request, status: 200, body: None }]);
        let watch = Watch::begin(&self.site, LOOK);
        let time = Until::Passed(Duration::from_secs_f64(self.seconds));
        let loaded = load(&self.site, &asks, self.connections, time, pause).await;
        let (loaded, windows) = (loaded?, watch.end().await?);
        let split = divide(&loaded, &windows);
        if split.refreshes == 0 || split.without.0 == 0.0 {
            return Err("no refresh came, or nothing else; more --seconds are needed".into());
        }
        Ok(split)
    }
}

fn divide(loaded: &Load, windows: &[Window]) -> Split {
    let begun = loaded.begun.unwrap_or_else(Instant::now);
    let offset = |at: Instant| at.saturating_duration_since(begun).as_secs_f64();
    let windows = windows.iter().map(|(from, to)| (offset(*from), offset(*to).min(loaded.seconds)));
    let windows: Vec<_> = windows.filter(|(from, to)| from < to).collect();
    let margin = MARGIN.as_secs_f64();
    let (mut during, mut without) = (Vec::new(), Vec::new());
    for (end, took) in &loaded.times {
        let at = f64::from(*end) / 1e6;
        if windows.iter().any(|(from, to)| (*from..=*to).contains(&at)) {
            during.push(*took);
        } else if !windows.iter().any(|(from, to)| (from - margin..=to + margin).contains(&at)) {
            without.push(*took);
        }
    }
    during.sort_unstable();
    without.sort_unstable();
    let inside: f64 = windows.iter().map(|(from, to)| to - from).sum();
    let outside = loaded.seconds - inside - windows.len() as f64 * 2.0 * margin;
    Split {
        refreshes: windows.len(),
        share: inside / loaded.seconds,
        during: (during.len() as f64 / inside, percentile(&during, 0.99)),
        without: (without.len() as f64 / outside, percentile(&without, 0.99)),
    }
}
