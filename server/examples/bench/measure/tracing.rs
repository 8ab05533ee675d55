//! What recording traces costs: the same request to a server that records the default share, and to one that records none.

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
    /// The server that records: ADDRESS,ADMIN,PID
    site: Site,
    /// The one that does not
    #[arg(long)]
    without: Site,
    /// The row
    #[arg(long)]
    row: String,
    #[command(flatten)]
    measure: Measure,
}

impl Tracing {
    pub async fn run(&self) -> Result<(), Failure> {
        let person = self.site.sign_in("operator1").await?;
        let asks = |site: &Site| -> Rc<[Ask]> {
            let request = site.get(&person, "/api/board", &[("Accept-Encoding", "br")]);
            Rc::new([Ask { request, status: 200, body: None }])
        };
        let sides = [
            Side { name: "traced", site: &self.site, asks: asks(&self.site) },
            Side { name: "untraced", site: &self.without, asks: asks(&self.without) },
        ];
        let [traced, untraced] = contest(sides, self.measure).await?;
        let cost = (traced.least_cpu / untraced.least_cpu - 1.0) * 100.0;
        let note = format!(
            "the server's CPU for one answer: {:.1} µs against {:.1} µs; {:.0}/s against {:.0}/s; p99 {:.1} ms against {:.1} ms",
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
