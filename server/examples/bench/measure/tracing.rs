//! What recording traces costs: the same request to one server, in turns while it records the default share and while
//! it records none. One process and not two: two processes of one program differ by more than that, wherever their
//! memory came to lie. While none is recorded, no span is brought to the layer of traces (`server::trace::record`).

use std::{rc::Rc, time::Duration};

use crate::{
    Failure,
    figures::{hand_in, percentile, tell},
    load::{Ask, Until, load},
    site::Site,
};

/// The cost of tracing.
#[derive(Debug, clap::Args)]
pub struct Tracing {
    /// The server: ADDRESS,ADMIN,PID
    site: Site,
    /// The row
    #[arg(long)]
    row: String,
    /// Pairs of rounds, in the order on, off, off, on …
    #[arg(long, default_value_t = 60)]
    pairs: usize,
    /// Seconds of one round
    #[arg(long, default_value_t = 0.5)]
    seconds: f64,
    /// Connections that ask at once
    #[arg(long, default_value_t = 16)]
    connections: usize,
}

/// One round: microseconds of the server's CPU for one answer, and answers a second.
#[derive(Debug, Clone, Copy)]
struct Round {
    cpu: f64,
    rate: f64,
}

impl Tracing {
    pub async fn run(&self) -> Result<(), Failure> {
        let share = self.site.trace_share().await?;
        if share.parse::<f64>()? <= 0.0 {
            return Err("a server that records traces is wanted".into());
        }
        let person = self.site.sign_in("operator1").await?;
        let request = self.site.get(&person, "/api/board", &[("Accept-Encoding", "br")]);
        let asks: Rc<[Ask]> = Rc::new([Ask { request, status: 200, body: None }]);
        self.round(&share, &asks).await?;
        let mut pairs = Vec::with_capacity(self.pairs);
        for pair in 0..self.pairs {
            let (with, without);
            if pair % 2 == 0 {
                with = self.round(&share, &asks).await?;
                without = self.round("0", &asks).await?;
            } else {
                without = self.round("0", &asks).await?;
                with = self.round(&share, &asks).await?;
            }
            tell(format_args!("pair {}: {:.2} µs with, {:.2} µs without", pair + 1, with.cpu, without.cpu));
            pairs.push((with, without));
        }
        self.site.set_trace_share(&share).await?;
        let of = |figure: &dyn Fn(&(Round, Round)) -> f64| {
            let mut sorted: Vec<f64> = pairs.iter().map(figure).collect();
            sorted.sort_by(f64::total_cmp);
            sorted
        };
        let costs = of(&|(with, without)| (with.cpu / without.cpu - 1.0) * 100.0);
        let [low, high] = likely(&costs);
        let note = format!(
            "the middle one of {} pairs of rounds of {} s in one server, which lies between {low:.1} and {high:.1} % with \
             95 %; a quarter of the pairs is below {:.1} %, a quarter above {:.1} %; the server's CPU for one answer: {:.1} µs \
             against {:.1} µs; {:.0}/s against {:.0}/s",
            costs.len(),
            self.seconds,
            percentile(&costs, 0.25),
            percentile(&costs, 0.75),
            percentile(&of(&|(with, _)| with.cpu), 0.5),
            percentile(&of(&|(_, without)| without.cpu), 0.5),
            percentile(&of(&|(with, _)| with.rate), 0.5),
            percentile(&of(&|(_, without)| without.rate), 0.5),
        );
        hand_in(&self.row, Some(percentile(&costs, 0.5)), &note)
    }

    async fn round(&self, share: &str, asks: &Rc<[Ask]>) -> Result<Round, Failure> {
        self.site.set_trace_share(share).await?;
        let before = self.site.process.cpu_seconds()?;
        let time = Until::Passed(Duration::from_secs_f64(self.seconds));
        let loaded = load(&self.site, asks, self.connections, time, Duration::ZERO).await?;
        let cpu = (self.site.process.cpu_seconds()? - before) * 1e6 / loaded.answers as f64;
        Ok(Round { cpu, rate: loaded.rate() })
    }
}

/// Between which of the sorted figures their population's middle lies with 95 %: the binomial's bounds, by its normal
/// approximation (n/2 ± 0.98·√n).
fn likely(sorted: &[f64]) -> [f64; 2] {
    let n = sorted.len() as f64;
    let away = 0.98 * n.sqrt();
    let at = |place: f64| sorted[(place.clamp(0.0, n - 1.0)) as usize];
    [at((n / 2.0 - away).floor()), at((n / 2.0 + away).ceil())]
}
