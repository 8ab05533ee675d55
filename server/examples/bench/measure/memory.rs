//! What a server holds.

use std::time::{Duration, Instant};

use tokio::time::sleep;

use crate::{Failure, figures::hand_in, site::Site};

const REFRESHES: &str = "board_refreshes_total";
/// One is due every 15 to 30 s, and takes as long.
const PATIENCE: Duration = Duration::from_secs(120);

/// The server's memory after its boards were served in every encoding, and read anew once.
#[derive(Debug, clap::Args)]
pub struct Memory {
    /// ADDRESS,ADMIN,PID
    site: Site,
    /// The orders that it must have
    #[arg(long)]
    orders: u32,
    /// The row
    #[arg(long)]
    row: String,
}

impl Memory {
    pub async fn run(&self) -> Result<(), Failure> {
        let person = self.site.sign_in("operator1").await?;
        // The contract's board, and the one that our own pages read.
        for path in ["/api/board", "/api/board/compact"] {
            for encoding in ["identity", "gzip", "br"] {
                let request = self.site.get(&person, path, &[("Accept-Encoding", encoding)]);
                let answer = self.site.ask(&request).await?;
                let encoded = answer.header("content-encoding").unwrap_or("identity");
                if answer.status != 200 || encoded != encoding {
                    return Err(format!("{path} ({encoding}) answers {} ({encoded})", answer.status).into());
                }
            }
        }
        let refreshes = async || Ok::<_, Failure>(self.site.counted().await?.sum(REFRESHES, "done"));
        let (before, begun) = (refreshes().await?, Instant::now());
        while refreshes().await? == before {
            if begun.elapsed() > PATIENCE {
                return Err("no refresh came".into());
            }
            sleep(Duration::from_millis(250)).await;
        }
        let memory = self.site.process.memory()?;
        let counted = self.site.counted().await?;
        let orders = counted.sum("board_near_orders", "");
        if orders < f64::from(self.orders) {
            return Err(format!("the server has {orders} orders").into());
        }
        let note = format!(
            "the most it ever held, loading included; now {:.0} MB; {orders:.0} orders, {:.0} refreshes so far",
            memory.resident / 1024.0,
            counted.sum(REFRESHES, "done")
        );
        hand_in(&self.row, Some(memory.peak / 1024.0), &note)
    }
}
