//! Two sides under the same load, in turns, so that whatever else the machine does meets both; the best round of each
//! counts.

use std::{rc::Rc, time::Duration};

use crate::{
    Failure,
    figures::{percentile, tell},
    load::{Ask, Until, load},
    site::Site,
};

/// One side.
pub struct Side<'a> {
    /// For people.
    pub name: &'a str,
    /// Who is asked.
    pub site: &'a Site,
    /// What is asked.
    pub asks: Rc<[Ask]>,
}

/// The best round of a side.
#[derive(Debug, Clone, Copy, Default)]
pub struct Best {
    /// Answers a second.
    pub rate: f64,
    /// Microseconds of the server's CPU for one answer.
    pub cpu: f64,
    /// Half of the answers came within so many microseconds.
    pub p50: f64,
    /// 99 of a hundred did.
    pub p99: f64,
}

/// How long and how often.
#[derive(Debug, Clone, Copy, clap::Args)]
pub struct Measure {
    /// Seconds of one round
    #[arg(long, default_value_t = 2.0)]
    pub seconds: f64,
    /// Rounds of each side
    #[arg(long, default_value_t = 5)]
    pub rounds: u32,
    /// Connections that ask at once
    #[arg(long, default_value_t = 16)]
    pub connections: usize,
}

/// Holds the contest: A B A B ….
pub async fn contest(sides: [Side<'_>; 2], measure: Measure) -> Result<[Best; 2], Failure> {
    let mut best = [Best::default(); 2];
    let time = Duration::from_secs_f64(measure.seconds);
    for side in &sides {
        load(side.site, &side.asks, measure.connections, Until::Passed(time / 4), Duration::ZERO).await?;
    }
    for round in 1..=measure.rounds {
        for (side, best) in sides.iter().zip(&mut best) {
            let before = side.site.process.cpu_seconds()?;
            let loaded =
                load(side.site, &side.asks, measure.connections, Until::Passed(time), Duration::ZERO).await?;
            let cpu = (side.site.process.cpu_seconds()? - before) * 1e6 / loaded.answers as f64;
            let sorted = loaded.durations();
            let this = Best {
                rate: loaded.rate(),
                cpu,
                p50: percentile(&sorted, 0.5),
                p99: percentile(&sorted, 0.99),
            };
            tell(format_args!(
                "round {round}, {}: {:.0} answers/s, p50 {:.0} µs, p99 {:.0} µs, {:.0} µs of the server's CPU each",
                side.name, this.rate, this.p50, this.p99, this.cpu
            ));
            if this.rate > best.rate {
                *best = this;
            }
        }
    }
    Ok(best)
}
