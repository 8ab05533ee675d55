//! Promises to all orders of simulated years: how many were kept, and how long an answer takes.

use std::time::Instant;

use app::domain::{
    Timestamp,
    passport::Stage,
    promise::{Forecast, Model, State},
};

use crate::{Failure, figures::hand_in, workshop, year};

/// The promise's calibration.
#[derive(Debug, clap::Args)]
pub struct Promise {
    /// The row of the year that kept least
    #[arg(long)]
    least: String,
    /// The row of the year that kept most
    #[arg(long)]
    most: String,
    /// The row of one answer
    #[arg(long)]
    time: String,
    /// Years
    #[arg(long, default_value_t = 5)]
    years: u64,
}

impl Promise {
    pub async fn run(&self) -> Result<(), Failure> {
        let mut kept = Vec::new();
        for seed in 1..=self.years {
            let (count, judged) = year::judged(seed);
            let shares = judged.shares().map(Option::unwrap_or_default);
            kept.push((
                shares[1],
                format!("{:.1}/{:.1}/{:.1} % of {count}", shares[0], shares[1], shares[2]),
            ));
        }
        let of =
            |better: fn(f64, f64) -> f64, from: f64| kept.iter().map(|(share, _)| *share).fold(from, better);
        let years: Vec<_> = kept.iter().map(|(_, words)| words.as_str()).collect();
        let note = format!("50/85/95 % days kept in {} simulated years: {}", self.years, years.join("; "));
        hand_in(&self.least, Some(of(f64::min, f64::INFINITY)), &note)?;
        hand_in(&self.most, Some(of(f64::max, 0.0)), &note)?;
        self.time()
    }

    fn time(&self) -> Result<(), Failure> {
        let orders = workshop::simulate(1);
        let first = orders.first().ok_or("a year without orders")?;
        let now = Timestamp::from_millis(first.approved.millis() + 100 * year::DAY_MS);
        let stays = year::known(&orders, now);
        let model = Model::of(&stays, year::CALENDAR).ok_or("too few stays")?;
        let state = State { stage: Stage::Free, since: now, now };
        let begun = Instant::now();
        const ANSWERS: u32 = 100;
        for seed in 0..ANSWERS {
            let _ = Forecast::make(&model, state, u64::from(seed));
        }
        let ms = begun.elapsed().as_secs_f64() * 1000.0 / f64::from(ANSWERS);
        hand_in(&self.time, Some(ms), &format!("from {} stays; mean of {ANSWERS}", stays.len()))
    }
}
