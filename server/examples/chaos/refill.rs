//! How long Redis is incomplete after FLUSHALL: from the flush to the moment at which the whole board is there again.

use std::time::{Duration, Instant};

use tokio::time::sleep;

use crate::{
    Failure,
    figures::tell,
    stage::{
        Size, Stage,
        redis::{BOARD, Reply},
        service::until,
    },
    verdict::row,
};

/// Flushes Redis again and again, and takes the time until it is complete
#[derive(Debug, clap::Args)]
pub struct Refill {
    #[command(flatten)]
    size: Size,
    /// Actual orders
    #[arg(long, default_value_t = 2000)]
    actual: u32,
    /// How often
    #[arg(long, default_value_t = 30)]
    rounds: usize,
}

impl Refill {
    pub async fn run(&self) -> Result<(), Failure> {
        let stage = Stage::build(&Size { orders: self.actual, ..self.size.clone() }).await?;
        let whole = i64::from(self.actual) + 1;
        let mut took = Vec::new();
        for _ in 0..self.rounds {
            until("Redis is complete", async || is_whole(&stage, whole).await).await?;
            // At no particular moment of anybody's tick.
            sleep(Duration::from_millis(300 + 37 * took.len() as u64)).await;
            stage.redis.ask(&["FLUSHALL"]).await?;
            let begun = Instant::now();
            if is_whole(&stage, whole).await {
                return Err("FLUSHALL left everything where it was".into());
            }
            while !is_whole(&stage, whole).await {
                if begun.elapsed() > Duration::from_secs(20) {
                    return Err("Redis is not complete again after 20 s".into());
                }
                sleep(Duration::from_millis(1)).await;
            }
            took.push(begun.elapsed().as_secs_f64() * 1000.0);
        }
        took.sort_by(f64::total_cmp);
        let (best, median, worst) = (took[0], took[took.len() / 2], took[took.len() - 1]);
        tell(format_args!("{took:.0?}"));
        let note = format!(
            "the worst of {} rounds, {} orders, {} servers; the best {best:.0} ms, the median {median:.0} ms",
            took.len(),
            self.actual,
            stage.servers.len()
        );
        row("refill", Some(worst), &note)
    }
}

/// Whether the mark is there, and as many fields as the board has orders.
async fn is_whole(stage: &Stage, whole: i64) -> bool {
    matches!(stage.redis.ask(&["HGET", BOARD, "@"]).await, Ok(Reply::Text(_)))
        && stage.redis.number(&["HLEN", BOARD]).await.is_ok_and(|fields| fields == whole)
}
