//! What a server holds.

use crate::{Failure, figures::hand_in, site::Site};

/// The server's memory after its boards were served in every encoding.
#[derive(Debug, clap::Args)]
pub struct Memory {
    /// ADDRESS,ADMIN,PID
    site: Site,
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
                self.site.ask(&self.site.get(&person, path, &[("Accept-Encoding", encoding)])).await?;
            }
        }
        let memory = self.site.process.memory()?;
        let counted = self.site.counted().await?;
        let orders = counted.sum("board_near_orders", "");
        let note = format!(
            "the most it ever held, loading included; now {:.0} MB; {orders:.0} orders, {:.0} refreshes so far",
            memory.resident / 1024.0,
            counted.sum("board_refreshes_total", "done")
        );
        hand_in(&self.row, Some(memory.peak / 1024.0), &note)
    }
}
