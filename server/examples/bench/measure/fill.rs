//! A database with an exact number of actual orders, made by the product's own seeder: believable titles, comments
//! and histories, orders that have left the board among them. Only the models are small, because nobody looks at them.

use std::sync::Arc;

use server::{
    clock::{Clock as _, SystemClock, SystemEntropy},
    config,
    desk::people::hash_password,
    seed,
    startup::parts,
};

use crate::{Failure, database::Database};

/// Of a hundred orders of the last week about eighty are actual; the surplus is cancelled.
const PLANNED_FOR_ONE: f64 = 1.28;
/// More, so that small boards are reached too.
const SPARE: u32 = 60;

/// Fills an empty, migrated database.
#[derive(Debug, clap::Args)]
pub struct Fill {
    /// Actual orders
    #[arg(long)]
    orders: u32,
    #[command(flatten)]
    database: config::Database,
    #[command(flatten)]
    models: config::Models,
}

impl Fill {
    pub async fn run(&self) -> Result<(), Failure> {
        let password = std::env::var("VERSTAK_DEMO_PASSWORD")?;
        let ask = seed::Ask {
            orders: (f64::from(self.orders) * PLANNED_FOR_ONE) as u32 + SPARE,
            weeks: 1,
            seed: 1,
            now: SystemClock.now(),
            password_hash: hash_password(&password, &SystemEntropy)?,
            most_detail: 0.02,
        };
        let bucket = parts::bucket(&self.models, Arc::new(SystemClock));
        seed::fill(&parts::store(&self.database)?, &bucket, &ask).await?;
        let database = Database::open().await?;
        let actual = database.actual().await?;
        let wanted = self.orders as usize;
        if actual.len() < wanted {
            return Err(format!("{} of {wanted} orders are actual", actual.len()).into());
        }
        for surplus in actual[wanted..].chunks(200) {
            let statement =
                "UPDATE orders SET status = 'CANCELLED', version = version + 1 WHERE id = ANY($1)";
            sqlx::query(statement).bind(surplus).execute(&database.0).await?;
        }
        sqlx::query("VACUUM ANALYZE").execute(&database.0).await?;
        let left = database.actual().await?.len();
        if left == wanted { Ok(()) } else { Err(format!("{left} orders are actual, not {wanted}").into()) }
    }
}
