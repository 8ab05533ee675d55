//! The demo workshop: people, orders of every age and status, and pieces of jewellery generated as real GLB files.

pub mod glb;
pub mod jewellery;
pub mod models;
pub mod plan;
mod random;
mod words;

use app::domain::Timestamp;
use uuid::Uuid;

use crate::store::{Postgres, StoreError, models::Models, postgres::fill::DemoPerson};
use plan::Workshop;
use random::Random;

/// Orders of one transaction: each writes the board's log, whose clock is one row.
const BATCH: usize = 200;

/// What to fill a database with.
#[derive(Debug, Clone)]
pub struct Ask {
    /// Orders on the board, about: so many come in a week, and an order is in the workshop for a week.
    pub orders: u32,
    /// For how many weeks they have been coming; all but the last weeks' are shipped or cancelled.
    pub weeks: u32,
    /// The same seed at the same moment makes the same workshop.
    pub seed: u64,
    /// The moment that the past is counted back from.
    pub now: Timestamp,
    /// Encoded argon2id hash of the demo people's password.
    pub password_hash: String,
    /// 1 for files up to 20 MB, less for tests.
    pub most_detail: f64,
}

/// What was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Filled {
    /// The workshop was empty and now holds this many orders.
    Fresh(u64),
    /// The demo workshop was there already; only its people's passwords were set.
    Already,
}

/// Why a database was not filled.
#[derive(Debug, thiserror::Error)]
pub enum SeedError {
    /// Somebody's real data: orders or people, and nobody of the demo among them.
    #[error("this database holds orders or people, and nobody of the demo: it is left alone")]
    NotOurs,
    /// The database is away or refused.
    #[error("the demo workshop could not be written")]
    Store(#[from] StoreError),
    /// The bucket could not be filled.
    #[error("the demo models could not be made")]
    Models(#[from] models::FillError),
}

/// Fills an empty database with the demo workshop. Where it is already, its people get the new password and what an
/// interrupted run has left out is added, whoever and whatever has come since; anything else is refused.
///
/// # Errors
/// See [`SeedError`].
pub async fn fill(store: &Postgres, bucket: &Models, ask: &Ask) -> Result<Filled, SeedError> {
    let found = store.contents().await?;
    // The demo's people come first and never leave: a database without them was not filled by this.
    if found.demo_people == 0 && (found.people > 0 || found.orders > 0) {
        return Err(SeedError::NotOurs);
    }
    let mut random = Random::new(ask.seed, 0);
    let mut operators: Vec<Uuid> = Vec::new();
    for (login, name, role) in words::PEOPLE {
        let person = DemoPerson { id: random.uuid(), login, name, role };
        let id = store.add_demo_person(&person, &ask.password_hash).await?;
        if *role == "operator" {
            operators.push(id);
        }
    }
    let there = u32::try_from(found.orders).unwrap_or(u32::MAX);
    let orders = ask.orders.saturating_mul(ask.weeks);
    if there >= orders {
        return Ok(Filled::Already);
    }
    // The first is kept for orders that people post themselves.
    let models = models::fill(bucket, ask.seed, ask.most_detail).await?.split_off(1);
    let workshop = Workshop {
        seed: ask.seed,
        now: ask.now,
        weekly: ask.orders,
        orders,
        operators: &operators,
        models: &models,
    };
    let planned: Vec<_> = (there..orders).map(|index| workshop.plan(index)).collect();
    let mut added = 0;
    for batch in planned.chunks(BATCH) {
        let orders: Vec<_> = batch.iter().map(|planned| &planned.order).collect();
        let steps: Vec<_> = batch.iter().flat_map(|planned| &planned.steps).collect();
        added += store.add_demo_orders(&orders, &steps).await?;
    }
    Ok(Filled::Fresh(added))
}
