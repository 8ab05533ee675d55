//! PostgreSQL: one file a topic, one statement a file in `sql/`.

pub mod bonus;
mod bounded;
pub mod cancelled;
pub mod commands;
pub mod confirmation;
pub mod fill;
pub mod flow;
pub mod intake;
mod lent;
pub mod letters;
pub mod log;
pub mod migrate;
pub mod models;
mod moment;
pub mod orders;
pub mod outbox;
pub mod people;
pub mod radar;
pub mod reading;
pub mod reconcile;
mod savepoint;
pub mod schema;
pub mod seen;
pub mod sessions;
pub mod slow;
pub mod views;
mod work;

use std::{sync::Arc, time::Duration};

use futures_util::TryFutureExt as _;
use sqlx::{
    Connection as _,
    postgres::{PgConnectOptions, PgListener, PgPool, PgPoolOptions},
};

use tokio::sync::Semaphore;

use super::{Origin, StoreError};
use bounded::{Bounded, On, within};
pub use work::Work;

/// A pooled connection that does not answer a ping within this is thrown away. A line can die without a word, and the
/// driver alone would wait for each of its connections until the caller gives up, one after the other.
pub const ANSWERS: Duration = Duration::from_millis(500);

/// A statement alone takes no longer, but for those that say so: nobody waits longer for an answer of the site either.
const LONGEST: Duration = Duration::from_secs(15);

/// What the pool gives up it closes, and another connection takes its place. Without this PostgreSQL would not notice before
/// the statement ends, which may wait for a lock as long as somebody holds it, and its sessions would become ever more.
const NOTICE: &str = "SET client_connection_check_interval = '1s'";

/// Whoever waited for an order decides by what is there then, whatever the database was set to: it is told who was faster.
const ISOLATION: &str = "SET default_transaction_isolation = 'read committed'";

/// A pool of connections. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Postgres {
    pool: PgPool,
    /// Whose turn it is to change orders together; one for all pools of this server.
    turns: Arc<Semaphore>,
}

impl Postgres {
    /// A pool that connects when first used, so that the server starts while the database is away.
    ///
    /// # Errors
    /// When the address is malformed.
    pub fn open(url: &str, connections: u32) -> Result<Self, StoreError> {
        let options: PgConnectOptions = url.parse().map_err(StoreError::during("read DATABASE_URL"))?;
        let options = options.application_name("verstak");
        let turns = Arc::new(Semaphore::new(work::AT_ONCE));
        Ok(Self { pool: pool(options, connections), turns })
    }

    /// The same database through a few connections of its own: however many people wait for one of the others, or hold
    /// one that is dead, whoever has these gets on.
    #[must_use]
    pub fn aside(&self, connections: u32) -> Self {
        let pool = pool(self.pool.connect_options().as_ref().clone(), connections);
        Self { pool, turns: Arc::clone(&self.turns) }
    }

    /// The pool, for what is done once and for tests.
    #[must_use]
    pub fn pool(&self) -> &PgPool {
        &self.pool
    }

    /// How many connections of the pool somebody has or is making; on a quiet server none.
    #[must_use]
    pub fn in_use(&self) -> u32 {
        let idle = u32::try_from(self.pool.num_idle()).unwrap_or(u32::MAX);
        self.pool.size().saturating_sub(idle)
    }

    /// Tells the gauges so, by the pool's name, and how many it may be at most.
    pub fn note_connections(&self, pool: &'static str) {
        metrics::gauge!("store_connections_used", "pool" => pool).set(f64::from(self.in_use()));
        let most = self.pool.options().get_max_connections();
        metrics::gauge!("store_connections_max", "pool" => pool).set(f64::from(most));
    }

    /// Any connection of the pool, for one statement.
    fn any(&self) -> Bounded<'_> {
        self.any_for(LONGEST)
    }

    /// The same for one that takes longer than most.
    fn any_for(&self, patience: Duration) -> Bounded<'_> {
        Bounded { on: On::Pool(&self.pool), patience }
    }

    /// Listens to a channel, on a connection of its own that takes nothing from those who work. A connection that is
    /// lost is made anew.
    async fn listener(&self, channel: &str) -> sqlx::Result<PgListener> {
        let options = self.pool.connect_options().as_ref().clone();
        let one = PgPoolOptions::new().max_connections(1).acquire_timeout(Duration::from_secs(5));
        let mut listener = PgListener::connect_with(&one.connect_lazy_with(options)).await?;
        listener.listen(channel).await?;
        Ok(listener)
    }
}

fn pool(options: PgConnectOptions, connections: u32) -> PgPool {
    PgPoolOptions::new()
        .max_connections(connections)
        .acquire_timeout(Duration::from_secs(2))
        .after_connect(|connection, _| {
            Box::pin(async move {
                sqlx::raw_sql(ISOLATION).execute(&mut *connection).await?;
                if let Err(error) = sqlx::raw_sql(NOTICE).execute(connection).await {
                    // Not every system that PostgreSQL runs on can tell it.
                    tracing::debug!(%error, "PostgreSQL will not notice what is given up");
                }
                Ok(())
            })
        })
        .test_before_acquire(false)
        .before_acquire(|connection, _| Box::pin(within(ANSWERS, connection.ping().map_ok(|()| true))))
        .connect_lazy_with(options)
}

/// Counts a statement, on behalf of whom it is asked.
fn counted() {
    metrics::counter!("store_statements_total", "origin" => Origin::current().name()).increment(1);
}
