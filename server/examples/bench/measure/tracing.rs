//! What recording traces costs: the same request to servers that record the default share, and to as many that record
//! none. Two processes of one program differ by more than that (where their memory came to lie), so there are pairs of
//! them, and the middle one counts.

use std::rc::Rc;

use crate::{
    Failure,
    contest::{Measure, Side, contest},
    figures::hand_in,
    load::Ask,
    site::Site,
};

/// The cost of tracing.
#[derive(Debug, clap::Args)]
pub struct Tracing {
    /// The servers that record: ADDRESS,ADMIN,PID
    #[arg(required = true)]
    sites: Vec<Site>,
    /// Those that do not, as many
    #[arg(long, required = true)]
    without: Vec<Site>,
    /// The row
    #[arg(long)]
    row: String,
    #[command(flatten)]
    measure: Measure,
}

impl Tracing {
    pub async fn run(&self) -> Result<(), Failure> {
        let (with, without) = (self.sites.len(), self.without.len());
        if with != without {
            return Err(format!(
                "{with} servers that record, but {without} that do not: they are measured in pairs"
            )
            .into());
        }
        let person = self.sites[0].sign_in("operator1").await?;
        let asks = |site: &Site| -> Rc<[Ask]> {
            let request = site.get(&person, "/api/board", &[("Accept-Encoding", "br")]);
            Rc::new([Ask { request, status: 200, body: None }])
        };
        let mut pairs = Vec::with_capacity(self.sites.len());
        for (with, without) in self.sites.iter().zip(&self.without) {
            let sides = [
                Side { name: "traced", site: with, asks: asks(with) },
                Side { name: "untraced", site: without, asks: asks(without) },
            ];
            let [traced, untraced] = contest(sides, self.measure).await?;
            pairs.push(((traced.least_cpu / untraced.least_cpu - 1.0) * 100.0, traced, untraced));
        }
        pairs.sort_by(|one, other| one.0.total_cmp(&other.0));
        let all: Vec<_> = pairs.iter().map(|pair| format!("{:.1}", pair.0)).collect();
        let (cost, traced, untraced) = pairs[pairs.len() / 2];
        let note = format!(
            "the middle one of the pairs, which had {} %: the server's CPU for one answer: {:.1} µs against {:.1} µs; \
             {:.0}/s against {:.0}/s; p99 {:.1} ms against {:.1} ms",
            all.join(", "),
            traced.least_cpu,
            untraced.least_cpu,
            traced.rate,
            untraced.rate,
            traced.p99 / 1000.0,
            untraced.p99 / 1000.0
        );
        hand_in(&self.row, Some(cost), &note)
    }
}
