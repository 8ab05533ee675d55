//! What the database has, seen by somebody who reaches it whatever is broken.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use app::domain::Revision;
use sqlx::Connection as _;
use tokio::time::sleep;

use crate::{history::record::Sighting, people::now, stage::postgres::Postgres};

/// Looks at the database's head past everything that is broken.
#[derive(Default)]
pub struct Watch(Mutex<Vec<Sighting>>);

impl Watch {
    /// Looks until it is aborted.
    pub async fn sight(self: Arc<Self>, url: String) {
        loop {
            if let Ok(mut line) = sqlx::PgConnection::connect(&url).await {
                let mut last = Revision::default();
                loop {
                    let begun = now();
                    let Ok(at) = Postgres::head(&mut line).await else { break };
                    if at > last {
                        last = at;
                        let sighting = Sighting { at, begun, ended: now() };
                        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(sighting);
                    }
                    sleep(Duration::from_millis(10)).await;
                }
            }
            sleep(Duration::from_millis(50)).await;
        }
    }

    /// What was seen.
    pub fn take(&self) -> Vec<Sighting> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
